"""Enclosures of a letter between agencies: signed with it, and there where it arrives."""

from __future__ import annotations

from typing import Any

import pytest

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CopyState, CopyTo, PageRef, PageRole, Purpose
from tests.letters.test_begin_letter import gas, letter, sent, there
from tests.letters.test_covers import on_the_way, signed
from tests.letters.world import World, drain, page, refer


def files(actor: Actor, made: Any) -> list[tuple[int, str]]:
    return [(each.seq, each.digest) for each in letters.arrival(actor, made).pages]


def test_they_arrive_with_the_letter_and_each_copy_in_their_order(world: World):
    agency, clerk = gas(world)
    one, two = page("enclosure one"), page("enclosure two")
    made = sent(world, enclosures=(one, two), copies=(CopyTo(agency),))
    assert letters.arrival(world.registrar, made).sheets == one.leaves + two.leaves
    for actor in (world.other_registrar, clerk):
        view = there(actor)
        assert [each.digest for each in view.pages] == [one.digest, two.digest]
        assert {each.role for each in view.pages} == {PageRole.ENCLOSURE}
        assert view.sheets == 2
        blob = letters.page_blob(actor, "agency", view.row.id, 1)
        assert blob.digest == one.digest
    with pytest.raises(NotFound):
        letters.page_blob(world.other_head, "agency", there(clerk).row.id, 1)


def test_what_was_initialled_without_a_file_is_initialled_anew_with_it(world: World):
    made = letters.begin_letter(world.deputy, letter(world))
    draft = letters.arrival(world.deputy, made).drafts[0].id
    letters.initial(world.deputy, draft)
    refer(world.deputy, made, world.head, Purpose.SIGNATURE)
    letters.enclose(world.deputy, made, drop=[7])  # there is none: nothing changed
    assert len(letters.arrival(world.head, made).drafts[0].versions) == 1
    letters.enclose(world.deputy, made, add=[page("late")])
    newest = letters.arrival(world.head, made).drafts[0].versions[-1]
    assert (newest.no, newest.initials) == (2, ())
    for version in (1, 2):
        with pytest.raises(Refused):
            letters.sign(world.head, draft, version=version)


def test_they_are_added_and_taken_away_until_it_is_signed(world: World):
    one, two, three = page("e1"), page("e2"), page("e3")
    made = letters.begin_letter(world.expert, letter(world, enclosures=(one, two)))
    letters.enclose(world.expert, made, add=[three], drop=[1])
    assert files(world.expert, made) == [(2, two.digest), (3, three.digest)]
    assert letters.arrival(world.expert, made).sheets == 2
    letters.enclose(world.expert, made, drop=[2, 3, 99])
    assert files(world.expert, made) == []
    done, _ = signed(world, enclosures=(one,))
    with pytest.raises(Refused, match=r"letters\.signed-already"):
        letters.enclose(world.expert, done, drop=[1])


def test_only_who_writes_it_and_only_to_what_is_written_here(world: World):
    made = letters.begin_letter(world.expert, letter(world))
    for stranger in (world.colleague, world.other_registrar, world.clerk):
        with pytest.raises(NotFound):
            letters.enclose(stranger, made, add=[page("x")])
    with pytest.raises(Forbidden):
        letters.enclose(world.registrar, made, add=[page("x")])
    _, arrival = world.referred()
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.enclose(world.expert, arrival, add=[page("x")])
    with pytest.raises(Invalid):
        letters.enclose(world.expert, made, add=[PageRef("0" * 64, "image/jpeg", 5)])


@pytest.mark.parametrize("how", ["another file", "one less", "another name", "turned"])
def test_what_was_not_signed_is_not_taken_in(world: World, how: str):
    made, draft = signed(world, enclosures=(page("one"), page("two")))

    def forge(payload: dict[str, Any]) -> None:
        pages = payload["pages"]
        if how == "another file":
            pages[0]["digest"], pages[1]["digest"] = pages[1]["digest"], pages[0]["digest"]
        elif how == "one less":
            pages.pop()
        elif how == "another name":
            pages[0]["name"] = "other.jpg"
        else:
            pages[0]["rotation"] = 90

    with on_the_way(forge):
        letters.dispatch(world.registrar, draft)
    drain()
    assert letters.arrivals(world.other_registrar).rows == ()
    own = letters.arrival(world.registrar, made).official
    assert own is not None
    assert own.addressees[0].state is CopyState.NOT_TAKEN
