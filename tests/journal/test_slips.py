"""What a receipt prints of an entry: its promise at once, its path once it is published."""

import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connections
from tests.journal.log_key import LogKey
from tests.journal.signing import verify

from pishkhan.journal import api
from pishkhan.journal.checkpoint import read_key
from pishkhan.journal.models import Entry
from pishkhan.journal.promise import is_promised, logged_under, read_leaf_path, read_promise
from pishkhan.journal.slip import FIELD, BadSlip, Slip, read_slip
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.money import Epoch

SUBJECT = UUID("0199c3a1-7c00-7a10-8000-00000000000a")
KEY = LogKey()
SLIP = Slip(
    code="1500010000017",
    at=datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
    agency=UUID("0199c3a1-7c00-7a10-8000-00000000000b"),
    pages=bytes(range(32)),
    fee=300_000,
    epoch=Epoch.RIAL_1310,
)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def log(tmp_path: Path, settings):
    settings.HOME = tmp_path
    api.found_log()


def write(**fields: api.JSON) -> UUID:
    with api.act() as act:
        return act.append(
            "letter.accepted",
            subject=SUBJECT,
            actor="system",
            fields={FIELD: SLIP.value()} | fields,
        )


def test_the_promise_is_the_same_before_and_after_the_entry_has_its_place():
    with api.act() as act:
        entry = act.append(
            "letter.accepted", subject=SUBJECT, actor="system", fields={FIELD: SLIP.value()}
        )
        early = api.promise(entry, KEY)
    assert api.promise(entry, KEY) == early
    api.step(KEY)
    assert api.promise(entry, KEY) == early
    promise = read_promise(early)
    assert is_promised(promise, read_key(api.log_vkey(KEY)), verify)
    assert (promise.slip, promise.hours) == (SLIP, 24)
    assert promise.commit == bytes(Entry.objects.get(id=entry).commit)


def test_the_promise_of_a_log_that_is_over_keeps_that_log_s_key():
    entry = write()
    api.step(KEY)
    before, key = api.promise(entry, KEY), read_key(api.log_vkey(KEY))
    api.begin_anew()
    assert api.promise(entry, KEY) == before
    assert is_promised(read_promise(before), key, verify)
    assert not is_promised(read_promise(before), read_key(api.log_vkey(KEY)), verify)
    later = write()
    assert is_promised(read_promise(api.promise(later, KEY)), read_key(api.log_vkey(KEY)), verify)


def test_the_path_comes_with_the_publication_and_leads_to_what_was_promised():
    entry = write()
    assert api.leaf_path(entry) is None
    api.step(KEY)
    for _ in range(3):
        write()
    path = read_leaf_path(api.leaf_path(entry) or b"")
    head = logged_under(path, read_key(api.log_vkey(KEY)), verify)
    assert (head.size, path.index) == (1, 0)
    api.step(KEY)
    path = read_leaf_path(api.leaf_path(entry) or b"")
    assert logged_under(path, read_key(api.log_vkey(KEY)), verify).root == api.head().root
    assert path.commit == read_promise(api.promise(entry, KEY)).commit


def test_an_entry_without_a_slip_promises_nothing():
    with api.act() as act:
        entry = act.append("letter.noted", subject=SUBJECT, actor="system")
    with pytest.raises(NotFound) as error:
        api.promise(entry, KEY)
    assert error.value.code == "journal.no-field"


def test_the_first_entry_of_a_kind_about_a_subject_is_found():
    first = write()
    write(note="again")
    assert api.entry_with_slip(SUBJECT, "letter.accepted") == first
    with pytest.raises(NotFound) as error:
        api.entry_with_slip(SUBJECT, "letter.closed")
    assert error.value.code == "journal.no-entry"


def test_who_awaits_publication_gets_it_as_soon_as_it_is_there():
    entry = write()

    def later() -> None:
        time.sleep(0.1)
        api.step(KEY)
        connections.close_all()

    thread = threading.Thread(target=later)
    thread.start()
    try:
        assert api.await_published(entry, 20)
    finally:
        thread.join()


def test_the_wait_has_an_end_and_wakes_the_worker(tmp_path: Path):
    entry = write()
    assert not (tmp_path / "bell").exists()
    assert not api.await_published(entry, 0.05)
    assert (tmp_path / "bell").exists()


@pytest.mark.parametrize(
    "change",
    [
        {"code": "12"},
        {"fee": -1},
        {"fee": "1"},
        {"at": "2026-11-21"},
        {"pages": "AA" * 32},
        {"x": 1},
    ],
)
def test_another_value_is_no_slip(change):
    assert read_slip(SLIP.value()) == SLIP
    with pytest.raises(BadSlip):
        read_slip({**SLIP.value(), **change})


@pytest.mark.parametrize("value", [None, 3, "slip", [], {}])
def test_what_is_no_object_is_no_slip(value):
    with pytest.raises(BadSlip):
        read_slip(value)
