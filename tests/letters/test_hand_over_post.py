"""A post is handed over in one act: the leaver loses it, all that lies there is the newcomer's."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, PishkhanError
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose
from tests.letters.test_stand_ins import deputy_of, name, seated
from tests.letters.world import NOON, World, refer

DAY = timedelta(days=1)


@pytest.fixture
def time():
    with clock.use(clock.FakeClock(NOON + DAY)):
        yield clock.current()


@pytest.fixture
def world(time) -> World:
    with clock.use(clock.FakeClock(NOON)):
        return World.make()


def newcomer() -> UUID:
    return directory.add_user(SYSTEM, username="newcomer", full_name="تازه‌آمدهٔ نمونه")


def hand_over(world: World, who: Actor, to: UUID, **more) -> UUID:
    assert who.post_id is not None
    assert who.user_id is not None
    return letters.hand_over_post(
        world.admin, post_id=who.post_id, leaver_id=who.user_id, user_id=to, **more
    )


def full(world: World) -> UUID:
    """Lay before the deputy: one letter seen, with a draft and an order out; one unseen."""
    _, arrival = world.referred(to=world.deputy)
    letters.open_arrival(world.deputy, arrival)
    letters.draft(world.deputy, arrival, subject="پاسخ", body="متن پاسخ")
    refer(world.deputy, arrival, world.expert, Purpose.OPINION)
    world.referred(to=world.deputy)
    return arrival


def test_the_leaver_loses_all_and_the_newcomer_finds_all(world: World):
    arrival = full(world)
    comer = newcomer()
    before = letters.cartable(world.deputy, folder="open").rows
    sent = letters.sent_referrals(world.deputy).rows
    hand_over(world, world.deputy, comer)
    assert world.deputy.user_id is not None
    assert directory.actor_for(world.deputy.user_id, world.deputy.post_id) is None
    assert directory.seats(world.deputy.user_id) == []
    acting = directory.actor_for(comer, None)
    assert acting is not None
    assert acting.post_id == world.deputy.post_id
    assert letters.cartable(acting, folder="open").rows == before
    assert letters.sent_referrals(acting).rows == sent
    view = letters.arrival(acting, arrival)
    assert len(view.drafts) == 1
    letters.finish(acting, before[0].referral_id, outcome="انجام شد")


def test_the_record_counts_what_lay_there_and_names_no_letter(world: World):
    full(world)
    made = letters.post_hand_over(world.admin, hand_over(world, world.deputy, newcomer()))
    counts = made.counts
    assert (counts.open, counts.unseen, counts.drafts, counts.sent) == (2, 1, 1, 1)
    assert (counts.to_sign, counts.prepared, counts.overdue) == (0, 0, 0)
    assert counts.oldest is not None
    assert made.leaver_name == world.deputy.label
    assert made.comer_name == "تازه‌آمدهٔ نمونه"
    [entry] = [e for e in journal.entries_of(made.post_id) if e.kind == "post.handed_over"]
    assert entry.fields["open"] == 2
    assert world.deputy.label not in str(entry.fields)
    assert letters.post_hand_overs(world.admin, made.post_id) == (made,)


def test_stand_ins_end_unless_they_are_confirmed(world: World):
    stays = name(world, StandInKind.CHIEF, world.deputy, world.colleague)
    acting = deputy_of(world, world.deputy, world.expert)
    does = name(world, StandInKind.CHIEF, world.head, world.deputy)
    assert acting.hand is not None
    comer = newcomer()
    made = hand_over(world, world.deputy, comer, keep=[stays])
    assert world.expert.user_id is not None
    assert directory.actor_for(world.expert.user_id, acting.hand.id) is None
    assert directory.actor_for(comer, does) is None
    assert seated(world.colleague, stays).post_id == world.deputy.post_id
    view = letters.post_hand_over(world.admin, made)
    assert [row.kind for row in view.kept] == [StandInKind.CHIEF]
    assert {row.by_title for row in view.ended} == {
        world.expert.post_title,
        world.deputy.post_title,
    }


def test_a_coming_day_leaves_the_post_to_the_leaver_until_then(world: World, time):
    comer = newcomer()
    acting = deputy_of(world, world.deputy, world.expert)
    assert acting.hand is not None
    hand_over(world, world.deputy, comer, from_at=clock.current().now() + 2 * DAY)
    assert world.deputy.user_id is not None
    assert world.expert.user_id is not None
    assert directory.actor_for(world.deputy.user_id, None) is not None
    assert directory.actor_for(world.expert.user_id, acting.hand.id) is not None
    assert directory.actor_for(comer, None) is None
    time.advance(2 * DAY)
    assert directory.actor_for(world.deputy.user_id, None) is None
    assert directory.actor_for(world.expert.user_id, acting.hand.id) is None
    assert directory.actor_for(comer, None) is not None


def test_nothing_is_handed_over_when_the_post_changed_hands_meanwhile(world: World, time):
    first, second = newcomer(), world.colleague.user_id
    assert second is not None
    hand_over(world, world.deputy, first)
    time.advance(DAY)
    with pytest.raises(PishkhanError) as refused:
        hand_over(world, world.deputy, second)
    assert refused.value.code == "letters.leaver-changed"
    assert directory.actor_for(first, None) is not None
    assert world.deputy.post_id is not None
    assert len(letters.post_hand_overs(world.admin, world.deputy.post_id)) == 1


def test_only_the_administrator_hands_over_and_not_in_the_past(world: World):
    comer = newcomer()
    assert world.deputy.post_id is not None
    assert world.deputy.user_id is not None
    for who in (world.head, world.deputy, world.registrar, world.clerk):
        with pytest.raises(Forbidden):
            letters.hand_over_post(
                who, post_id=world.deputy.post_id, leaver_id=world.deputy.user_id, user_id=comer
            )
        with pytest.raises(Forbidden):
            letters.at_post(who, world.deputy.post_id)
    with pytest.raises(Invalid) as refused:
        hand_over(world, world.deputy, comer, from_at=NOON)
    assert "from" in refused.value.fields
    with pytest.raises(NotFound):
        letters.post_hand_over(world.admin, comer)
