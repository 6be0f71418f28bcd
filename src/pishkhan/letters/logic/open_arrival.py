"""Open a letter at the agency: reading is an entry, once per post, letter and day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import clock, rows
from pishkhan.kernel.clock import TEHRAN
from pishkhan.letters.contracts import ArrivalView, ReferralState, StepKind
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.logic.referrals import is_unread, mark_seen
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.logic.view import view_of
from pishkhan.letters.models import Reading, Referral


def open_arrival(actor: Actor, arrival_id: UUID) -> ArrivalView:
    """Return the letter, and note that this post has read it; the actor's referrals are seen.

    One entry, one reading and one step a day (Tehran's); opened again it writes nothing. Raises
    NotFound (`letters.not-found`).
    """
    case = case_for(actor, arrival_id)
    today = clock.current().now().astimezone(TEHRAN).date()
    unseen = bool(_unread(actor, case))
    if unseen or not _has_read(actor, arrival_id, today):
        case = _note(actor, arrival_id)
    return view_of(case)


def _unread(actor: Actor, case: Case) -> list[Referral]:
    """Return what lies open before the actor and is unread, and what ended and then had news.

    Nothing of it for an office chief: his superior has not seen it when he has.
    """
    if actor.is_chief:
        return []
    return [
        row
        for row in case.referrals
        if row.to_post_id == actor.post_id
        and (row.state == ReferralState.OPEN or row.news_at is not None)
        and is_unread(row)
    ]


def _has_read(actor: Actor, arrival_id: UUID, day: date) -> bool:
    return Reading.objects.filter(letter_id=arrival_id, reader=actor.ref, day=day).exists()


def _note(actor: Actor, arrival_id: UUID) -> Case:
    with journal.act() as act:
        # The lock makes two openings at once follow each other: the second finds the reading.
        case = case_for(actor, arrival_id, lock=True)
        arrival = case.arrival
        seen = _unread(actor, case)
        mark_seen(seen, at=act.at)
        for row in seen:
            row.seen_at = act.at
        today = act.at.astimezone(TEHRAN).date()
        first = not _has_read(actor, arrival_id, today)
        if not (first or seen):
            return case
        if first:
            rows.insert(Reading, {"letter_id": arrival_id, "reader": actor.ref, "day": today})
            add_step(
                arrival.secretariat_id,
                arrival.letter_id,
                StepKind.OPENED,
                at=act.at,
                by=actor,
            )
        act.append(
            "letter.opened" if first else "letter.referral_seen",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={"referrals": [str(row.id) for row in seen]},
        )
    return case
