from __future__ import annotations

import hashlib
from datetime import datetime

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import (
    SYSTEM,
    NodeRole,
)
from pishkhan.directory.models import Division, TrackingBlock
from pishkhan.journal import api as journal
from pishkhan.kernel import canonical
from pishkhan.kernel.errors import Invalid, NotFound, Refused
from tests.directory.apart import LATER, by_id, code_of, edited, rows, take


def test_a_joining_node_knows_its_counter_and_where_letters_go(centre, joined):
    assert api.counter(centre.counter) == centre.view
    assert api.node_of_office(centre.counter) is None
    assert api.node_of_office(centre.office) == centre.node
    assert api.node_of_office(centre.power_office) == centre.third
    assert api.default_secretariat(centre.water).id == centre.office
    assert {ref.id for ref in api.offices_of_agency(centre.water)} == {centre.office, centre.second}
    assert [hit.id for hit in api.find_agencies("آبفا")] == [centre.water]
    assert [hit.id for hit in api.find_agencies("شرکت توزیع")] == [centre.power]
    assert api.agency(centre.power) == centre.agency
    assert api.agency(centre.branch).parent_id == centre.water
    assert api.identity(centre.water).email == "info@example.ir"
    assert api.setting("tariff.letter") == {"state": 5, "commission": 7, "epoch": "rial"}
    assert api.setting("tariff.letter", at=LATER)["state"] == 5
    assert api.terms() == centre.terms
    assert api.calendars() == centre.calendars


def test_a_joining_node_knows_the_centre_and_the_third_node_by_their_keys(centre, joined):
    nodes = {node.id: node for node in api.other_nodes()}
    assert nodes.keys() == {centre.node, centre.third}
    assert (nodes[centre.node].public_key, nodes[centre.node].role) == (
        b"c" * 32,
        NodeRole.CENTRE,
    )
    assert nodes[centre.third].recipient == "age1" + "q" * 58
    assert api.node_self().name == "همین‌جا"


def test_a_division_that_stands_here_is_not_entered_twice(centre, joined):
    province = api.division_by_code(centre.province.code)
    assert province.id != centre.province.id
    assert api.division(centre.county).parent_id == province.id
    assert Division.objects.count() == 32


def test_taking_a_snapshot_is_one_entry_with_its_digest(centre, snapshot):
    taken = take(snapshot, centre.node, joining=True)
    entry = journal.entries_of(centre.node)[-1]
    assert entry.kind == "directory.snapshot_taken"
    assert entry.fields == {
        "origin": str(centre.node),
        "made": snapshot["at"],
        "counts": dict(taken.counts),
        "digest": hashlib.sha256(canonical.dumps(snapshot)).hexdigest(),
    }
    assert taken.counts["agencies"] == 3
    assert not taken.stale


def test_the_age_of_the_directory_is_when_it_was_made_there(centre, snapshot):
    assert api.directory_age() is None
    take(snapshot, centre.node, joining=True)
    assert api.directory_age() == (datetime.fromisoformat(snapshot["at"]), centre.node)


def test_a_counter_that_joined_takes_codes_once_it_has_its_block(centre, joined):
    with pytest.raises(Refused, match=r"directory\.no-block"):
        code_of(centre.counter)
    with journal.act() as act:
        api.take_block(act, centre.counter, 345_678)
    assert code_of(centre.counter).startswith("345678")


def test_a_later_snapshot_changes_what_it_told_and_the_same_one_changes_nothing(centre, joined):
    before = rows()

    def change(new):
        by_id(new, "agencies", centre.power)["name"] = "شرکت نور"
        by_id(new, "counters", centre.counter)["phone"] = "123"
        by_id(new, "secretariats", centre.office)["is_default"] = False
        by_id(new, "secretariats", centre.second)["is_default"] = True
        new["tables"]["places"] = []

    take(joined, centre.node)
    again = rows()
    assert again.pop("journal_entry")[0] == before.pop("journal_entry")[0] + 1
    assert again == before
    take(edited(joined, change), centre.node)
    assert [hit.id for hit in api.find_agencies("نور")] == [centre.power]
    assert api.counter(centre.counter).phone == "123"
    assert api.default_secretariat(centre.water).id == centre.second
    assert api.node_of_office(centre.power_office) == centre.node


def test_what_is_gone_there_is_closed_here_and_stays(centre, joined):
    def change(new):
        tables = new["tables"]
        tables["agencies"] = [r for r in tables["agencies"] if r["id"] != str(centre.power)]
        gone = {str(centre.power_office), str(centre.second)}
        tables["secretariats"] = [r for r in tables["secretariats"] if r["id"] not in gone]
        tables["places"] = []

    take(edited(joined, change), centre.node)
    assert api.agency(centre.power).active is False
    assert api.find_agencies("برق") == []
    assert [ref.id for ref in api.offices_of_agency(centre.water)] == [centre.office]
    assert api.office(centre.second).id == centre.second
    take(edited(joined, seconds=2), centre.node)
    assert api.agency(centre.power).active
    assert api.default_secretariat(centre.power).id == centre.power_office


def test_a_counter_that_left_takes_no_more_codes_and_comes_back_only_by_joining(centre, joined):
    with journal.act() as act:
        api.take_block(act, centre.counter, 345_678)

    def change(new):
        new["offices"], new["tables"]["counters"] = [], []

    take(edited(joined, change), centre.node)
    assert api.counter(centre.counter).active is False
    assert api.node_of_office(centre.counter) == centre.node
    with pytest.raises(Refused, match=r"directory\.counter-elsewhere"):
        code_of(centre.counter)
    with pytest.raises(Invalid, match=r"directory\.bad-snapshot"):
        take(edited(joined, seconds=2), centre.node)
    take(edited(joined, seconds=2), centre.node, joining=True)
    assert api.counter(centre.counter).active
    assert not TrackingBlock.objects.filter(is_open=True).exists()


def test_an_older_snapshot_is_ignored_and_says_so(centre, joined):
    take(edited(joined), centre.node)
    before = rows()
    taken = take(edited(joined, seconds=0), centre.node)
    assert taken.stale
    assert rows() == before


def test_a_node_that_was_revoked_tells_nothing_any_more(centre, joined):
    api.revoke_node(SYSTEM, centre.node)
    with pytest.raises(Refused, match=r"directory\.node-revoked"):
        take(edited(joined), centre.node)


def test_a_snapshot_does_not_unrevoke_a_node_but_tells_of_a_revocation(centre, joined):
    api.revoke_node(SYSTEM, centre.third)
    take(edited(joined), centre.node)
    assert api.other_node(centre.third).revoked_at is not None


def test_a_revocation_at_the_centre_holds_here(centre, joined):
    def change(new):
        by_id(new, "nodes", centre.third)["revoked"] = new["at"]

    take(edited(joined, change), centre.node)
    assert api.other_node(centre.third).revoked_at is not None


def test_an_unknown_sender_is_refused_unless_this_node_joins_it(centre, snapshot):
    with pytest.raises(NotFound, match=r"directory\.no-node"):
        take(snapshot, centre.node)


def test_a_node_that_somebody_here_registered_stays_as_he_wrote_it(centre, snapshot):
    api.register_node(
        SYSTEM, node_id=centre.third, name="به دست ما", role=NodeRole.AGENCY, public_key=b"a" * 32
    )
    take(snapshot, centre.node, joining=True)
    assert api.other_node(centre.third).name == "به دست ما"
