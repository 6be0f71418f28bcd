"""Roots in the directory of a node, and the papers that it takes in: all of a file or nothing."""

from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import connection
from tests.sealing.papers import (
    BEGINS,
    key,
    public,
    revocations,
    revoked,
    statement,
    subjects,
)

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel import ids
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.sealing import api, papers
from pishkhan.sealing.contracts import RootChange, key_id_of
from pishkhan.sealing.logic import take_papers as take_logic
from pishkhan.sealing.models import KeyPaper, Root
from pishkhan.sealing.statements import digest_of, read_request, root_line, write

RELAY, LOG, WITNESS = subjects()


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction."""


@pytest.fixture
def water():
    return directory.add_agency(SYSTEM, code="water", name="شرکت آب")


@pytest.fixture
def agency(water):
    papers.register_root(SYSTEM, root_line(water, public("root")))
    return water


def signed(*said, by="root"):
    return b"".join(bytes(write(each, key(by).sign)) for each in said)


def take(*said, by="root"):
    return papers.take_papers(SYSTEM, signed(*said, by=by))


def refused(code, *said, by="root", kind=Refused):
    """Nothing of the file stays: no row, no entry."""
    before = (list(KeyPaper.objects.values_list("id")), len(journal.entries()))
    with pytest.raises(kind) as caught:
        take(*said, by=by)
    assert caught.value.code == code
    assert before == (list(KeyPaper.objects.values_list("id")), len(journal.entries()))


def entries(agency, kind):
    return [each for each in journal.entries_of(agency) if each.kind == kind]


NOBODY = replace(SYSTEM, rights=frozenset())


# --- the root ------------------------------------------------------------------------------------


def test_a_root_is_registered_once_with_an_entry(water):
    view = papers.register_root(SYSTEM, root_line(water, public("root")))
    assert (view.agency, view.key_id, view.number) == (water, key_id_of(public("root")), 1)
    (entry,) = entries(water, "root.registered")
    assert entry.fields["root"] == view.key_id
    with pytest.raises(Refused, match=r"sealing\.root-known"):
        papers.register_root(SYSTEM, root_line(water, public("root")))
    with pytest.raises(Refused, match=r"sealing\.root-change"):
        papers.register_root(SYSTEM, root_line(water, public("another")))
    assert papers.agency_keys(water).root == view
    assert papers.roots() == [water]


def test_a_root_is_of_an_agency_and_of_one_only(agency):
    other = directory.add_agency(SYSTEM, code="power", name="شرکت برق")
    with pytest.raises(Refused, match=r"sealing\.root-known"):
        papers.register_root(SYSTEM, root_line(other, public("root")))
    with pytest.raises(NotFound, match=r"directory\.no-agency"):
        papers.register_root(SYSTEM, root_line(ids.new_id(), public("x")))
    for more in ({"lost": True}, {"change": b""}):
        with pytest.raises(Refused, match=r"sealing\.root-first"):
            papers.register_root(SYSTEM, root_line(other, public("x")), **more)


def change(agency, new="root 2", *, old="root", number=2, by=None):
    said = RootChange(agency, key_id_of(public(old)), number, BEGINS, public(new))
    return signed(said, by=by or old)


def test_the_old_root_s_signature_changes_the_root(agency):
    line = root_line(agency, public("root 2"))
    view = papers.register_root(SYSTEM, line, change=change(agency))
    assert (view.number, papers.agency_keys(agency).root.key_id) == (2, key_id_of(public("root 2")))
    (entry,) = entries(agency, "root.changed")
    assert entry.fields["old"] == key_id_of(public("root"))
    refused("sealing.paper-signature", statement(1, LOG, agency))
    assert take(statement(1, LOG, agency, "root 2"), by="root 2")[0].new
    with pytest.raises(Refused, match=r"sealing\.root-known"):
        papers.register_root(SYSTEM, root_line(agency, public("root")), lost=True)


def test_a_change_that_the_present_root_did_not_sign_for_this_key_is_refused(agency):
    line = root_line(agency, public("root 2"))
    for each in (
        change(agency, by="root 2"),
        change(agency, new="root 3"),
        change(agency, number=3),
        change(ids.new_id()),
        change(agency, old="root 0"),
        signed(statement(1, LOG, agency)),
    ):
        with pytest.raises(Refused, match=r"sealing\.root-change"):
            papers.register_root(SYSTEM, line, change=each)
    with pytest.raises(Invalid, match=r"sealing\.paper"):
        papers.register_root(SYSTEM, line, change=b"x")
    assert papers.agency_keys(agency).root.key_id == key_id_of(public("root"))
    assert not entries(agency, "root.changed")


def test_a_lost_root_is_ruled_so_and_it_is_an_entry_of_its_own(agency):
    view = papers.register_root(SYSTEM, root_line(agency, public("root 2")), lost=True)
    assert view.number == 2
    (entry,) = entries(agency, "root.lost")
    assert entry.fields["old"] == key_id_of(public("root"))
    assert Root.objects.filter(agency_id=agency).count() == 2


def test_only_an_administrator_registers_and_takes(agency):
    with pytest.raises(Forbidden):
        papers.register_root(NOBODY, root_line(agency, public("root 2")), lost=True)
    with pytest.raises(Forbidden):
        papers.take_papers(NOBODY, b"")


# --- papers --------------------------------------------------------------------------------------


def test_statements_and_lists_are_kept_with_an_entry_each(agency):
    stated = [statement(number, each, agency) for number, each in enumerate(subjects(), 1)]
    listed = revocations(1, revoked(LOG.key_id), agency=agency)
    assert all(each.new for each in take(*stated, listed))
    found = papers.agency_keys(agency)
    assert [each.subject for each in found.stated] == subjects()
    assert [each.revoked is not None for each in found.stated] == [False, True, False]
    assert found.revocations == listed
    assert papers.revoked(LOG.key_id) == revoked(LOG.key_id)
    assert papers.revoked(RELAY.key_id) is papers.revoked("0" * 16) is None
    told = entries(agency, "key.stated")
    assert [each.fields["key"] for each in told] == [each.key_id for each in subjects()]
    assert told[0].fields["paper"] == digest_of(write(stated[0], key("root").sign))
    (entry,) = entries(agency, "keys.revoked")
    assert entry.fields["keys"] == [LOG.key_id]
    handed = papers.papers_of(agency)
    assert handed == signed(*stated, listed)
    assert not any(each.new for each in papers.take_papers(SYSTEM, handed))
    assert len(entries(agency, "key.stated")) == 3


def test_one_paper_that_is_refused_leaves_nothing_of_its_file(agency):
    refused(
        "sealing.paper-signature",
        *(statement(1, RELAY, agency), statement(2, LOG, agency, "another")),
    )


def test_a_signature_of_another_is_refused(agency):
    refused("sealing.paper-signature", statement(1, LOG, agency), by="another")
    refused("sealing.paper-signature", revocations(1, agency=agency), by="another")
    data = signed(statement(1, LOG, agency)).replace(b'"number":1', b'"number":2')
    with pytest.raises(Refused, match=r"sealing\.paper-signature"):
        papers.take_papers(SYSTEM, data)


def test_an_agency_without_a_root_states_nothing(water):
    refused("sealing.no-root", statement(1, LOG, water), kind=NotFound)
    with pytest.raises(NotFound, match=r"sealing\.no-root"):
        papers.agency_keys(water)


def test_a_change_of_root_is_not_taken_as_a_paper(agency):
    with pytest.raises(Invalid, match=r"sealing\.paper-of-root"):
        papers.take_papers(SYSTEM, change(agency))


def test_a_number_says_one_thing_only(agency):
    take(statement(3, LOG, agency))
    refused("sealing.number-taken", statement(3, RELAY, agency))
    take(statement(2, RELAY, agency))


def test_a_key_has_one_use_and_one_agency(agency):
    take(statement(1, LOG, agency))
    twin = subjects("", ids.new_id())[1]
    refused("sealing.key-twice", statement(2, twin, agency))
    other = directory.add_agency(SYSTEM, code="power", name="شرکت برق")
    papers.register_root(SYSTEM, root_line(other, public("power")))
    refused("sealing.key-twice", statement(1, LOG, other, "power"), by="power")
    take(statement(2, LOG, agency, ends=BEGINS + timedelta(days=9)))


def test_a_revoked_key_is_not_stated_again_and_a_list_takes_nothing_back(agency):
    take(revocations(5, revoked(LOG.key_id), agency=agency))
    refused("sealing.key-revoked", statement(1, LOG, agency))
    refused("sealing.revocations-old", revocations(4, revoked(LOG.key_id), agency=agency))
    refused("sealing.revocations-fewer", revocations(6, agency=agency))
    refused("sealing.number-taken", revocations(5, agency=agency))
    take(revocations(6, revoked(LOG.key_id), revoked(RELAY.key_id), agency=agency))
    known = papers.agency_keys(agency).revocations
    assert known is not None
    assert known.number == 6


def test_a_list_of_one_agency_revokes_no_key_of_another(agency):
    other = directory.add_agency(SYSTEM, code="power", name="شرکت برق")
    papers.register_root(SYSTEM, root_line(other, public("power")))
    take(statement(1, LOG, agency))
    take(revocations(1, revoked(LOG.key_id), agency=other, root="power"), by="power")
    assert papers.revoked(LOG.key_id) is None
    assert papers.agency_keys(agency).stated[0].revoked is None


@pytest.mark.engine
def test_of_two_lists_at_once_one_is_refused_or_they_follow(agency, monkeypatch):
    both, check = threading.Barrier(2), take_logic._check_list

    def slow(said):
        check(said)
        with suppress(threading.BrokenBarrierError):
            both.wait(0.5)  # without the lock both have looked before either has written

    monkeypatch.setattr(take_logic, "_check_list", slow)
    lists = [
        signed(revocations(number, revoked(each.key_id), agency=agency))
        for number, each in ((1, LOG), (2, RELAY))
    ]
    told: list[int | str] = []

    def bring(data):
        try:
            told.append(papers.take_papers(SYSTEM, data)[0].number)
        except Refused as error:
            told.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=bring, args=(each,)) for each in lists]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(map(str, told)) in (
        ["1", "sealing.revocations-fewer"],
        ["2", "sealing.revocations-old"],
    )


def test_the_request_of_a_node_names_its_three_keys():
    journal.found_log()
    node, found = read_request(papers.key_request())
    assert node == journal.node_id()
    assert [each.kind for each in found] == ["node-relay", "node-log", "node-witness"]
    assert [each.key for each in found[:2]] == [
        api.node_key().public_key,
        api.log_key(1).public_key,
    ]
