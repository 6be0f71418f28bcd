from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    ArrivalState,
    DraftState,
    Purpose,
    Receiver,
    ReferralState,
    SubmissionState,
)
from tests.letters.world import World, drain, refer


def post(actor: Actor) -> UUID:
    assert actor.post_id is not None
    return actor.post_id


def test_one_referral_reaches_many_with_one_principal_actor(world: World):
    accepted, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    until = clock.current().now().date() + timedelta(days=9)
    ids = letters.refer(
        world.registrar,
        arrival,
        to=[
            Receiver(post(world.expert)),
            Receiver(post(world.colleague), principal=False),
            Receiver(post(world.head), Purpose.INFORMATION),
        ],
        instruction="وفق مقررات اقدام شود.",
        deadline=until,
    )
    drain()
    view = letters.arrival(world.registrar, arrival)
    assert view.row.state is ArrivalState.IN_PROGRESS
    assert (view.row.holder, view.row.deadline) == (world.expert.post_title, until)
    assert [r.id for r in view.referrals] == ids
    assert [r.principal for r in view.referrals] == [True, False, False]
    for actor in (world.expert, world.colleague, world.head):
        row = letters.cartable(actor, folder="open").rows[0]
        assert (row.arrival_id, row.instruction) == (arrival, "وفق مقررات اقدام شود.")
        assert not row.seen
    assert len(letters.sent_referrals(world.registrar).rows) == 3
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.IN_PROGRESS
    made = [e for e in journal.entries_of(accepted.letter_id) if e.kind == "letter.referred"]
    assert len(made) == 1
    assert made[0].fields["referrals"] == [str(id_) for id_ in ids]


def test_a_receiver_refers_on_and_the_tree_grows_under_his_referral(world: World):
    _, arrival = world.referred(to=world.deputy)
    (top,) = [r.id for r in letters.arrival(world.deputy, arrival).referrals]
    (below,) = refer(world.deputy, arrival, world.expert)
    view = letters.arrival(world.deputy, arrival)
    assert {r.id: r.parent_id for r in view.referrals} == {top: None, below: top}
    assert view.row.holder == world.expert.post_title
    mine = next(r for r in view.referrals if r.id == top)
    assert mine.state is ReferralState.OPEN
    assert mine.seen_at is not None


def test_whoever_refers_on_finishes_his_own_part_in_the_same_act(world: World):
    accepted, arrival = world.referred(to=world.deputy)
    (top,) = [r.id for r in letters.arrival(world.deputy, arrival).referrals]
    to = [Receiver(post(world.expert))]
    (below,) = letters.refer(world.deputy, arrival, to=to, parent=top, outcome="ارجاع شد")
    view = letters.arrival(world.deputy, arrival)
    states = {r.id: (r.state, r.outcome) for r in view.referrals}
    assert states == {top: (ReferralState.DONE, "ارجاع شد"), below: (ReferralState.OPEN, "")}
    assert view.row.holder == world.expert.post_title
    made = journal.entries_of(accepted.letter_id)[-2:]
    assert [e.kind for e in made] == ["letter.referred", "letter.referral_finished"]
    assert made[0].at == made[1].at


def test_a_part_that_cannot_be_finished_leaves_no_referral_behind(world: World):
    accepted, arrival = world.referred(to=world.deputy)
    before = journal.entries_of(accepted.letter_id)
    to = [Receiver(post(world.expert))]
    with pytest.raises(Invalid) as caught:
        letters.refer(world.deputy, arrival, to=to, outcome="x" * 4_001)
    assert set(caught.value.fields) == {"outcome"}
    with pytest.raises(NotFound, match=r"letters\.no-referral"):
        letters.refer(world.registrar, arrival, to=[Receiver(post(world.head))], outcome="خاتمه")
    (only,) = letters.arrival(world.deputy, arrival).referrals
    assert (only.to_title, only.state) == (world.deputy.post_title, ReferralState.OPEN)
    assert letters.cartable(world.expert, folder="open").rows == ()
    assert [e.id for e in journal.entries_of(accepted.letter_id)] == [e.id for e in before]


def test_a_referral_costs_as_much_to_one_post_as_to_four(world: World):
    costs = []
    for receivers in (
        [Receiver(post(world.deputy))],
        [
            Receiver(post(actor), principal=actor is world.deputy)
            for actor in (world.deputy, world.head, world.expert, world.colleague)
        ],
    ):
        _, arrival = world.arrive()
        letters.register(world.registrar, arrival)
        with CaptureQueriesContext(connection) as queries:
            letters.refer(world.registrar, arrival, to=receivers)
        costs.append(len(queries))
    assert costs[0] == costs[1]


