"""Entries get their places, the head is signed, tiles and checkpoint are published."""

import json
import shutil
import threading
from base64 import b64decode
from pathlib import Path
from uuid import UUID

import pytest
from django.db import connection, connections, transaction
from tests.journal.log_key import LogKey
from tests.journal.signing import verify

from pishkhan.journal import api, guard
from pishkhan.journal.checkpoint import KeyKind, NoteKey, checkpoint_of, read_note
from pishkhan.journal.logic import log as logs
from pishkhan.journal.logic import publish, sequence
from pishkhan.journal.merkle import leaf_hash, root_of_hashes, root_of_inclusion
from pishkhan.journal.models import Entry, Log
from pishkhan.journal.tiles import Tile, width
from pishkhan.kernel.errors import NotFound, Unavailable

SUBJECT = UUID("0199c3a1-7c00-7a10-8000-00000000000a")
KEY = LogKey()

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def log(tmp_path: Path, settings, monkeypatch):
    """A log of its own, with nothing in it."""
    settings.HOME = tmp_path
    api.found_log()
    return tmp_path


def write(count: int) -> None:
    with api.act() as act:
        api.append_many(
            act,
            [api.NewEntry("letter.noted", SUBJECT, "system", {"n": n}) for n in range(count)],
        )


def leaves() -> list[bytes]:
    """Return the hashes of the leaves in their order, from the rows alone."""
    rows = Entry.objects.filter(index__isnull=False).order_by("index")
    return [leaf_hash(b"\x01" + bytes(commit)) for commit in rows.values_list("commit", flat=True)]


