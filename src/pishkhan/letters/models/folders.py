"""Folders of a post: names of its own under which it finds letters again."""

from __future__ import annotations

from django.db import models

from pishkhan.letters.models.agency import Arrival


class LetterFolder(models.Model):
    """A folder (پوشه) of a post; whoever sits at the post has it."""

    id = models.UUIDField(primary_key=True)
    post_id = models.UUIDField()
    name = models.CharField(max_length=60)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("post_id", "name"), name="letters_folder_once"),
        )


class FolderPlace(models.Model):
    """That a letter lies in a folder; the key grows, so that the newest stands first."""

    id = models.UUIDField(primary_key=True)
    folder = models.ForeignKey(LetterFolder, on_delete=models.CASCADE, related_name="places")
    arrival = models.ForeignKey(Arrival, on_delete=models.PROTECT, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("folder", "arrival"), name="letters_filed_once"),
        )
        indexes = (models.Index(fields=("folder", "id"), name="letters_filed_newest"),)
