"""Agencies as a tree, their names, secretariats and posts."""

from __future__ import annotations

from django.db import models

from pishkhan.directory.contracts import NameKind, SecretariatKind
from pishkhan.directory.models.places import Division
from pishkhan.kernel.ids import new_id


class Agency(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    short = models.CharField(max_length=60, default="", blank=True)
    norm = models.CharField(max_length=210)
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    active = models.BooleanField(default=True)

    class Meta:
        verbose_name_plural = "agencies"
        indexes = (models.Index(fields=["norm", "id"], name="agency_norm"),)

    def __str__(self) -> str:
        return self.code


class AgencyLogo(models.Model):
    """The picture at the head of an agency's letters; apart, for lists never read it."""

    agency = models.OneToOneField(
        Agency, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    picture = models.BinaryField()

    def __str__(self) -> str:
        return str(self.pk)


class AgencyIdentity(models.Model):
    """How an agency is known outside; apart, for only its letters' paper reads it."""

    agency = models.OneToOneField(
        Agency, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    email = models.CharField(max_length=100, default="", blank=True)
    national_id = models.CharField(max_length=11, default="", blank=True)

    def __str__(self) -> str:
        return str(self.pk)


class AgencyName(models.Model):
    """Every name under which an agency is looked for, the official one included.

    `norm` is the normalised name with a space before and after, so that one LIKE finds the start
    of any word on both engines.
    """

    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="names")
    kind = models.CharField(max_length=10, choices=[(v.value, v.value) for v in NameKind])
    name = models.CharField(max_length=200)
    norm = models.CharField(max_length=212)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["agency", "norm"], name="agency_name_once"),
            models.UniqueConstraint(
                fields=["agency"],
                condition=models.Q(kind=NameKind.OFFICIAL.value),
                name="agency_one_official_name",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Secretariat(models.Model):
    """An office of an agency that registers letters; one of them is the agency's default."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="secretariats")
    name = models.CharField(max_length=200)
    kind = models.CharField(max_length=16, choices=[(v.value, v.value) for v in SecretariatKind])
    is_default = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["agency"],
                condition=models.Q(is_default=True),
                name="agency_one_default_secretariat",
            ),
        )

    def __str__(self) -> str:
        return self.name


class Post(models.Model):
    """A place in the chart; rights hang on it, never on the person who holds it."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency = models.ForeignKey(Agency, on_delete=models.PROTECT, related_name="posts")
    secretariat = models.ForeignKey(Secretariat, on_delete=models.PROTECT, related_name="posts")
    title = models.CharField(max_length=200)
    norm = models.CharField(max_length=210)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    sort = models.IntegerField(default=0)
    can_sign = models.BooleanField(default=False)
    can_initial = models.BooleanField(default=False)
    can_refer_free = models.BooleanField(default=False)
    can_dispatch = models.BooleanField(default=False)
    is_clerk = models.BooleanField(default=False)
    active = models.BooleanField(default=True)

    class Meta:
        indexes = (models.Index(fields=["agency", "sort", "norm", "id"], name="post_in_agency"),)

    def __str__(self) -> str:
        return self.title
