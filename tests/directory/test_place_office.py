from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, NodeRole
from pishkhan.directory.models import OfficePlace, TrackingBlock
from pishkhan.journal import api as journal
from pishkhan.kernel import tracking
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.kernel.ids import new_id

RECIPIENT = "age1" + "q" * 58


@pytest.fixture
def here():
    return api.register_node(
        SYSTEM, name="مرکز", role=NodeRole.CENTRE, public_key=b"c" * 32, is_self=True
    )


@pytest.fixture
def village(here):
    return api.register_node(
        SYSTEM, name="روستا", role=NodeRole.COUNTER, public_key=b"v" * 32, recipient=RECIPIENT
    )


def take(counter):
    with journal.act() as act:
        code = api.next_tracking(act, counter)
        act.append("letter.accepted", subject=new_id(), actor="system")
    return tracking.block_of(code)


def lend(counter, node):
    with journal.act() as act:
        return api.give_block_away(act, counter, node)


def receive(counter, block):
    with journal.act() as act:
        api.take_block(act, counter, block)


def kinds(subject):
    return [entry.kind for entry in journal.entries_of(subject)]


def test_a_node_has_its_age_recipient_and_other_nodes_stand_by_name(here, village):
    agency = api.register_node(SYSTEM, name="اداره", role=NodeRole.AGENCY, public_key=b"a" * 32)
    assert [node.id for node in api.other_nodes()] == [agency, village]
    assert api.other_node(village).recipient == RECIPIENT
    assert api.other_node(agency).recipient == ""
    assert api.other_node(agency).revoked_at is None


@pytest.mark.parametrize(
    "given", ["age", "age1", "AGE1" + "Q" * 58, "age1" + "b" * 58, "age1" + "q" * 97, "ssh-ed25519"]
)
def test_what_is_not_shaped_as_a_recipient_is_refused(given):
    with pytest.raises(Invalid, match=r"directory\.bad-recipient"):
        api.register_node(
            SYSTEM, name="n", role=NodeRole.COUNTER, public_key=b"v" * 32, recipient=given
        )


def test_a_node_is_revoked_once_and_never_this_one(here, village):
    api.revoke_node(SYSTEM, village)
    assert api.other_node(village).revoked_at is not None
    assert kinds(village) == ["node.registered", "node.revoked"]
    with pytest.raises(Refused, match=r"directory\.node-revoked"):
        api.revoke_node(SYSTEM, village)
    with pytest.raises(Refused, match=r"directory\.own-node"):
        api.revoke_node(SYSTEM, here)
    with pytest.raises(NotFound, match=r"directory\.no-node"):
        api.revoke_node(SYSTEM, new_id())


def test_only_an_administrator_revokes_and_places(world, village):
    head = api.actor_for(world.users["head"], None)
    assert head is not None
    with pytest.raises(Forbidden):
        api.revoke_node(head, village)
    with pytest.raises(Forbidden):
        api.place_office(head, office_id=world.counter, node_id=village)


def test_an_office_without_a_place_lives_here_and_a_placed_one_there(world, here, village):
    assert api.node_of_office(world.counter) is None
    api.place_office(SYSTEM, office_id=world.counter, node_id=village)
    api.place_office(SYSTEM, office_id=world.power_office, node_id=village)
    with CaptureQueriesContext(connection) as queries:
        assert api.node_of_office(world.counter) == village
    assert len(queries) == 1
    assert api.offices_at(village) == sorted([world.counter, world.power_office])
    entry = journal.entries_of(world.counter)[-1]
    told = {"office": str(world.counter), "place": str(village)}
    assert (entry.kind, entry.fields) == ("office.placed", told)
    api.place_office(SYSTEM, office_id=world.power_office, node_id=here)
    assert api.node_of_office(world.power_office) is None
    assert api.offices_at(village) == [world.counter]


def test_placing_an_office_where_it_lives_leaves_no_entry(world, here, village):
    api.place_office(SYSTEM, office_id=world.counter, node_id=here)
    assert "office.placed" not in kinds(world.counter)
    api.place_office(SYSTEM, office_id=world.counter, node_id=village)
    api.place_office(SYSTEM, office_id=world.counter, node_id=village)
    assert kinds(world.counter).count("office.placed") == 1


