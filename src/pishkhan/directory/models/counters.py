"""Counters and the blocks from which their tracking codes are made."""

from __future__ import annotations

from django.db import models

from pishkhan.directory.contracts import CounterKind
from pishkhan.directory.models.places import Division
from pishkhan.kernel.ids import new_id


class Counter(models.Model):
    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=200)
    norm = models.CharField(max_length=210)
    kind = models.CharField(max_length=10, choices=[(v.value, v.value) for v in CounterKind])
    licence_number = models.CharField(max_length=40, default="", blank=True)
    licence_from = models.DateField(null=True, blank=True)
    licence_until = models.DateField(null=True, blank=True)
    division = models.ForeignKey(
        Division, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    address = models.CharField(max_length=400, default="", blank=True)
    phone = models.CharField(max_length=20, default="", blank=True)
    hours = models.JSONField(default=dict, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    connected = models.BooleanField(default=True)
    active = models.BooleanField(default=True)

    class Meta:
        indexes = (models.Index(fields=["norm", "id"], name="counter_norm"),)

    def __str__(self) -> str:
        return self.code


class TrackingBlock(models.Model):
    """A block of tracking codes given to a counter, and how many of its serials are taken.

    It stands beside the counter, not in it: the row is rewritten with every accepted letter and
    locked until that letter's transaction ends, so it is narrow and touches nobody else. A full
    block is closed and kept, so that it is never given again.
    """

    block = models.PositiveIntegerField(primary_key=True)
    counter = models.ForeignKey(Counter, on_delete=models.PROTECT, related_name="+")
    serial = models.PositiveIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    # Given by the centre of another node, which alone gives the next one.
    is_lent = models.BooleanField(default=False)
    # Of the node that it was given to; a node in a new epoch needs another block.
    epoch = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["counter"],
                condition=models.Q(is_open=True),
                name="counter_one_open_block",
            ),
        )

    def __str__(self) -> str:
        return f"{self.block}"
