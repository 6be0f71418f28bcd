"""An office chief prepares, his superior confirms: nothing is referred in between."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, Receiver, StepKind
from tests.letters.test_stand_ins import chief_of, deputy_of, name, seated
from tests.letters.world import NOON, World


@pytest.fixture
def time():
    with clock.use(clock.FakeClock(NOON)):
        yield clock.current()


@pytest.fixture
def world(time) -> World:
    return World.make()


def to(*posts: UUID | None, purpose: Purpose = Purpose.ACTION) -> list[Receiver]:
    known = [post for post in posts if post is not None]
    return [Receiver(post, purpose, principal=n == 0) for n, post in enumerate(known)]


def prepared(world: World) -> tuple[UUID, UUID, UUID]:
    """Return (letter, arrival, prepared order) that waits before the head for the expert."""
    accepted, arrival = world.referred(to=world.head)
    chief = chief_of(world, world.head, world.colleague)
    made = letters.prepare(
        chief,
        arrival,
        to=to(world.expert.post_id, world.deputy.post_id),
        instruction="بررسی شود.",
        deadline=date(2026, 11, 30),
    )
    return accepted.letter_id, arrival, made


def test_what_is_prepared_lies_before_the_superior_and_is_no_referral(world: World):
    letter, arrival, made = prepared(world)
    [order] = letters.arrival(world.head, arrival).prepared
    assert order.id == made
    assert order.titles == (world.expert.post_title, world.deputy.post_title)
    assert (order.instruction, order.deadline) == ("بررسی شود.", date(2026, 11, 30))
    assert order.by_title == world.colleague.post_title
    assert [row.prepared for row in letters.cartable(world.head, folder="open").rows] == [True]
    assert len(letters.arrival(world.head, arrival).referrals) == 1
    assert letters.cartable(world.expert, folder="open").rows == ()
    kinds = [e.kind for e in journal.entries_of(letter)]
    assert "letter.order_prepared" in kinds
    steps = letters.arrival(world.registrar, arrival).steps
    assert next(s for s in steps if s.kind is StepKind.PREPARED).params["hand_as"] == "chief"


def test_a_new_order_replaces_the_one_before(world: World):
    _, arrival, made = prepared(world)
    [row] = directory.stand_ins(world.head)
    chief = seated(world.colleague, row.id)
    again = letters.prepare(chief, arrival, to=to(world.deputy.post_id))
    assert [order.id for order in letters.arrival(world.head, arrival).prepared] == [again]
    with pytest.raises(Refused, match=r"letters\.prepared-over"):
        letters.confirm_prepared(world.head, made)


def test_only_an_office_chief_prepares(world: World):
    _, arrival = world.referred(to=world.head)
    acting = deputy_of(world, world.head, world.deputy)
    for actor in (world.head, acting, world.registrar):
        with pytest.raises(Forbidden):
            letters.prepare(actor, arrival, to=to(world.expert.post_id))


def test_an_order_for_signature_or_beyond_the_superiors_reach_is_refused(world: World):
    _, arrival = world.referred(to=world.head)
    chief = chief_of(world, world.head, world.colleague)
    for receivers in (
        to(world.expert.post_id, purpose=Purpose.SIGNATURE),
        to(world.other_head.post_id),
        to(world.head.post_id),
    ):
        with pytest.raises(Refused, match=r"letters\.cannot-refer-there"):
            letters.prepare(chief, arrival, to=receivers)
    with pytest.raises(Invalid):
        letters.prepare(chief, arrival, to=[])


def test_a_chief_of_nobody_any_more_prepares_nothing(world: World):
    _, arrival = world.referred(to=world.head)
    made = name(world, StandInKind.CHIEF, world.head, world.colleague)
    chief = seated(world.colleague, made)
    directory.end_stand_in(world.head, stand_in_id=made)
    assert chief.user_id is not None
    assert directory.actor_for(chief.user_id, made) is None
    with pytest.raises(NotFound):
        letters.prepare(world.colleague, arrival, to=to(world.expert.post_id))
