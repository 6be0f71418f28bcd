"""Initial a draft (پاراف پیش‌نویس)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.letters import rules
from pishkhan.letters.contracts import StepKind
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.draft import arrival_of_draft, draft_changed
from pishkhan.letters.logic.referrals import mark_seen
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Draft, Initial


def initial(actor: Actor, draft_id: UUID, *, version: int | None = None) -> None:
    """Put the post's initial on the newest version of a draft; needs INITIAL.

    `version` is the one that was read: Refused (`letters.draft-changed`) when there is a newer
    one. Raises NotFound, Forbidden, Refused (`letters.already-initialled`, `letters.not-now`,
    `letters.draft-settled`).
    """
    with journal.act() as act:
        case = case_for(actor, arrival_of_draft(draft_id), lock=True)
        rules.require_draft("initial", case.standing, draft_id)
        row = case.draft(draft_id)
        same_version(row, version)
        mark_seen(case.mine, at=act.at)
        rows.insert(
            Initial,
            {
                "draft_id": draft_id,
                "version": row.version,
                "by_post_id": actor.post_id,
                "by_title": actor.title_line,
                "at": act.at,
            },
        )
        add_step(
            case.arrival.secretariat_id,
            case.arrival.letter_id,
            StepKind.INITIALLED,
            at=act.at,
            by=actor,
            params={"version": str(row.version)},
        )
        act.append(
            "letter.initialled",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={"draft": str(draft_id), "version": row.version},
        )


def same_version(row: Draft, version: int | None) -> None:
    """Pass if nobody changed the draft since it was read; Refused `letters.draft-changed` else."""
    if version is not None and version != row.version:
        raise draft_changed()
