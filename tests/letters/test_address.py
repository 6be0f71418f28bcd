"""To whom a letter goes can be changed until it is signed."""

from __future__ import annotations

import pytest

from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CopyTo, Purpose
from tests.letters.test_begin_letter import gas, letter, there
from tests.letters.world import World, drain, refer


def test_addressees_change_until_it_is_signed(world: World):
    agency, clerk = gas(world)
    made = letters.begin_letter(world.expert, letter(world))
    letters.address(world.expert, made, agency_id=agency, copies=[CopyTo(world.other_agency)])
    refer(world.expert, made, world.deputy, Purpose.SIGNATURE)
    draft = letters.arrival(world.expert, made).drafts[0].id
    letters.initial(world.deputy, draft)
    refer(world.deputy, made, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    with pytest.raises(Refused, match=r"letters\.signed-already"):
        letters.address(world.expert, made, agency_id=agency)
    letters.dispatch(world.registrar, draft)
    drain()
    assert there(clerk).official is not None
    view = there(world.other_registrar)
    assert view.official is not None
    assert view.official.as_copy


def test_only_who_writes_it_changes_them(world: World):
    agency, _ = gas(world)
    made = letters.begin_letter(world.expert, letter(world))
    for stranger in (world.colleague, world.other_registrar, world.clerk, world.admin):
        with pytest.raises(NotFound):
            letters.address(stranger, made, agency_id=agency)
