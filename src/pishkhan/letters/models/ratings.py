"""How it went, by the applicants: a row for each office that knows of a rating."""

from __future__ import annotations

from django.db import models


class Rating(models.Model):
    """What an applicant said of one office, as his counter or that agency's secretariat holds it.

    One a letter and rated office; what he says later takes the place of what he said before.
    """

    id = models.BigAutoField(primary_key=True)
    office_id = models.UUIDField()
    letter_id = models.UUIDField()
    side = models.CharField(max_length=8)
    about_office_id = models.UUIDField()
    about_id = models.UUIDField()
    """The agency, or the counter."""
    about_name = models.CharField(max_length=200)
    counter_name = models.CharField(max_length=160)
    face = models.CharField(max_length=4)
    reason = models.CharField(max_length=12, blank=True, default="")
    first_at = models.DateTimeField()
    at = models.DateTimeField()
    since = models.DateTimeField()
    """From when on `changes` are counted: so that nobody fills the journal."""
    changes = models.PositiveSmallIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("letter_id", "office_id", "about_office_id"), name="letters_rating_once"
            ),
        )
        indexes = (
            models.Index(fields=("office_id", "side", "at"), name="letters_rating_newest"),
            models.Index(fields=("side", "at", "about_id", "face"), name="letters_rating_counted"),
        )
