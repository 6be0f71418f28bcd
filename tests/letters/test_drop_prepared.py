"""A prepared order is taken away by whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.letters import api as letters
from tests.letters.test_prepare import prepared
from tests.letters.test_stand_ins import seated
from tests.letters.world import NOON, World


@pytest.fixture
def world() -> Iterator[World]:
    with clock.use(clock.FakeClock(NOON)):
        yield World.make()


@pytest.mark.parametrize("who", ["head", "chief"])
def test_the_superior_and_the_chief_take_it_away(world: World, who: str):
    letter, arrival, made = prepared(world)
    [row] = directory.stand_ins(world.head)
    letters.drop_prepared(world.head if who == "head" else seated(world.colleague, row.id), made)
    assert letters.arrival(world.head, arrival).prepared == ()
    assert journal.entries_of(letter)[-1].kind == "letter.order_dropped"


def test_nobody_else_sees_confirms_or_drops_it(world: World):
    _, arrival, made = prepared(world)
    assert letters.arrival(world.registrar, arrival).prepared == ()
    with pytest.raises(Refused):
        letters.confirm_prepared(world.registrar, made)
    for who in ("deputy", "expert", "colleague", "other_head", "other_registrar", "clerk"):
        for deed in (letters.confirm_prepared, letters.drop_prepared):
            with pytest.raises(NotFound):
                deed(getattr(world, who), made)
    with pytest.raises(NotFound):
        letters.confirm_prepared(world.head, UUID(int=7))
