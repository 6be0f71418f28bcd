"""The superior confirms at one press what his office chief prepared."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Refused
from pishkhan.letters import api as letters
from tests.letters.test_prepare import prepared
from tests.letters.test_stand_ins import deputy_of, seated
from tests.letters.world import NOON, World, refer


@pytest.fixture
def world() -> Iterator[World]:
    with clock.use(clock.FakeClock(NOON)):
        yield World.make()


def test_the_superior_confirms_it_at_one_press_in_his_own_name(world: World):
    letter, arrival, made = prepared(world)
    ids = letters.confirm_prepared(world.head, made)
    view = letters.arrival(world.head, arrival)
    given = [each for each in view.referrals if each.id in ids]
    assert [each.to_title for each in given] == [world.expert.post_title, world.deputy.post_title]
    assert {each.from_title for each in given} == {world.head.post_title}
    assert {each.instruction for each in given} == {"بررسی شود."}
    assert view.prepared == ()
    last = journal.entries_of(letter)[-2:]
    assert [(e.kind, e.actor) for e in last] == [
        ("letter.referred", world.head.ref),
        ("letter.order_confirmed", world.head.ref),
    ]
    with pytest.raises(Refused, match=r"letters\.prepared-over"):
        letters.confirm_prepared(world.head, made)


def test_the_superiors_deputy_confirms_it_and_the_chief_does_not(world: World):
    _, arrival, made = prepared(world)
    [row] = [r for r in directory.stand_ins(world.head) if r.kind is StandInKind.CHIEF]
    with pytest.raises(Forbidden, match=r"letters\.chief-prepares"):
        letters.confirm_prepared(seated(world.colleague, row.id), made)
    acting = deputy_of(world, world.head, world.deputy)
    letters.confirm_prepared(acting, made)
    assert letters.arrival(world.head, arrival).prepared == ()


def test_what_ended_with_its_referral_does_not_wait(world: World):
    _, arrival, made = prepared(world)
    refer(world.head, arrival, world.deputy)
    [mine] = [r for r in letters.arrival(world.head, arrival).referrals if r.mine]
    letters.finish(world.head, mine.id, outcome="ارجاع شد")
    assert letters.arrival(world.head, arrival).prepared == ()
    with pytest.raises(Refused, match=r"letters\.prepared-over"):
        letters.confirm_prepared(world.head, made)


def test_confirming_what_the_superior_may_refer_no_more_is_refused(world: World):
    _, arrival, made = prepared(world)
    assert world.expert.post_id is not None
    directory.close_post(world.admin, post_id=world.expert.post_id)
    with pytest.raises(Refused, match=r"letters\.cannot-refer-there"):
        letters.confirm_prepared(world.head, made)
    assert len(letters.arrival(world.head, arrival).prepared) == 1
