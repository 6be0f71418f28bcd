"""To whom a letter goes can be changed until it is signed."""

from __future__ import annotations

from uuid import UUID

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


def initialled(world: World) -> tuple[UUID, UUID]:
    """Return a letter between agencies and its draft, initialled and laid before the head."""
    made = letters.begin_letter(world.deputy, letter(world))
    draft = letters.arrival(world.deputy, made).drafts[0].id
    letters.initial(world.deputy, draft)
    refer(world.deputy, made, world.head, Purpose.SIGNATURE)
    return made, draft


def test_what_was_initialled_for_others_is_initialled_anew_before_it_is_signed(world: World):
    agency, _ = gas(world)
    made, draft = initialled(world)
    seen = letters.arrival(world.head, made).drafts[0].versions[-1].no
    letters.address(world.deputy, made, agency_id=agency, copies=[CopyTo(world.other_agency)])
    newest = letters.arrival(world.head, made).drafts[0].versions[-1]
    assert newest.no == seen + 1
    assert newest.initials == ()
    for version in (seen, newest.no):
        with pytest.raises(Refused):
            letters.sign(world.head, draft, version=version)
    steps = [step.params for step in letters.arrival(world.head, made).steps]
    assert {"version": str(newest.no), "changed": "addressees"} in steps
    letters.initial(world.deputy, draft)  # the head has it before himself still
    letters.sign(world.head, draft, version=newest.no)


def test_the_same_addressees_again_change_nothing(world: World):
    made, _ = initialled(world)
    view = letters.arrival(world.deputy, made)
    assert view.official is not None
    first, *copies = view.official.addressees
    assert first.agency_id is not None
    again = [CopyTo(each.agency_id, each.phrase) for each in copies if each.agency_id]
    letters.address(world.deputy, made, agency_id=first.agency_id, copies=again)
    assert len(letters.arrival(world.deputy, made).drafts[0].versions) == 1


def test_only_who_writes_it_changes_them(world: World):
    agency, _ = gas(world)
    made = letters.begin_letter(world.expert, letter(world))
    for stranger in (world.colleague, world.other_registrar, world.clerk, world.admin):
        with pytest.raises(NotFound):
            letters.address(stranger, made, agency_id=agency)
