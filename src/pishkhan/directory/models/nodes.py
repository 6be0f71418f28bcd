"""Nodes known here, and settings that begin to hold on a date."""

from __future__ import annotations

from django.db import models

from pishkhan.directory.contracts import NodeRole
from pishkhan.kernel.ids import new_id


class Node(models.Model):
    """An installation with its own keys; exactly one row is this node itself."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=10, choices=[(v.value, v.value) for v in NodeRole])
    epoch = models.PositiveIntegerField(default=1)
    key_id = models.CharField(max_length=16, unique=True)
    public_key = models.BinaryField(max_length=64)
    is_self = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["is_self"], condition=models.Q(is_self=True), name="node_one_self"
            ),
        )

    def __str__(self) -> str:
        return self.key_id


class Setting(models.Model):
    """A value that holds from a moment until the next one of the same key."""

    key = models.CharField(max_length=80)
    from_at = models.DateTimeField()
    value = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["key", "from_at"], name="setting_once_at_a_time"),
        )

    def __str__(self) -> str:
        return self.key
