"""Tables of sealing; private to it: agencies' roots, and what they signed."""

from __future__ import annotations

from django.db import models

from pishkhan.kernel.ids import new_id


class Root(models.Model):
    """A root of an agency; the one that has not ended is the present one. None is ever removed."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency_id = models.UUIDField()
    number = models.PositiveIntegerField()
    key_id = models.CharField(max_length=16, unique=True)
    public_key = models.BinaryField(max_length=32)
    since = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["agency_id", "number"], name="root_number"),
            models.UniqueConstraint(
                fields=["agency_id"], condition=models.Q(ended_at=None), name="root_one_present"
            ),
        )

    def __str__(self) -> str:
        return self.key_id


class KeyPaper(models.Model):
    """A statement or a revocation list as it came; `key_id` is the stated key's, or empty."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    agency_id = models.UUIDField()
    label = models.CharField(max_length=16)
    number = models.BigIntegerField()
    root_id = models.CharField(max_length=16)
    key_id = models.CharField(max_length=16, default="", blank=True, db_index=True)
    body = models.BinaryField()
    signature = models.BinaryField(max_length=64)
    taken_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["agency_id", "label", "number"], name="keypaper_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} {self.number}"
