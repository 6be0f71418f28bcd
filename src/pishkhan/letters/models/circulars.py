"""Circulars, a row for each office that has one: the writer's and each receiver's."""

from __future__ import annotations

from django.db import models

from pishkhan.letters.models.agency import Arrival


class Circular(models.Model):
    """That a letter between agencies is a circular, and whether note was taken of it.

    The receiver's row says who took note; the writer's rows for that are `Addressee`s.
    """

    arrival = models.OneToOneField(
        Arrival, primary_key=True, on_delete=models.PROTECT, related_name="circular"
    )
    secretariat_id = models.UUIDField()
    way = models.CharField(max_length=8)
    name = models.CharField(max_length=200)  # of the group that it goes to
    size = models.PositiveIntegerField()
    acknowledged_at = models.DateTimeField(null=True)
    acknowledged_by = models.CharField(max_length=330, blank=True, default="")
    reminded_at = models.DateTimeField(null=True)
    reminders = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = (
            models.Index(
                fields=("secretariat_id", "way", "acknowledged_at"), name="letters_circular_desk"
            ),
        )
