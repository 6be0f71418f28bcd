"""Posts that were handed over, with what lay there."""

from __future__ import annotations

from django.db import models


class PostHandOver(models.Model):
    """A post's hand-over (تحویل و تحول): names and figures as they stood, for the paper of it."""

    id = models.UUIDField(primary_key=True)
    post_id = models.UUIDField()
    post_title = models.CharField(max_length=200)
    agency_name = models.CharField(max_length=200)
    leaver_id = models.UUIDField()
    leaver_name = models.CharField(max_length=160)
    comer_id = models.UUIDField()
    comer_name = models.CharField(max_length=160)
    by_name = models.CharField(max_length=160)
    at = models.DateTimeField()
    from_at = models.DateTimeField()
    basis = models.CharField(max_length=200, blank=True, default="")
    counts = models.JSONField()  # contracts.posts.AtPost without its time
    oldest = models.DateTimeField(null=True)
    kept = models.JSONField(default=list)  # stand-ins: kind, for_title, by_title
    ended = models.JSONField(default=list)

    class Meta:
        indexes = (models.Index(fields=("post_id", "id"), name="letters_post_handed"),)
