"""Problems with an agency, a row for each office that knows of one."""

from __future__ import annotations

from django.db import models


class Problem(models.Model):
    """A problem that was told of, as the counter, the agency or the body above it holds it."""

    id = models.BigAutoField(primary_key=True)
    problem_id = models.UUIDField()
    office_id = models.UUIDField()
    role = models.CharField(max_length=10)
    letter_id = models.UUIDField(db_index=True)
    tracking_code = models.CharField(max_length=13)
    counter_id = models.UUIDField()
    counter_name = models.CharField(max_length=160)
    agency_id = models.UUIDField(db_index=True)
    agency_name = models.CharField(max_length=200)
    agency_office_id = models.UUIDField()
    superior_office_id = models.UUIDField(null=True)
    superior_name = models.CharField(max_length=200, blank=True, default="")
    kind = models.CharField(max_length=14)
    words = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=10)
    opened_at = models.DateTimeField()
    due = models.DateField()
    answered_at = models.DateTimeField(null=True)
    answer = models.TextField(blank=True, default="")
    answered_by = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("problem_id", "office_id"), name="letters_problem_once"
            ),
        )
        indexes = (
            models.Index(fields=("office_id", "answered_at", "due"), name="letters_problem_due"),
        )
