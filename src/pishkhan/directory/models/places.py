"""Divisions of the country (تقسیمات کشوری): province › county › district › … › village."""

from __future__ import annotations

from django.db import models

from pishkhan.directory.contracts import DivisionLevel
from pishkhan.kernel.ids import new_id


class Division(models.Model):
    """One unit; `code` is the Statistical Centre's, each level prefixed by its parent's."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    code = models.CharField(max_length=20, unique=True)
    level = models.CharField(max_length=16, choices=[(v.value, v.value) for v in DivisionLevel])
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=120, default="", blank=True)
    norm = models.CharField(max_length=130)
    parent = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )

    class Meta:
        indexes = (
            models.Index(fields=["parent", "norm", "id"], name="division_parent_norm"),
            models.Index(fields=["level", "norm", "id"], name="division_level_norm"),
        )

    def __str__(self) -> str:
        return self.code
