"""Indicators beside a secretariat's first one."""

from __future__ import annotations

from django.db import models


class NumberSeries(models.Model):
    """An indicator that an administrator added; the first one has no row and its office's id."""

    id = models.UUIDField(primary_key=True)
    secretariat_id = models.UUIDField()
    name = models.CharField(max_length=80)
    # Which letters take it when nobody chooses; "" for any.
    way = models.CharField(max_length=8, blank=True, default="")
    kind = models.CharField(max_length=24, blank=True, default="")
    unit = models.CharField(max_length=8, blank=True, default="")
    template = models.CharField(max_length=60)
    active = models.BooleanField(default=True)

    class Meta:
        indexes = (models.Index(fields=("secretariat_id", "id"), name="letters_series_office"),)
