"""Approvals of classes by the head of the agency (bylaw of 1354)."""

from __future__ import annotations

from django.db import models

from pishkhan.letters.models.agency import Draft


class ClassApproval(models.Model):
    """That the agency's head approved the class of one version of a letter that is written here."""

    id = models.BigAutoField(primary_key=True)
    draft = models.ForeignKey(Draft, on_delete=models.PROTECT, related_name="approvals")
    version = models.PositiveSmallIntegerField()
    classification = models.CharField(max_length=1)
    by_post_id = models.UUIDField()
    by_title = models.CharField(max_length=160)
    by_name = models.CharField(max_length=160)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("draft", "version", "classification"), name="letters_approved_once"
            ),
        )
