"""Put a letter into folders of the post, and take it out of others."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.kernel.ids import new_id
from pishkhan.letters.access import arrival_of_post, post_of
from pishkhan.letters.logic.folders import own_folders
from pishkhan.letters.logic.keep_folder import keep_folder
from pishkhan.letters.models import FolderPlace


def file_letter(
    actor: Actor, arrival_id: UUID, *, folders: Iterable[UUID], new: str = ""
) -> set[UUID]:
    """Let a letter lie in just these folders of the actor's post; return them.

    With `new` in one of that name too, made in the same act. Nothing else of the letter changes,
    and no other post sees it. Raises NotFound (`letters.not-found`, `letters.unknown-folder`),
    Forbidden, and as `keep_folder`.
    """
    with journal.act() as act:
        arrival = arrival_of_post(actor, arrival_id, lock=True)
        wanted = own_folders(actor, folders)
        if new.strip():
            wanted.add(keep_folder(actor, name=new))
        lying = FolderPlace.objects.filter(arrival=arrival, folder__post_id=post_of(actor))
        before = set(lying.values_list("folder_id", flat=True))
        lying.filter(folder_id__in=before - wanted).delete()
        rows.insert_many(
            FolderPlace,
            [
                {"id": new_id(), "folder_id": each, "arrival_id": arrival.id}
                for each in sorted(wanted - before)
            ],
        )
        if wanted != before:
            act.append(
                "letter.filed",
                subject=arrival.letter_id,
                actor=actor.ref,
                fields={"folders": sorted(str(each) for each in wanted)},
            )
    return wanted