def test_receivers_are_checked(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    expert, colleague = post(world.expert), post(world.colleague)
    for wrong in (
        [],
        [Receiver(expert), Receiver(colleague)],
        [Receiver(expert, principal=False)],
        [Receiver(expert), Receiver(expert, Purpose.INFORMATION)],
    ):
        with pytest.raises(Invalid) as caught:
            letters.refer(world.registrar, arrival, to=wrong)
        assert set(caught.value.fields) == {"to"}
    with pytest.raises(Invalid) as caught:
        letters.refer(world.registrar, arrival, to=[Receiver(expert)], deadline=date(2020, 1, 1))
    assert set(caught.value.fields) == {"deadline"}
    with pytest.raises(Invalid, match=r"jalali\.date"):  # no page of the agency could show it
        letters.refer(world.registrar, arrival, to=[Receiver(expert)], deadline=date.max)


def test_referral_to_a_closed_post_another_agency_or_oneself_is_refused(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    directory.close_post(SYSTEM, post_id=post(world.colleague))
    for target in (world.colleague, world.other_head, world.registrar):
        with pytest.raises(Refused, match=r"letters\.cannot-refer-there"):
            refer(world.registrar, arrival, target)
    with pytest.raises(Refused, match=r"letters\.cannot-refer-there"):
        letters.refer(world.registrar, arrival, to=[Receiver(UUID(int=7))])


def test_referral_outside_the_chart_needs_free_referral(world: World):
    _, arrival = world.referred(to=world.expert)
    with pytest.raises(Refused, match=r"letters\.cannot-refer-there"):
        refer(world.expert, arrival, world.head)
    refer(world.expert, arrival, world.colleague, Purpose.OPINION)
    refer(world.expert, arrival, world.deputy, Purpose.INFORMATION)


def test_it_needs_a_registered_letter_and_a_referral_that_is_open(world: World):
    _, arrival = world.arrive()
    with pytest.raises(Refused, match=r"letters\.not-now"):
        refer(world.registrar, arrival, world.expert)
    letters.register(world.registrar, arrival)
    with pytest.raises(NotFound):
        refer(world.head, arrival, world.expert)
    (given,) = refer(world.registrar, arrival, world.head)
    letters.finish(world.head, given, outcome="استحضار یافت")
    with pytest.raises(Forbidden, match=r"letters\.no-right"):
        refer(world.head, arrival, world.expert)
    with pytest.raises(Refused, match=r"letters\.referral-ended"):
        letters.refer(world.registrar, arrival, to=[Receiver(post(world.expert))], parent=given)


def test_the_same_referral_twice_is_refused(world: World):
    _, arrival = world.referred()
    with pytest.raises(Refused, match=r"letters\.referred-already"):
        refer(world.registrar, arrival, world.expert)


def test_a_draft_goes_up_for_signature_to_who_initials_then_to_who_signs(world: World):
    _, arrival = world.referred(to=world.deputy)
    with pytest.raises(Refused, match=r"letters\.nothing-to-sign"):
        refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن")
    with pytest.raises(Refused, match=r"letters\.not-initialled"):
        refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.initial(world.deputy, draft)
    with pytest.raises(Refused, match=r"letters\.cannot-refer-there"):
        refer(world.deputy, arrival, world.expert, Purpose.SIGNATURE)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    view = letters.arrival(world.head, arrival)
    assert view.drafts[0].state is DraftState.TO_SIGN
    assert [r.arrival_id for r in letters.cartable(world.head, folder="to_sign").rows] == [arrival]
    assert letters.cartable(world.head, folder="open").rows == ()


def test_beyond_the_chart_the_refusal_says_which_right_is_missing(world: World):
    _, arrival = world.referred()
    with pytest.raises(Refused, match=r"letters\.cannot-refer-there") as refused:
        refer(world.expert, arrival, world.head)
    assert "free referral" in str(refused.value.message.msgid)
    assert world.expert.post_id is not None
    assert world.expert.user_id is not None
    directory.change_post(world.admin, post_id=world.expert.post_id, can_refer_free=True)
    free = directory.actor_for(world.expert.user_id, world.expert.post_id)
    assert free is not None
    refer(free, arrival, world.head)
