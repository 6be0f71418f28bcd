"""Nodes, what lives or came from there, and settings that begin to hold on a date."""

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
    # Beside what signs: the age key to which mail for the node is sealed.
    recipient = models.CharField(max_length=100, default="", blank=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["is_self"], condition=models.Q(is_self=True), name="node_one_self"
            ),
        )

    def __str__(self) -> str:
        return self.key_id


class FormerNodeKey(models.Model):
    """By which key a node signed in an epoch that is over."""

    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    epoch = models.PositiveIntegerField()
    key_id = models.CharField(max_length=16)
    public_key = models.BinaryField(max_length=64)
    ended_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["node", "epoch"], name="node_one_key_an_epoch"),
        )

    def __str__(self) -> str:
        return self.key_id


class OfficePlace(models.Model):
    """That an office lives at another node; an office without a row lives at this one.

    No foreign key to the office: it is a counter or a secretariat.
    """

    office = models.UUIDField(primary_key=True, editable=False)
    node = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")
    placed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.office}"


class Told(models.Model):
    """That a row of the directory came with a snapshot of another node, which may change it.

    A row without one is this node's own; `row` is its id, of a setting its key and moment.
    """

    table = models.CharField(max_length=12)
    row = models.CharField(max_length=120)
    origin = models.ForeignKey(Node, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["table", "row"], name="told_by_one"),)

    def __str__(self) -> str:
        return f"{self.table}:{self.row}"


class LastSnapshot(models.Model):
    """When the last snapshot of a node that was taken in had been made there."""

    origin = models.OneToOneField(
        Node, primary_key=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField()
    taken_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.made_at}"


class SentSnapshot(models.Model):
    """What another node was last told of the directory here."""

    node = models.OneToOneField(Node, primary_key=True, on_delete=models.PROTECT, related_name="+")
    digest = models.CharField(max_length=64)
    """SHA-256 of the snapshot without its moment, in hexadecimal."""
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.digest


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
