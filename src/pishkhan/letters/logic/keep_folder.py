"""Keep a folder of a post (پوشه): make it, or name it anew."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Invalid, Message, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters.access import post_of
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.folders import own_folders
from pishkhan.letters.models import LetterFolder

MOST_FOLDERS = 40


def keep_folder(actor: Actor, *, name: str, folder_id: UUID | None = None) -> UUID:
    """Make a folder of the actor's post, or give one another name; return its id.

    A deputy and an office chief do so for the post they sit at: the folders are the post's.
    Raises Forbidden, NotFound (`letters.unknown-folder`), Refused `letters.too-many-folders`,
    Invalid (field `name`; `letters.folder-there` when one has that name).
    """
    name = entered.line("name", name, longest=60)
    with journal.act() as act:
        post_id = post_of(actor)
        own = LetterFolder.objects.filter(post_id=post_id)
        if folder_id is not None:
            own_folders(actor, [folder_id])
        if own.filter(name=name).values_list("pk", flat=True).first() not in {None, folder_id}:
            raise Invalid(
                "letters.folder-there",
                fields={"name": Message(N_("There is a folder of this name."))},
            )
        id_ = folder_id or new_id()
        if folder_id is not None:
            own.filter(pk=folder_id).update(name=name)
        elif own.count() >= MOST_FOLDERS:
            raise Refused("letters.too-many-folders", N_("There are too many folders already."))
        else:
            rows.insert(LetterFolder, {"id": id_, "post_id": post_id, "name": name})
        act.append("folder.kept", subject=post_id, actor=actor.ref, fields={"folder": str(id_)})
    return id_