def check(size: int) -> None:
    """The published log is whole: its root is that of the rows, its tiles are the tree's."""
    note = read_note(api.checkpoint())
    head = checkpoint_of(note, NoteKey(api.head().origin, KeyKind.LOG, KEY.public), verify)
    hashes = leaves()
    assert (head.size, head.root) == (size, root_of_hashes(hashes))
    told = b"".join(
        api.tile(Tile(0, index, width(0, index, size)).path) for index in range(-(-size // 256))
    )
    assert told == b"".join(hashes)


def test_every_entry_gets_one_place_and_the_published_log_is_that_of_the_rows():
    done = 0
    for count in (1, 2, 253, 300, 5):
        write(count)
        done += count
        while api.step(KEY):
            pass
        assert [*Entry.objects.order_by("index").values_list("index", flat=True)] == [*range(done)]
        check(done)
    assert api.step(KEY) == 0


def test_an_entry_is_proved_under_the_published_checkpoint():
    write(700)
    while api.step(KEY):
        pass
    entry = Entry.objects.get(index=300)
    text = api.proof(entry.id, ["n", "kind"])
    head, _, note = text.partition(b"\n\n")
    first, extra, index, *path = head.decode().split("\n")
    assert first == "c2sp.org/tlog-proof@v1"
    opening = json.loads(b64decode(extra.removeprefix("extra ")))
    assert {each["name"]: each["value"] for each in opening["shown"]} == {
        "kind": "letter.noted",
        "n": json.loads(entry.fields)["n"],
    }
    assert index == "index 300"
    assert note == api.checkpoint()
    reached = root_of_inclusion(
        300, 700, leaf_hash(b"\x01" + bytes(entry.commit)), [b64decode(each) for each in path]
    )
    assert reached == api.head().root


def test_an_entry_that_waits_has_no_proof_and_no_place():
    write(1)
    entry = Entry.objects.get()
    assert api.place(entry.id) is None
    with pytest.raises(Unavailable, match=r"journal\.not-published"):
        api.proof(entry.id, ["n"])
    sequence.sequence(KEY)  # it has a place, and is not published
    assert api.place(entry.id) is None
    with pytest.raises(Unavailable, match=r"journal\.not-published"):
        api.proof(entry.id, ["n"])
    publish.publish()
    assert api.place(entry.id) == 0


@pytest.mark.parametrize(
    "path", ["0/000", "0/000.p/4", "0/000.p/0", "0/001.p/1", "1/000.p/1", "0/0", "x", "entries/000"]
)
def test_a_tile_that_the_published_tree_has_not_is_refused(path: str):
    write(3)
    while api.step(KEY):
        pass
    assert len(api.tile("0/000.p/3")) == 96
    assert len(api.tile("0/000.p/2")) == 64
    assert len(api.tile("entries/000.p/3")) == 105
    with pytest.raises(NotFound, match=r"journal\.no-tile"):
        api.tile(path)


def test_two_sequencers_at_once_do_not_fork_the_log():
    write(2500)
    failed = []

    def run() -> None:
        try:
            while sequence.sequence(KEY):
                pass
        except Exception as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    publish.publish()
    check(2500)


def test_an_entry_that_is_committed_late_is_not_missed():
    """On PostgreSQL a lower number may be committed after a higher one was sequenced."""
    if connection.vendor != "postgresql":
        write(2)
        while api.step(KEY):
            pass
        check(2)
        return
    begun, go_on = threading.Event(), threading.Event()

    def slow() -> None:
        with api.act() as act:
            act.append("letter.noted", subject=SUBJECT, actor="system", fields={"n": 0})
            assert api.entries_of(SUBJECT)  # in the table, and with its number
            begun.set()
            go_on.wait(20)
        connections.close_all()

    late = threading.Thread(target=slow)
    late.start()
    assert begun.wait(20)
    write(1)
    while api.step(KEY):
        pass
    check(1)
    go_on.set()
    late.join()
    while api.step(KEY):
        pass
    check(2)
    assert list(Entry.objects.order_by("number").values_list("index", flat=True)) == [1, 0]


def test_nobody_else_may_give_places_or_touch_the_head():
    write(1)
    with pytest.raises(api.WriteOutsideAct), transaction.atomic():
        Entry.objects.update(index=5)
    with pytest.raises(api.WriteOutsideAct), transaction.atomic():
        Log.objects.update(size=5)
    with pytest.raises(api.WriteOutsideAct), api.act():
        Entry.objects.update(index=5)
    with pytest.raises(api.WriteOutsideAct), guard.sequencing():
        Log.objects.update(size=5)


def test_a_log_whose_rows_are_gone_is_not_begun_again(log: Path):
    write(1)
    while api.step(KEY):
        pass
    with guard.suspended("test"):
        Log.objects.all().delete()
    with pytest.raises(Unavailable, match=r"journal\.log-lost") as refused:
        api.found_log()
    assert refused.value.permanent


def test_an_older_copy_of_the_database_publishes_nothing(log: Path):
    write(3)
    while api.step(KEY):
        pass
    before = {row["epoch"]: row for row in Log.objects.values()}
    write(2)
    while api.step(KEY):
        pass
    with guard.suspended("test"):
        for epoch, row in before.items():
            Log.objects.filter(epoch=epoch).update(**row)
    published = api.checkpoint()
    with pytest.raises(Unavailable, match=r"journal\.rolled-back"):
        publish.publish()
    assert api.checkpoint() == published
    assert api.begin_anew().endswith("/2")
    write(4)
    while api.step(KEY):
        pass
    assert (api.head().epoch, api.head().size) == (2, 5)
    begun = Entry.objects.get(kind="log.begun")
    assert json.loads(begun.fields)["former"] == before[1]["origin"]


def test_a_restored_node_begins_a_log_of_its_own(log: Path):
    write(2)
    while api.step(KEY):
        pass
    shutil.rmtree(log / "log")
    logs.mark_of(log).unlink()
    logs.restored_of(log).touch()
    api.found_log()
    assert api.head().epoch == 2
    api.found_log()
    assert api.head().epoch == 2
    write(1)
    while api.step(KEY):
        pass
    assert api.head().size == 2


def test_the_scrub_finds_every_byte_that_was_changed(log: Path):
    write(700)
    while api.step(KEY):
        pass
    assert api.scrub() == []
    for name in ("tile/0/000", "tile/0/002", "tile/1/000", "tile/entries/001", "checkpoint"):
        path = log / "log/1" / name
        kept = path.read_bytes()
        changed = bytearray(kept)
        changed[50] ^= 1
        path.write_bytes(bytes(changed))
        assert api.scrub() == [f"1/{name}"], name
        path.unlink()
        assert api.scrub() == [f"1/{name}"], name
        path.write_bytes(kept)
    assert api.scrub() == []


def test_damaged_tiles_are_found_before_anything_is_published_over_them(log: Path):
    write(300)
    while api.step(KEY):
        pass
    tile = log / "log/1/tile/0/001"  # which the next leaf joins
    data = bytearray(tile.read_bytes())
    data[40] ^= 1
    tile.write_bytes(bytes(data))
    write(1)
    sequence.sequence(KEY)
    with pytest.raises(Unavailable, match=r"journal\.tiles-damaged"):
        publish.publish()
    tile.write_bytes(bytes([*data[:40], data[40] ^ 1, *data[41:]]))
    bundle = log / "log/1/tile/entries/001"
    note = log / "log/1/checkpoint"
    for path, left in ((bundle, bundle.read_bytes()[:-1]), (note, b"no note"), (tile, None)):
        kept = path.read_bytes()
        path.unlink() if left is None else path.write_bytes(left)
        with pytest.raises(Unavailable, match=r"journal\.tiles-damaged"):
            publish.publish()
        path.write_bytes(kept)
    shutil.rmtree(log / "log")
    assert publish.publish() == 301  # derived anew from the rows
    check(301)


def test_entries_of_a_newer_version_wait_for_it(log: Path, monkeypatch):
    write(1)
    with monkeypatch.context() as older:
        older.setattr(sequence, "VERSION", 0)
        with pytest.raises(Unavailable, match=r"journal\.version") as trouble:
            sequence.sequence(KEY)
        assert trouble.value.permanent
    assert sequence.sequence(KEY) == 1


def test_nothing_is_written_on_a_full_disk(log: Path, monkeypatch):
    write(1)
    sequence.sequence(KEY)
    monkeypatch.setattr(publish, "FREE", 2**63)
    with pytest.raises(Unavailable, match=r"journal\.disk-full"):
        publish.publish()
    assert not (log / "log").exists()


def test_the_mark_of_the_log_is_written_again_after_a_crash_between_row_and_mark(log: Path):
    logs.mark_of(log).unlink()
    api.found_log()
    assert logs.mark_of(log).read_text() == api.head().origin + "\n"
