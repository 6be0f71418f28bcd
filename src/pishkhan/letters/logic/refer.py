"""Refer a letter to posts (ارجاع): one deed, many receivers, one branch of the tree each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, PostRef, Right
from pishkhan.journal import api as journal
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Invalid, Message, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import rules
from pishkhan.letters.contracts import (
    ArrivalState,
    DraftState,
    Purpose,
    Receiver,
    ReferralState,
    StepKind,
)
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.case import Case, case_for
from pishkhan.letters.logic.finish import finish
from pishkhan.letters.logic.referrals import mark_seen, settle_holder
from pishkhan.letters.logic.steps import add_steps
from pishkhan.letters.logic.tell_counter import tell_counter
from pishkhan.letters.models import Referral

MOST_RECEIVERS = 50
"""Receivers of one referral; a wider circle is a circular, not a referral."""


def refer(
    actor: Actor,
    arrival_id: UUID,
    *,
    to: Sequence[Receiver],
    instruction: str = "",
    deadline: date | None = None,
    parent: UUID | None = None,
    outcome: str | None = None,
) -> list[UUID]:
    """Refer a letter to posts within the actor's reach; return the referrals' ids, in order.

    From the secretariat's desk, or on from a referral that lies open before the actor (`parent`;
    his newest, when it is not given), which stays open until he finishes it; with an `outcome`
    it ends in the same act. Who keeps the secretariat and signs too may take a letter for action
    to his own post: where one person is the office there is no other. Exactly one of the
    receivers for action is the principal actor. For signature the newest draft goes with it, to
    who initials it on its way, or, once it is initialled, to who signs. Raises NotFound,
    Forbidden, Refused (`letters.not-now`, `letters.cannot-refer-there`,
    `letters.referred-already`, `letters.nothing-to-sign`, `letters.not-initialled`), Invalid.
    """
    receivers = checked_receivers(to)
    instruction = entered.text("instruction", instruction, longest=2_000, required=False)
    with journal.act() as act:
        entered.coming_day("deadline", deadline, at=act.at)
        case = case_for(actor, arrival_id, lock=True)
        rules.require("refer", case.standing)
        if any(receiver.purpose is Purpose.SIGNATURE for receiver in receivers):
            rules.require("offer_for_signature", case.standing)
        above = _parent(case, parent)
        posts = _posts(actor, case, receivers, above)
        mark_seen(case.mine, at=act.at)
        given = _Given(act.at, receivers, posts, above, instruction, deadline)
        ids = _write(actor, case, given)
        _move_on(case, receivers)
        if case.standing.state is ArrivalState.REGISTERED:
            tell_counter(act, case.arrival, StepKind.REFERRED)
        act.append(
            "letter.referred",
            subject=case.arrival.letter_id,
            actor=actor.ref,
            fields={
                "referrals": [str(id_) for id_ in ids],
                "to": [str(receiver.post_id) for receiver in receivers],
                "purposes": [receiver.purpose.value for receiver in receivers],
                "parent": None if above is None else str(above.id),
                "deadline": None if deadline is None else deadline.isoformat(),
                "instruction_digest": entered.digest(instruction),
            },
        )
        if outcome is not None:
            _finish(actor, above, outcome)
    return ids


def _finish(actor: Actor, above: Referral | None, outcome: str) -> None:
    if above is None:  # the secretariat's desk has no part of its own to finish
        raise NotFound("letters.no-referral")
    finish(actor, above.id, outcome=outcome)


@dataclass(frozen=True, slots=True)
class _Given:
    """What was asked for, checked."""

    at: datetime
    receivers: list[Receiver]
    posts: dict[UUID, PostRef]
    above: Referral | None
    instruction: str
    deadline: date | None


def _write(actor: Actor, case: Case, given: _Given) -> list[UUID]:
    """Write one referral and one step for each receiver; return the referrals' ids."""
    ids = [new_id() for _ in given.receivers]
    rows.insert_many(
        Referral,
        [
            {
                "id": id_,
                "arrival_id": case.arrival.id,
                "parent_id": None if given.above is None else given.above.id,
                "from_post_id": actor.post_id,
                "from_title": actor.title_line,
                "to_post_id": receiver.post_id,
                "to_title": given.posts[receiver.post_id].title[:160],
                "purpose": receiver.purpose.value,
                "principal": receiver.principal,
                "instruction": given.instruction,
                "deadline": given.deadline,
                "at": given.at,
                "state": ReferralState.OPEN.value,
                "folder": rules.folder_of(ReferralState.OPEN, receiver.purpose),
                "turn": id_,
            }
            for id_, receiver in zip(ids, given.receivers, strict=True)
        ],
    )
    add_steps(
        case.arrival.secretariat_id,
        case.arrival.letter_id,
        StepKind.REFERRED,
        at=given.at,
        by=actor,
        each=[
            {"to": given.posts[receiver.post_id].title, "purpose": receiver.purpose.value}
            for receiver in given.receivers
        ],
    )
    return ids


