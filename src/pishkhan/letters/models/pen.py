"""Notes that officials wrote by pen on a page of a letter."""

from __future__ import annotations

from django.db import models

from pishkhan.letters.models.agency import Arrival


class PenNote(models.Model):
    """Strokes on one leaf of a letter (letters/pen.py), and the file that lay under the pen."""

    id = models.UUIDField(primary_key=True)
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="+")
    seq = models.PositiveSmallIntegerField()
    leaf = models.PositiveIntegerField()
    page_digest = models.CharField(max_length=64)
    strokes = models.JSONField()
    by_post_id = models.UUIDField()
    by_title = models.CharField(max_length=160)
    at = models.DateTimeField()
