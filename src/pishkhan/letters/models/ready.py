"""What makes work quick: ready phrases, groups of receivers, texts that letters begin with."""

from __future__ import annotations

from django.db import models


class ReadyPhrase(models.Model):
    """A phrase of a list; `owner_id` is the post whose own it is, or its agency for all posts."""

    id = models.BigAutoField(primary_key=True)
    owner_id = models.UUIDField()
    place = models.PositiveSmallIntegerField()
    text = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("owner_id", "place"), name="letters_phrase_place"),
        )


class ReceiverGroup(models.Model):
    """Posts that are often referred to together; `owner_id` as a phrase's."""

    id = models.UUIDField(primary_key=True)
    owner_id = models.UUIDField()
    name = models.CharField(max_length=80)

    class Meta:
        indexes = (models.Index(fields=("owner_id", "id"), name="letters_group_owner"),)


class GroupMember(models.Model):
    id = models.BigAutoField(primary_key=True)
    group = models.ForeignKey(ReceiverGroup, on_delete=models.CASCADE, related_name="members")
    place = models.PositiveSmallIntegerField()
    post_id = models.UUIDField()
    title = models.CharField(max_length=160)  # as it was; shown where the post is closed since
    purpose = models.CharField(max_length=12)
    principal = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("group", "post_id"), name="letters_member_once"),
        )


class LetterTemplate(models.Model):
    """A text that a letter may begin with; `owner_id` as a phrase's."""

    id = models.UUIDField(primary_key=True)
    owner_id = models.UUIDField()
    name = models.CharField(max_length=80)
    subject = models.CharField(max_length=300, blank=True, default="")
    body = models.TextField()

    class Meta:
        indexes = (models.Index(fields=("owner_id", "name"), name="letters_template_owner"),)
