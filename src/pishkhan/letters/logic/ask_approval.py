"""Ask the head of the agency to approve the class of a secret letter (bylaw of 1354)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import rules
from pishkhan.letters.contracts import Purpose, ReferralState, StepKind
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.draft import arrival_of_draft
from pishkhan.letters.logic.refer import refuse_uncleared
from pishkhan.letters.logic.referrals import mark_seen
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Referral


def ask_approval(actor: Actor, draft_id: UUID) -> UUID:
    """Lay a secret letter before the head of the agency to approve its class; return the referral.

    For who works on it. Raises NotFound, Forbidden, Refused (`letters.approval-asked`,
    `letters.approved-already`, `letters.no-head`, `letters.not-cleared`, `letters.not-now`).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_of_draft(draft_id), lock=True)
        arrival = case.arrival
        rules.require_draft("ask_approval", case.standing, draft_id)
        head = directory.head_of(arrival.agency_id)
        if head is None:
            raise Refused("letters.no-head", N_("No open post of the agency signs."))
        posts = directory.posts([head])
        refuse_uncleared(arrival.classification, posts)
        mark_seen(case.mine, at=act.at)
        made, title = new_id(), posts[head].title[:160]
        rows.insert(
            Referral,
            {
                "id": made,
                "arrival_id": arrival.id,
                "parent_id": case.mine[-1].id,
                "from_post_id": actor.post_id,
                "from_title": actor.title_line,
                "to_post_id": head,
                "to_title": title,
                "purpose": Purpose.APPROVAL.value,
                "principal": False,
                "at": act.at,
                "state": ReferralState.OPEN.value,
                "folder": rules.folder_of(ReferralState.OPEN, Purpose.APPROVAL),
                "turn": made,
            },
        )
        add_step(
            arrival.secretariat_id,
            arrival.letter_id,
            StepKind.REFERRED,
            at=act.at,
            by=actor,
            params={"to": title, "purpose": Purpose.APPROVAL.value},
        )
        act.append(
            "letter.approval_asked",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={"draft": str(draft_id), "referral": str(made), "to": str(head)},
        )
    return made