def test_unknown_offices_and_nodes_and_revoked_nodes_get_no_office(world, here, village):
    with pytest.raises(NotFound, match=r"directory\.no-office"):
        api.place_office(SYSTEM, office_id=new_id(), node_id=village)
    with pytest.raises(NotFound, match=r"directory\.no-node"):
        api.place_office(SYSTEM, office_id=world.counter, node_id=new_id())
    api.revoke_node(SYSTEM, village)
    with pytest.raises(Refused, match=r"directory\.node-revoked"):
        api.place_office(SYSTEM, office_id=world.counter, node_id=village)
    assert api.node_of_office(world.counter) is None


def test_places_are_guarded_as_the_rest_of_the_directory(world, village):
    with pytest.raises(journal.WriteOutsideAct):
        OfficePlace.objects.filter(node_id=village).delete()


def test_a_counter_placed_elsewhere_takes_no_code_here_and_a_new_block_when_it_is_back(
    world, here, village
):
    first = take(world.counter)
    api.place_office(SYSTEM, office_id=world.counter, node_id=village)
    with pytest.raises(Refused, match=r"directory\.counter-elsewhere"):
        take(world.counter)
    api.place_office(SYSTEM, office_id=world.counter, node_id=here)
    assert take(world.counter) == first + 1
    assert TrackingBlock.objects.get(pk=first).is_open is False


def test_a_block_given_away_is_new_and_not_open_here(world, here, village):
    first = take(world.counter)
    api.place_office(SYSTEM, office_id=world.counter, node_id=village)
    given = lend(world.counter, village)
    assert given == first + 1
    assert api.code_blocks() == {first: world.counter, given: world.counter}
    assert not TrackingBlock.objects.filter(is_open=True).exists()
    with pytest.raises(Refused, match=r"directory\.counter-elsewhere"):
        take(world.counter)
    assert lend(world.counter, village) == given + 1
    entry = journal.entries_of(world.counter)[-1]
    told = {"block": given + 1, "place": str(village)}
    assert (entry.kind, entry.fields) == ("counter.block_lent", told)


def test_a_block_is_given_away_only_to_where_the_counter_lives(world, here, village):
    with pytest.raises(Refused, match=r"directory\.not-there"):
        lend(world.counter, village)
    with pytest.raises(NotFound, match=r"directory\.no-counter"):
        lend(new_id(), village)
    with pytest.raises(NotFound, match=r"directory\.no-node"):
        lend(world.counter, new_id())
    api.place_office(SYSTEM, office_id=world.counter, node_id=village)
    api.revoke_node(SYSTEM, village)
    with pytest.raises(Refused, match=r"directory\.node-revoked"):
        lend(world.counter, village)


def test_the_block_that_was_taken_is_the_open_one_and_taken_twice_is_harmless(world, here):
    first = take(world.counter)
    receive(world.counter, 500_000)
    receive(world.counter, 500_000)
    assert take(world.counter) == 500_000
    assert TrackingBlock.objects.get(pk=first).is_open is False
    assert kinds(world.counter).count("counter.block_taken") == 1


def test_a_closed_block_is_never_opened_again(world, here):
    first = take(world.counter)
    receive(world.counter, 500_000)
    receive(world.counter, 500_001)
    for closed in (first, 500_000):
        with pytest.raises(Refused, match=r"directory\.twin-block"):
            receive(world.counter, closed)
    with pytest.raises(Refused, match=r"directory\.bad-block"):
        receive(world.counter, 10**6)
    assert take(world.counter) == 500_001


def test_no_block_is_taken_for_a_counter_that_lives_elsewhere_or_nowhere(world, here, village):
    api.place_office(SYSTEM, office_id=world.counter, node_id=village)
    with pytest.raises(Refused, match=r"directory\.counter-elsewhere"):
        receive(world.counter, 500_000)
    with pytest.raises(NotFound, match=r"directory\.no-counter"):
        receive(new_id(), 500_000)


def test_a_full_block_of_the_centre_is_followed_by_none_that_this_node_thinks_up(world, here):
    receive(world.counter, 500_000)
    with journal.act() as act:
        TrackingBlock.objects.filter(pk=500_000).update(serial=tracking.SERIALS)
        act.append("test.prepared", subject=world.counter, actor="system")
    with pytest.raises(Refused, match=r"directory\.block-full"):
        take(world.counter)
    receive(world.counter, 500_001)
    assert take(world.counter) == 500_001


def test_a_counter_that_waits_for_its_block_says_so(world, here):
    with journal.act() as act:
        TrackingBlock.objects.filter(counter_id=world.counter).update(is_open=False)
        act.append("test.prepared", subject=world.counter, actor="system")
    with pytest.raises(Refused, match=r"directory\.no-block"):
        take(world.counter)
