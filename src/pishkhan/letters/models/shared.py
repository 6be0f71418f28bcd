"""Rows that either office keeps of a letter, each under its own office id."""

from __future__ import annotations

from django.db import models


class PageRow(models.Model):
    """One file of a letter as one office holds it; access to a blob is by this row."""

    id = models.BigAutoField(primary_key=True)
    office_id = models.UUIDField()
    letter_id = models.UUIDField()
    seq = models.PositiveSmallIntegerField()
    round = models.PositiveSmallIntegerField(default=0)  # 0 at acceptance, n at the nth completion
    role = models.CharField(max_length=12)
    digest = models.CharField(max_length=64)
    media_type = models.CharField(max_length=40)
    size = models.BigIntegerField()
    leaves = models.PositiveIntegerField(default=1)
    rotation = models.PositiveSmallIntegerField(default=0)
    name = models.CharField(max_length=160, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("letter_id", "office_id", "seq"), name="letters_page_once"
            ),
        )
        # Whether any letter uses a file is asked before the file may be collected.
        indexes = (models.Index(fields=("digest",), name="letters_page_file"),)


class PageLook(models.Model):
    """How the first leaf of a stored file looks (`logic/page_look.py`), made when it is asked for.

    It can be made again from the file at any time, and tells none of its words.
    """

    digest = models.CharField(max_length=64, primary_key=True)
    look = models.BinaryField(max_length=256)


class StepRow(models.Model):
    """One dot of a letter's timeline as one office knows it."""

    id = models.BigAutoField(primary_key=True)
    office_id = models.UUIDField()
    letter_id = models.UUIDField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    by = models.CharField(max_length=160, blank=True, default="")
    params = models.JSONField(default=dict)

    class Meta:
        indexes = (models.Index(fields=("letter_id", "office_id", "id"), name="letters_step_life"),)
