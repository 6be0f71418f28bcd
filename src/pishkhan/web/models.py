"""Interface state only: what a screen remembers between requests. No letter lives here.

These rows are free of acts: losing them loses no letter, only typing.
"""

from __future__ import annotations

from django.db import models


class SavedForm(models.Model):
    """What was typed into a form and not yet sent, one row per seat, form and slot.

    A letter being written at the counter has the nonce of its acceptance for its slot.
    """

    id = models.BigAutoField(primary_key=True)
    owner = models.CharField(max_length=96)  # the actor's reference
    form = models.CharField(max_length=32)
    slot = models.CharField(max_length=64, default="")
    label = models.CharField(max_length=120, blank=True, default="")
    data = models.JSONField(default=dict)
    saved_at = models.DateTimeField()
    parked = models.BooleanField(default=False)  # laid aside: it comes back only when asked for
    version = models.PositiveIntegerField(default=0)  # one more with each keeping
    tab = models.CharField(max_length=36, blank=True, default="")  # the page that kept it last

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("owner", "form", "slot"), name="web_saved_form_once"),
        )


class SignedIn(models.Model):
    """That a person signed in with a password at a PC on a day: there a PIN may bring him back."""

    id = models.BigAutoField(primary_key=True)
    device = models.CharField(max_length=48)  # the PC's random name, in its signed cookie
    user_id = models.UUIDField()
    day = models.DateField(db_index=True)
    seal = models.CharField(max_length=128)  # falls with the password

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("device", "user_id"), name="web_signed_in_once"),
        )


class Upload(models.Model):
    """One file on its way in by tus, then by digest at the deed's service for a day."""

    id = models.UUIDField(primary_key=True)
    owner = models.CharField(max_length=96)
    length = models.BigIntegerField()
    offset = models.BigIntegerField(default=0)
    name = models.CharField(max_length=160, blank=True, default="")
    digest = models.CharField(max_length=64, blank=True, default="")
    media_type = models.CharField(max_length=40, blank=True, default="")
    leaves = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = (
            models.Index(fields=("digest", "owner"), name="web_upload_file"),
            models.Index(fields=("expires_at",), name="web_upload_expiry"),
        )


class IdempotencyKey(models.Model):
    """A client's key and the answer it got: the same key again gets the same answer."""

    id = models.BigAutoField(primary_key=True)
    client = models.CharField(max_length=96)
    key = models.CharField(max_length=200)
    request_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)  # of the answer
    body = models.BinaryField(default=b"")
    created_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("client", "key"), name="web_idempotency_once"),
        )


class Exchange(models.Model):
    """How far an exchange of post bags with a stick is, for the page that watches it."""

    id = models.UUIDField(primary_key=True)
    owner = models.CharField(max_length=96)
    place = models.CharField(max_length=255)  # the stick's name, for people
    state = models.CharField(max_length=8, default="running")
    stage = models.CharField(max_length=8, default="take")
    done = models.BigIntegerField(default=0)  # parts while taking in, bytes while writing
    of = models.BigIntegerField(default=0)
    code = models.CharField(max_length=80, blank=True, default="")  # why it failed
    said = models.JSONField(default=dict)  # what was taken and made, when it is done
    started_at = models.DateTimeField(db_index=True)
    beat_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("state",), condition=models.Q(state="running"), name="web_exchange_once"
            ),
        )
