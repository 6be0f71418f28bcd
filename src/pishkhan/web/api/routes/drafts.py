"""Operations on answers: draft, initial, send back, sign, dispatch."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.i18n import N_
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import IssuedNumber
from pishkhan.web.api import ops
from pishkhan.web.api.shapes import agency, numbers

answers = ops.Group(N_("Answers"))


@answers.deed(
    "arrivals/{uuid:arrival_id}/drafts",
    N_("Draft an answer"),
    given=agency.DraftGiven,
    shape=agency.DraftMade,
    status=201,
)
def draft(actor: Actor, given: agency.DraftGiven, arrival_id: UUID) -> dict[str, Any]:
    """For a post that has the letter for action or to sign."""
    return {"id": letters.draft(actor, arrival_id, **given.model_dump())}


@answers.deed(
    "arrivals/{uuid:arrival_id}/drafts/{uuid:draft_id}",
    N_("Write a new version of a draft"),
    given=agency.DraftRevised,
    shape=agency.DraftMade,
)
def revise(
    actor: Actor, given: agency.DraftRevised, arrival_id: UUID, draft_id: UUID
) -> dict[str, Any]:
    """Initials stand on a version: a new one needs them anew. `based_on` guards others' words."""
    return {"id": letters.draft(actor, arrival_id, draft_id=draft_id, **given.model_dump())}


@answers.deed(
    "drafts/{uuid:draft_id}/initial",
    N_("Initial a draft"),
    given=agency.Version,
    optional=True,
)
def initial(actor: Actor, given: agency.Version, draft_id: UUID) -> None:
    """The newest version; `version` guards against one that came since it was read."""
    letters.initial(actor, draft_id, version=given.version)


@answers.deed(
    "drafts/{uuid:draft_id}/send-back", N_("Send a draft back to its author"), given=agency.Note
)
def send_back(actor: Actor, given: agency.Note, draft_id: UUID) -> None:
    """With a note; the referral to sign it ends with that."""
    letters.send_back(actor, draft_id, note=given.note)


@answers.deed(
    "drafts/{uuid:draft_id}/sign", N_("Sign an answer"), given=agency.Version, optional=True
)
def sign(actor: Actor, given: agency.Version, draft_id: UUID) -> None:
    """The newest version, which must be initialled."""
    letters.sign(actor, draft_id, version=given.version)


@answers.deed(
    "drafts/{uuid:draft_id}/sign-and-send",
    N_("Sign an answer or letter and send it"),
    given=agency.Version,
    shape=numbers.NumberTold,
    optional=True,
)
def sign_and_send(actor: Actor, given: agency.Version, draft_id: UUID) -> IssuedNumber:
    """For a post that keeps the secretariat and signs too, as a dehyar's; all or nothing."""
    return letters.sign_and_send(actor, draft_id, version=given.version)


@answers.deed(
    "drafts/{uuid:draft_id}/dispatch", N_("Dispatch a signed answer"), shape=numbers.NumberTold
)
def dispatch(actor: Actor, draft_id: UUID) -> IssuedNumber:
    """To the counter that accepted the letter; the answer's outgoing number."""
    return letters.dispatch(actor, draft_id)


@answers.deed("drafts/{uuid:draft_id}/resend", N_("Send a refused answer again"))
def resend(actor: Actor, draft_id: UUID) -> None:
    """As it is and under its number; only after the counter's node refused it."""
    letters.resend(actor, draft_id)