def checked_receivers(to: Sequence[Receiver]) -> list[Receiver]:
    """Return the receivers; only one for action can be principal. Invalid names `to`."""
    receivers = [
        Receiver(each.post_id, Purpose(each.purpose), each.principal and each.purpose == "action")
        for each in to
    ]
    if not receivers:
        raise _wrong(N_("Choose at least one receiver."))
    if any(each.purpose is Purpose.APPROVAL for each in receivers):
        raise _wrong(N_("For an approval there is a deed of its own."))
    if len(receivers) > MOST_RECEIVERS:
        raise _wrong(N_("These are too many receivers."))
    if len({each.post_id for each in receivers}) != len(receivers):
        raise _wrong(N_("One receiver is named twice."))
    acting = [each for each in receivers if each.purpose is Purpose.ACTION]
    if acting and sum(each.principal for each in acting) != 1:
        raise _wrong(N_("Exactly one of those who act must be the principal actor."))
    return receivers


def refuse_uncleared(classification: str, posts: Mapping[UUID, PostRef]) -> None:
    """Raise Refused where the present holder of a post is not cleared for the letter's class."""
    open_to = directory.cleared_posts(posts, classification)
    for id_, post in posts.items():
        if id_ not in open_to:
            raise Refused(
                "letters.not-cleared",
                Message(
                    N_("%(post)s: its present holder is not cleared for letters of this class."),
                    {"post": post.title},
                ),
            )


def _wrong(sentence: str) -> Invalid:
    return Invalid("letters.bad-receivers", fields={"to": Message(sentence)})


def _parent(case: Case, parent: UUID | None) -> Referral | None:
    """Return the referral that is passed on; None when the secretariat's desk refers."""
    if parent is not None:
        for row in case.mine:
            if row.id == parent:
                return row
        raise Refused("letters.referral-ended", N_("This referral has already ended."))
    if case.standing.clerk:
        return None
    return case.mine[-1]


def _posts(
    actor: Actor, case: Case, receivers: Sequence[Receiver], above: Referral | None
) -> dict[UUID, PostRef]:
    posts = directory.posts(receiver.post_id for receiver in receivers)
    allowed = directory.may_refer_to(actor, posts)
    if actor.post_id in posts and "take" in rules.allowed(case.standing):
        allowed.add(actor.post_id)
    waiting = {
        (row.to_post_id, row.purpose, row.parent_id)
        for row in case.referrals
        if row.state == ReferralState.OPEN
    }
    refuse_uncleared(case.arrival.classification, posts)
    for receiver in receivers:
        post = posts.get(receiver.post_id)
        if post is None or post.agency_id != case.arrival.agency_id:
            raise not_there()
        if receiver.post_id not in allowed:
            raise out_of_reach(actor)
        if receiver.post_id == actor.post_id and receiver.purpose is not Purpose.ACTION:
            raise not_there()
        if receiver.purpose is Purpose.SIGNATURE:
            _check_signer(case, post)
        branch = None if above is None else above.id
        if (receiver.post_id, receiver.purpose.value, branch) in waiting:
            raise Refused(
                "letters.referred-already", N_("It lies before that post already for this purpose.")
            )
    return posts


def not_there() -> Refused:
    """Return the refusal of a receiver out of the actor's reach."""
    return Refused(
        "letters.cannot-refer-there",
        N_("A letter cannot be referred from your post to that one for this purpose."),
    )


def out_of_reach(actor: Actor) -> Refused:
    """Return the refusal of a post of the same agency that the actor's does not reach."""
    if Right.REFER_FREE in actor.rights:
        return not_there()
    return Refused(
        "letters.cannot-refer-there",
        N_(
            "Your post refers along the chart: to the post over it, beside it and under it. "
            "Beyond that it needs the right of free referral, which the administrator gives."
        ),
    )


def _check_signer(case: Case, post: PostRef) -> None:
    draft = rules.offered(case.standing)
    signs = post.can_sign or post.per_pro
    if draft is None or not (signs or post.can_initial):
        raise not_there()
    if not rules.may_receive_for_signature(draft, can_sign=signs, can_initial=post.can_initial):
        raise rules.not_initialled()


def _move_on(case: Case, receivers: Sequence[Receiver]) -> None:
    arrival = case.arrival
    arrival.state = rules.next_arrival("refer", case.standing.state).value
    settle_holder(arrival)
    arrival.save(update_fields=["state", "holder_post_id", "holder", "deadline"])
    offered = rules.offered(case.standing)
    if offered and any(receiver.purpose is Purpose.SIGNATURE for receiver in receivers):
        draft = case.draft(offered.id)
        draft.state = DraftState.TO_SIGN.value
        draft.save(update_fields=["state"])
