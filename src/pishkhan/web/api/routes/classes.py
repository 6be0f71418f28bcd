"""The operations on a letter's class: approval by the agency's head, change, lowering."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.i18n import N_
from pishkhan.letters import api as letters
from pishkhan.web.api import ops
from pishkhan.web.api.shapes import agency, classes

grades = ops.Group(N_("Classes of letters"))


@grades.deed(
    "drafts/{uuid:draft_id}/approve-class",
    N_("Approve the class of a secret letter"),
    given=agency.Version,
    optional=True,
)
def approve_class(actor: Actor, given: agency.Version, draft_id: UUID) -> None:
    """For the head of the agency; without it a letter of class 4 or 5 is not signed."""
    letters.approve_class(actor, draft_id, version=given.version)


@grades.deed(
    "drafts/{uuid:draft_id}/ask-approval",
    N_("Lay a secret letter before the head of the agency"),
    shape=classes.ApprovalAsked,
)
def ask_approval(actor: Actor, draft_id: UUID) -> dict[str, Any]:
    """For who works on it; the referral ends with the approval."""
    return {"referral": letters.ask_approval(actor, draft_id)}


@grades.deed(
    "arrivals/{uuid:arrival_id}/class",
    N_("Change the class of a letter of this agency"),
    given=classes.ClassGiven,
)
def set_class(actor: Actor, given: classes.ClassGiven, arrival_id: UUID) -> None:
    """Before it is signed; once it went out lower or lifted only, and its receivers are told."""
    letters.set_class(actor, arrival_id, classification=given.classification, reason=given.reason)
