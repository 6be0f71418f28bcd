"""People at work, their logins and seats, and the programs that act for an office."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.auth import hashers
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models

from pishkhan.directory.contracts import SeatKind
from pishkhan.directory.contracts.stand_ins import StandInKind, StandInScope
from pishkhan.directory.models.agencies import Post
from pishkhan.directory.models.counters import Counter
from pishkhan.directory.rules import normalise_username
from pishkhan.kernel.ids import new_id


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, username: str | None) -> User:
        """Return the user of this name, however its case and digits were typed."""
        return self.get(username=normalise_username(username or ""))


class User(AbstractBaseUser):
    """A login of a person who works here; it carries no right by itself.

    Applicants are never users. There are no superusers: `has_perm` is always False, and what a
    person may do follows from the posts and counters where he sits (`Holding`).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    username = models.CharField(max_length=60, unique=True)
    full_name = models.CharField(max_length=120)
    norm = models.CharField(max_length=130)
    email = models.EmailField(default="", blank=True)
    mobile = models.CharField(max_length=11, default="", blank=True)
    language = models.CharField(max_length=2, default="fa", choices=[("fa", "fa"), ("en", "en")])
    is_active = models.BooleanField(default=True)
    must_change_password = models.BooleanField(default=False, db_default=False)
    # Who has one is asked for the password that the organisation's directory holds.
    account = models.CharField(max_length=64, default="", db_default="", blank=True)

    several_seats = False
    """Not a column: whether the person has more than one seat, as `who.login` found it."""

    # Not a column: Django would otherwise write it at each login, outside any act.
    last_login = None

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()

    class Meta:
        indexes = (models.Index(fields=["norm", "id"], name="user_norm"),)
        constraints = (
            models.UniqueConstraint(
                fields=["account"], condition=~models.Q(account=""), name="user_account_once"
            ),
        )

    is_staff = False
    is_superuser = False

    def __str__(self) -> str:
        return self.username

    def clean(self) -> None:
        """Bring the name of the login into its one form."""
        self.username = normalise_username(self.username)

    def get_full_name(self) -> str:
        return self.full_name

    def get_short_name(self) -> str:
        return self.full_name

    def check_password(self, raw_password: str | None) -> bool:
        """Return whether the password is right, without rewriting an older hash.

        Django would upgrade the hash here and save the row, outside any act; a new hash comes
        with the next `set_password` deed instead.
        """
        return hashers.check_password(raw_password, self.password)

    def has_usable_password(self) -> bool:
        """Return whether a password opens this login: its own, or the one held elsewhere.

        Who has one is asked for it again before changes that matter.
        """
        return bool(self.account) or super().has_usable_password()

    def has_perm(self, _perm: str, _obj: Any = None) -> bool:
        return False

    def has_perms(self, _perms: Any, _obj: Any = None) -> bool:
        return False

    def has_module_perms(self, _app_label: str) -> bool:
        return False


class Holding(models.Model):
    """A period in which a person sits on a post, at a counter, keeps the directory, or audits.

    One table for all, so that one query answers who somebody is. History is kept: a
    holding is ended, never deleted.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=[(v.value, v.value) for v in SeatKind])
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="holdings")
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="holdings")
    counter = models.ForeignKey(
        Counter, null=True, on_delete=models.PROTECT, related_name="holdings"
    )
    role = models.CharField(max_length=8, default="")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="holding_names_one_seat",
                condition=(
                    models.Q(kind="post", post__isnull=False, counter__isnull=True)
                    | models.Q(kind="counter", post__isnull=True, counter__isnull=False)
                    | models.Q(kind__in=("admin", "audit"), post__isnull=True, counter__isnull=True)
                ),
            ),
            models.CheckConstraint(
                name="holding_ends_after_it_begins",
                condition=models.Q(until_at__isnull=True)
                | models.Q(until_at__gte=models.F("from_at")),
            ),
            models.UniqueConstraint(
                fields=["post"],
                condition=models.Q(until_at__isnull=True),
                name="post_one_open_holding",
            ),
            models.UniqueConstraint(
                fields=["counter", "user"],
                condition=models.Q(until_at__isnull=True),
                name="counter_one_open_holding_each",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(until_at__isnull=True, kind="admin"),
                name="admin_one_open_holding_each",
            ),
            models.UniqueConstraint(
                fields=["user"],
                condition=models.Q(until_at__isnull=True, kind="audit"),
                name="audit_one_open_holding_each",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class StandIn(models.Model):
    """That the holder of one post may act for another post in a period; ended, never deleted.

    It binds posts, as letters do: who holds `by_post` in the period acts, whoever he is.
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    kind = models.CharField(max_length=8, choices=[(v.value, v.value) for v in StandInKind])
    scope = models.CharField(max_length=12, choices=[(v.value, v.value) for v in StandInScope])
    for_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="stood_in_by")
    by_post = models.ForeignKey(Post, on_delete=models.PROTECT, related_name="stands_in_for")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=200, default="", blank=True)
    kinds = models.JSONField(default=list)  # of letters, a deputy's; empty for all
    approves = models.BooleanField(default=False)  # a deputy of the head: classes 4 and above

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="stand_in_ends_after_it_begins",
                condition=models.Q(until_at__isnull=True)
                | models.Q(until_at__gte=models.F("from_at")),
            ),
            models.CheckConstraint(
                name="deputy_has_an_end",
                condition=~models.Q(kind=StandInKind.DEPUTY.value)
                | models.Q(until_at__isnull=False),
            ),
            models.CheckConstraint(
                name="stand_in_for_another",
                condition=~models.Q(for_post=models.F("by_post")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind}:{self.id}"


class ApiClient(models.Model):
    """A program that acts from one seat; only the SHA-256 of its token is kept."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    prefix = models.CharField(max_length=12, unique=True)
    secret_hash = models.BinaryField(max_length=32)
    scopes = models.JSONField(default=list)
    post = models.ForeignKey(Post, null=True, on_delete=models.PROTECT, related_name="+")
    counter = models.ForeignKey(Counter, null=True, on_delete=models.PROTECT, related_name="+")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="client_sits_on_one_seat",
                condition=models.Q(post__isnull=False, counter__isnull=True)
                | models.Q(post__isnull=True, counter__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.prefix


class ClientUse(models.Model):
    """When a client was last heard, to ten minutes: operational state, not evidence."""

    client = models.OneToOneField(
        ApiClient, primary_key=True, on_delete=models.CASCADE, related_name="use"
    )
    last_used = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.last_used}"


class Pin(models.Model):
    """A clerk's short number for taking over at a PC where he has signed in today."""

    user = models.OneToOneField(
        User, primary_key=True, on_delete=models.PROTECT, related_name="pin"
    )
    hash = models.CharField(max_length=128)

    def __str__(self) -> str:
        return str(self.user_id)


class PinTries(models.Model):
    """Wrong tries of a PIN since the last right one: operational state, not evidence."""

    user_id = models.UUIDField(primary_key=True)
    fails = models.PositiveSmallIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.fails}"


class Clearance(models.Model):
    """That a person may see state letters up to a class, in a period; ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="clearances")
    level = models.CharField(max_length=1)
    granted_by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    basis = models.CharField(max_length=200, default="", blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="clearance_ends_after_it_begins",
                condition=models.Q(until_at__isnull=True)
                | models.Q(until_at__gte=models.F("from_at")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.level}:{self.id}"
