"""Drop a folder of a post; the letters in it stay where they are."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters.access import post_of
from pishkhan.letters.logic.folders import own_folders
from pishkhan.letters.models import FolderPlace, LetterFolder


def drop_folder(actor: Actor, folder_id: UUID) -> None:
    """Drop a folder of the actor's post. Raises Forbidden, NotFound `letters.unknown-folder`."""
    with journal.act() as act:
        own_folders(actor, [folder_id])
        FolderPlace.objects.filter(folder_id=folder_id).delete()
        LetterFolder.objects.filter(pk=folder_id).delete()
        act.append(
            "folder.dropped",
            subject=post_of(actor),
            actor=actor.ref,
            fields={"folder": str(folder_id)},
        )
