"""Approve the class of a secret letter: the deed of the agency's head (bylaw of 1354)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.letters import rules
from pishkhan.letters.contracts import Purpose, ReferralState, StepKind
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.logic.draft import arrival_of_draft
from pishkhan.letters.logic.initial import same_version
from pishkhan.letters.logic.referrals import end_referrals, mark_seen
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import ClassApproval, Draft


def approve_class(actor: Actor, draft_id: UUID, *, version: int | None = None) -> None:
    """Approve the class of the newest version of a letter; for the head of the agency.

    A deputy of his may where his stand-in says so, an office chief never. `version` as for
    `initial`. Raises NotFound, Forbidden, Refused (`letters.approved-already`, `letters.not-now`,
    `letters.draft-changed`).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_of_draft(draft_id), lock=True)
        rules.require_draft("approve", case.standing, draft_id)
        row = case.draft(draft_id)
        same_version(row, version)
        mark_seen(case.mine, at=act.at)
        write_approval(act, actor, case, row)


def write_approval(act: Act, actor: Actor, case: Case, row: Draft) -> None:
    """Write the approval of a version, its step and entry; end what asked for it."""
    assert actor.post_id is not None  # the head is a post
    arrival = case.arrival
    made = ClassApproval.objects.create(
        draft=row,
        version=row.version,
        classification=arrival.classification,
        by_post_id=actor.post_id,
        by_title=actor.title_line,
        by_name=actor.label[:160],
        at=act.at,
    )
    case.approvals.append(made)
    end_asked(case, at=act.at)
    add_step(
        arrival.secretariat_id,
        arrival.letter_id,
        StepKind.CLASS_APPROVED,
        at=act.at,
        by=actor,
        params={"version": str(row.version)},
    )
    act.append(
        "letter.class_approved",
        subject=arrival.letter_id,
        actor=actor.ref,
        fields={"draft": str(row.id), "version": row.version, "class": arrival.classification},
    )


def end_asked(case: Case, *, at: datetime) -> None:
    """End the referrals that asked for an approval."""
    asked = [
        each
        for each in case.referrals
        if each.purpose == Purpose.APPROVAL and each.state == ReferralState.OPEN
    ]
    end_referrals(asked, ReferralState.DONE, at=at)
