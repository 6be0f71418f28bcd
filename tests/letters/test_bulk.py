"""Many letters at one press: each stands on its own, nothing is lost when one fails."""

from __future__ import annotations

from datetime import date
from uuid import UUID

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, BulkOutcome, Order, Purpose, Receiver
from tests.letters.world import World, drain, refer


def order(*posts: UUID | None, purpose: Purpose = Purpose.ACTION, day: date | None = None) -> Order:
    to = [Receiver(post, purpose, n == 0) for n, post in enumerate(posts) if post]
    return Order(tuple(to), "بررسی و اعلام نظر فرمایید.", day)


def arrived(world: World, count: int) -> list[UUID]:
    accepted = [world.accept() for _ in range(count)]
    drain()
    return [world.arrival_of(each) for each in accepted]


def states(world: World, ids: list[UUID]) -> list[ArrivalState]:
    return [letters.arrival(world.registrar, each).row.state for each in ids]


def faults(done: tuple[BulkOutcome, ...]) -> list[str]:
    return [each.fault.code if each.fault else "" for each in done]


def test_many_letters_are_registered_in_the_order_given(world: World):
    ids = arrived(world, 4)
    done = letters.register_many(world.registrar, ids)
    assert [(each.arrival_id, each.registered, each.referred) for each in done] == [
        (each, True, False) for each in ids
    ]
    rows = letters.arrival_rows(world.registrar, ids)
    assert [rows[each].number_text.split("/")[1] for each in ids] == ["1", "2", "3", "4"]


def test_many_letters_are_registered_and_referred_with_an_entry_each(world: World):
    ids = arrived(world, 3)
    done = letters.register_many(world.registrar, ids, order=order(world.expert.post_id))
    assert all(each.registered and each.referred and not each.fault for each in done)
    assert states(world, ids) == [ArrivalState.IN_PROGRESS] * 3
    assert len(letters.cartable(world.expert, folder="open").rows) == 3
    for each in ids:
        letter = letters.arrival(world.registrar, each).letter_id
        kinds = [entry.kind for entry in journal.entries_of(letter)]
        assert kinds.count("letter.registered") == kinds.count("letter.referred") == 1


def test_one_that_fails_takes_nothing_from_the_others(world: World):
    ids = arrived(world, 3)
    letters.register(world.registrar, ids[1])
    foreign = new_id()
    done = letters.register_many(world.registrar, [ids[0], ids[1], foreign, ids[2]])
    assert faults(done) == ["", "letters.not-now", "letters.not-found", ""]
    assert states(world, ids) == [ArrivalState.REGISTERED] * 3
    last = letters.last_number(world.registrar)
    assert last is not None
    assert last.number == 3  # no number was lost


def test_a_letter_whose_referral_fails_keeps_its_number(world: World):
    ids = arrived(world, 2)
    letters.register(world.registrar, ids[1])
    refer(world.registrar, ids[1], world.expert)
    done = letters.refer_many(world.registrar, ids, order=order(world.expert.post_id))
    assert faults(done) == ["letters.not-now", "letters.referred-already"]
    done = letters.register_many(world.registrar, ids, order=order(world.colleague.post_id))
    assert faults(done) == ["", "letters.not-now"]


def test_sending_the_same_again_is_harmless(world: World):
    ids = arrived(world, 2)
    letters.register_many(world.registrar, ids, order=order(world.expert.post_id))
    again = letters.register_many(world.registrar, ids, order=order(world.expert.post_id))
    assert faults(again) == ["letters.not-now"] * 2
    assert len(letters.cartable(world.expert, folder="open").rows) == 2


def test_a_fault_of_the_order_is_found_before_the_first_letter(world: World):
    ids = arrived(world, 2)
    for wrong, error in (
        (order(world.expert.post_id, day=date(2020, 1, 1)), Invalid),
        (order(), Invalid),
        (order(world.other_head.post_id), Refused),
        (order(world.head.post_id, purpose=Purpose.SIGNATURE), Refused),
    ):
        with pytest.raises(error):
            letters.register_many(world.registrar, ids, order=wrong)
    assert states(world, ids) == [ArrivalState.ARRIVED] * 2


def test_none_and_too_many_are_refused(world: World):
    for ids in ([], [new_id() for _ in range(letters.MOST_AT_ONCE + 1)]):
        with pytest.raises(Invalid) as caught:
            letters.register_many(world.registrar, ids)
        assert set(caught.value.fields) == {"letter"}


def test_only_the_clerk_of_the_secretariat_does_it(world: World):
    ids = arrived(world, 1)
    for stranger in (world.head, world.expert, world.clerk, world.admin):
        with pytest.raises(Forbidden):
            letters.register_many(stranger, ids)
    done = letters.register_many(world.other_registrar, ids)
    assert faults(done) == ["letters.not-found"]
    assert letters.arrival_rows(world.other_registrar, ids) == {}
    assert states(world, ids) == [ArrivalState.ARRIVED]
