"""The operations on what belongs to a post: stand-ins, folders, notes by pen."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.stand_ins import StandInRow
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.pages import Page
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalRow
from pishkhan.letters.contracts.folders import FolderView
from pishkhan.letters.contracts.pen import PenNoteView
from pishkhan.web.api import ops
from pishkhan.web.api.shapes import agency, common, posts

own = ops.Group(N_("Posts"))


@own.ask(
    "stand-ins",
    common.Items[posts.StandIn],
    N_("List who stands in for the seat's post, and for whom it stands in"),
)
def stand_ins(actor: Actor) -> dict[str, list[StandInRow]]:
    """Those that run and those to come."""
    return {"items": directory.stand_ins(actor)}


@own.deed(
    "stand-ins",
    N_("Name a deputy, an office chief or a signer per pro"),
    given=posts.StandInGiven,
    shape=posts.StandInMade,
    scope=ops.POSTS,
)
def name_stand_in(actor: Actor, given: posts.StandInGiven) -> dict[str, Any]:
    """For the seat's own post or one under it; both posts are told at their cartable."""
    return {"id": directory.name_stand_in(actor, **given.model_dump())}


@own.deed("stand-ins/{uuid:stand_in_id}/end", N_("End a stand-in now"), scope=ops.POSTS)
def end_stand_in(actor: Actor, stand_in_id: UUID) -> None:
    """By whoever may name one, and by who stands in."""
    directory.end_stand_in(actor, stand_in_id=stand_in_id)


@own.ask("folders", common.Items[posts.Folder], N_("List the folders of the seat's post"))
def folders(actor: Actor) -> dict[str, tuple[FolderView, ...]]:
    """A post's own; whoever sits at it has them."""
    return {"items": letters.folders(actor)}


@own.deed(
    "folders", N_("Make a folder of the seat's post"), given=posts.FolderGiven,
    shape=posts.FolderMade,
)  # fmt: skip
def make_folder(actor: Actor, given: posts.FolderGiven) -> dict[str, Any]:
    """Its name is the post's own, once."""
    return {"id": letters.keep_folder(actor, name=given.name)}


@own.deed(
    "folders/{uuid:folder_id}/rename", N_("Give a folder another name"), given=posts.FolderGiven
)
def rename_folder(actor: Actor, given: posts.FolderGiven, folder_id: UUID) -> None:
    """What lies in it stays there."""
    letters.keep_folder(actor, name=given.name, folder_id=folder_id)


@own.deed("folders/{uuid:folder_id}/drop", N_("Give a folder up"))
def drop_folder(actor: Actor, folder_id: UUID) -> None:
    """Its letters stay where they lie."""
    letters.drop_folder(actor, folder_id)


@own.ask(
    "folders/{uuid:folder_id}/letters",
    common.PageOf[agency.ArrivalLine],
    N_("List the letters in a folder, last put in first"),
)
def folder_letters(
    actor: Actor, folder_id: UUID, after: ops.After = None, limit: ops.Rows = 25
) -> Page[ArrivalRow]:
    """Only those that the seat may open still."""
    return letters.folder_letters(actor, folder_id, after=after, limit=limit)


@own.deed(
    "arrivals/{uuid:arrival_id}/folders",
    N_("Say in which folders of the post a letter lies"),
    given=posts.FiledGiven,
)
def file_letter(actor: Actor, given: posts.FiledGiven, arrival_id: UUID) -> None:
    """In these and no others of the seat's post."""
    letters.file_letter(actor, arrival_id, folders=given.folders)


@own.ask(
    "arrivals/{uuid:arrival_id}/pen-notes",
    common.Items[posts.PenNote],
    N_("Read the notes written by pen on a letter's pages"),
)
def pen_notes(actor: Actor, arrival_id: UUID) -> dict[str, tuple[PenNoteView, ...]]:
    """Each with its strokes, its page and the digest of the file under the pen."""
    return {"items": letters.arrival(actor, arrival_id).pen_notes}


@own.deed(
    "arrivals/{uuid:arrival_id}/pen-notes",
    N_("Write on a page of a letter by pen"),
    given=posts.PenNoteGiven,
    shape=posts.PenNoteMade,
)
def write_on_page(actor: Actor, given: posts.PenNoteGiven, arrival_id: UUID) -> dict[str, Any]:
    """The file stays as it is; the note lies over it with who wrote it and when."""
    return {"id": letters.write_on_page(actor, arrival_id, **given.model_dump())}
