"""A circular: one signature over many, each body gets it; the list says who has taken note."""

from __future__ import annotations

from dataclasses import replace
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.bodies import Bodies, BodiesKind
from pishkhan.journal import api as journal
from pishkhan.journal.merkle import root, subset_proof
from pishkhan.kernel.errors import Invalid, NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Classification,
    CopyState,
    CopyTo,
    DraftState,
    NewLetter,
    Purpose,
    Way,
)
from pishkhan.letters.contracts.circulars import CircularFolder
from pishkhan.letters.logic import roll, wire
from tests.letters.circular import SUBJECT, all_below, branches, came, circular, sent, signed
from tests.letters.world import World, drain, refer, refusing


def test_a_circular_reaches_every_body_below_by_one_signature(world: World):
    found = branches(world)
    made = sent(world)
    own = letters.arrival(world.registrar, made)
    assert own.way is Way.OUTGOING
    assert own.official is not None
    assert own.official.circular is not None
    assert (own.official.circular.size, own.official.circular.noted) == (3, 0)
    assert own.official.addressees == ()
    rows, more = letters.circular_receivers(world.registrar, made)
    assert [(row.agency_name, row.state) for row in rows] == [
        ("آبفای ازنا", CopyState.ARRIVED),
        ("آبفای بروجرد", CopyState.ARRIVED),
        ("آبفای دورود", CopyState.ARRIVED),
    ]
    assert not more
    for branch in found:
        view = letters.arrival(branch.clerk, came(branch.clerk))
        assert (view.row.subject, view.sender_number) == (SUBJECT, own.row.number_text)
        assert view.official is not None
        assert view.official.circular is not None
        assert view.official.circular.name == own.official.circular.name
        assert "acknowledge" in view.deeds


def test_a_group_of_one_branch_reaches_that_branch_alone(world: World):
    found = branches(world)
    groups = directory.bodies_below(world.agency)
    assert [row.size for row in groups] == [3, 1]
    assert groups[0].bodies == all_below(world)
    sent(world, groups[1].bodies)
    assert letters.arrivals(found[2].clerk).rows
    assert not letters.arrivals(found[0].clerk).rows


@pytest.mark.parametrize("how", ["elsewhere", "copies", "class", "nobody", "none"])
def test_a_circular_that_cannot_be_is_refused_beside_its_field(world: World, how: str):
    found = branches(world)
    given: NewLetter = circular(world)
    field = "bodies"
    match how:
        case "elsewhere":
            given = replace(given, bodies=Bodies(BodiesKind.BELOW, world.other_agency))
        case "copies":
            given = replace(given, copies=(CopyTo(world.other_agency),))
        case "class":
            given, field = replace(given, classification=Classification.CONFIDENTIAL), "classi"
        case "nobody":
            for branch in reversed(found):
                directory.close_agency(SYSTEM, agency_id=branch.agency)
        case "none":
            given, field = replace(given, bodies=None), "agency_id"
    with pytest.raises(Invalid) as refused:
        letters.begin_letter(world.expert, given)
    assert [name.startswith(field) for name in refused.value.fields] == [True]


def test_its_receivers_are_fixed_with_its_group(world: World):
    branches(world)
    made = letters.begin_letter(world.expert, circular(world))
    assert "address" not in letters.arrival(world.expert, made).deeds
    entry = next(e for e in journal.entries() if e.kind == "letter.begun")
    assert entry.fields["receivers"] == 3


def test_the_number_of_statements_does_not_grow_with_the_receivers(
    world: World, django_assert_max_num_queries
):
    branches(world, tuple(f"شهر {n}" for n in range(12)))
    _made, draft = signed(world)
    with django_assert_max_num_queries(60):
        letters.dispatch(world.registrar, draft)


def test_a_receiver_that_is_not_on_the_signed_list_is_refused():
    names = ["الف", "ب", "پ", "ت", "ث"]
    keys = [UUID(int=n) for n in range(5)]
    lines = [roll.line(*pair) for pair in zip(keys, names, strict=True)]
    covered = {"size": 5, "root": roll.root(lines)}
    for n, proof in enumerate(roll.proofs(lines)):
        assert proof == [each.hex() for each in subset_proof(lines, {n})]
        told = {"place": n, "name": names[n], "proof": proof}
        roll.check(covered, told, keys[n])
        for wrong in ({"place": (n + 1) % 5}, {"name": "ج"}, {"proof": proof[:-1]}, {"proof": 1}):
            with pytest.raises(Invalid, match="bad-message"):
                roll.check(covered, told | wrong, keys[n])
    assert roll.root(lines) == root(lines).hex()


def test_one_that_a_node_refused_goes_again_and_the_others_stay(world: World):
    found = branches(world)
    made, draft = signed(world)
    with refusing(wire.SENT):
        letters.dispatch(world.registrar, draft)
        drain()
    rows, _more = letters.circular_receivers(world.registrar, made)
    assert {row.state for row in rows} == {CopyState.NOT_TAKEN}
    assert letters.arrival(world.registrar, made).drafts[0].state is DraftState.REFUSED
    letters.resend(world.registrar, draft)
    drain()
    rows, _more = letters.circular_receivers(world.registrar, made)
    assert {row.state for row in rows} == {CopyState.ARRIVED}
    assert letters.arrival(found[0].clerk, came(found[0].clerk)).row.subject == SUBJECT


def test_the_lists_show_each_seat_its_own(world: World):
    found = branches(world)
    made = sent(world)
    first, second, _third = found
    letters.acknowledge(first.clerk, came(first.clerk))
    drain()
    arrived = came(second.clerk)
    letters.register(second.clerk, arrived)
    assert letters.circulars_waiting(second.head) == 0
    refer(second.clerk, arrived, second.head, Purpose.INFORMATION)

    def subjects(actor, folder):
        return [row.subject for row in letters.circulars(actor, folder).rows]

    for actor in (second.clerk, second.head):
        assert letters.circulars_waiting(actor) == 1
        assert subjects(actor, CircularFolder.WAITING) == [SUBJECT]
        assert subjects(actor, CircularFolder.NOTED) == []
    assert subjects(first.clerk, CircularFolder.WAITING) == []
    assert subjects(first.clerk, CircularFolder.NOTED) == [SUBJECT]
    for actor in (world.registrar, world.expert, world.head):
        (row,) = letters.circulars(actor, CircularFolder.SENT).rows
        assert (row.id, row.size, row.noted) == (made, 3, 1)
    for stranger in (world.colleague, world.other_registrar, world.clerk):
        for folder in CircularFolder:
            assert subjects(stranger, folder) == []
        with pytest.raises(NotFound):
            letters.circular_receivers(stranger, made)
        with pytest.raises(NotFound):
            letters.export_receivers(stranger, made)
