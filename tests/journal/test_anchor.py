"""Time as a bracket: what witnesses signed stands in the log, before what is younger."""

import json
from base64 import b64decode
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from tests.journal.asking import NOW, World, size_of
from tests.journal.log_key import LogKey
from tests.journal.signing import verify
from tests.journal.test_sequence import write

from pishkhan.journal import api
from pishkhan.journal.checkpoint import cosigned_at, read_checkpoint, read_note
from pishkhan.journal.commitment import check_opening
from pishkhan.journal.contracts import Level, Opening, ShownField
from pishkhan.journal.logic import anchor
from pishkhan.journal.merkle import leaf_hash, root_of_inclusion
from pishkhan.journal.models import Cosigned, Entry
from pishkhan.kernel import clock

KEY = LogKey()
pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def world(tmp_path: Path, settings):
    settings.HOME = tmp_path
    api.found_log()
    made = World(tmp_path)
    with clock.use(made.clock):
        yield made


def anchors() -> int:
    return Entry.objects.filter(kind=anchor.KIND).count()


def logged() -> None:
    while api.step(KEY):
        pass


def minute(world: World, count: int = 1) -> None:
    """Let a minute pass in which so many entries come, are cosigned and anchored."""
    world.later(seconds=61)
    if count:
        write(count)
    logged()
    world.ask()
    api.anchor_step()
    logged()


def extra(index: int, fields=("n",)):
    entry = Entry.objects.get(index=index)
    head, _gap, note = api.proof(entry.id, fields).partition(b"\n\n")
    lines = head.split(b"\n")
    return json.loads(b64decode(lines[1].split()[1])), read_note(note)


def test_a_cosigned_checkpoint_becomes_an_entry_once(world: World):
    minute(world)
    assert anchors() == 1
    (entry,) = Entry.objects.filter(kind=anchor.KIND)
    kept = Cosigned.objects.get(entry=entry.id)
    assert json.loads(entry.fields) == {"note": kept.note, "size": kept.size}
    assert api.anchor_step() == 0


def test_an_idle_log_does_not_grow_by_its_anchors(world: World):
    minute(world)
    for _ in range(5):
        minute(world, 0)
    assert anchors() == 1
    minute(world)
    assert anchors() == 2


def test_there_is_one_anchor_a_minute_at_most(world: World):
    minute(world)
    for _ in range(4):
        world.later(seconds=11)
        world.grow(1)
        world.ask()
        api.anchor_step()
    assert anchors() == 1
    world.later(seconds=30)
    world.grow(1)
    world.ask()
    assert api.anchor_step() == 1


def test_without_a_quorum_nothing_is_anchored(world: World):
    world.b.down = True
    minute(world)
    assert anchors() == 0
    assert api.state(Entry.objects.get(index=0).id).level is Level.LOGGED


def test_the_bracket_of_an_entry_is_what_stands_around_it(world: World):
    minute(world)  # entry 0, its anchor at 1
    first = world.clock.now()
    world.later(minutes=10)
    minute(world)  # entry 2, its anchor at 3
    second = world.clock.now()
    world.later(hours=5)
    minute(world)
    state = api.state(Entry.objects.get(index=2).id)
    assert (state.level, state.index) == (Level.WITNESSED, 2)
    assert state.not_before == first.replace(microsecond=0)
    assert state.not_after == second.replace(microsecond=0)
    nothing_before = api.state(Entry.objects.get(index=0).id)
    assert nothing_before.not_before is None
    assert nothing_before.not_after == first.replace(microsecond=0)


def test_what_waits_is_promised_and_what_no_witness_saw_is_logged(world: World):
    write(1)
    entry = Entry.objects.get()
    assert api.state(entry.id).level is Level.PROMISED
    logged()
    assert api.state(entry.id) == api.ProofState(Level.LOGGED, 0, None, None)
    world.ask()
    assert api.state(entry.id).level is Level.WITNESSED  # without an anchor yet


def test_a_proof_shows_an_anchor_under_the_same_root(world: World):
    minute(world)
    minute(world)
    told, note = extra(2)
    head = read_checkpoint(note.text)
    after = told["after"]
    opened = after["opening"]
    opening = Opening(
        opened["v"],
        opened["size"],
        tuple(
            ShownField(s["place"], s["name"], bytes.fromhex(s["salt"]), s["value"])
            for s in opened["shown"]
        ),
        tuple(bytes.fromhex(each) for each in opened["proof"]),
    )
    commit = bytes(Entry.objects.get(index=after["index"]).commit)
    assert check_opening(opening, commit)
    path = [bytes.fromhex(each) for each in after["path"]]
    leaf = leaf_hash(b"\x01" + commit)
    assert root_of_inclusion(after["index"], head.size, leaf, path) == head.root
    inner = read_note(str(opening.shown[0].value).encode())
    assert cosigned_at(inner, world.a.key, verify) is not None
    assert after["index"] < 2


def test_an_entry_is_proved_by_the_first_that_covers_it_though_many_came_since(world: World):
    for _ in range(6):
        minute(world)
    _told, note = extra(2)
    assert read_checkpoint(note.text).size == 3
    assert Cosigned.objects.filter(entry__isnull=False).count() == 6


def test_the_first_entry_has_no_anchor_before_it(world: World):
    minute(world)
    assert "after" not in extra(0)[0]


def test_a_quorum_is_together_when_its_last_one_came(world: World):
    minute(world)
    policy = anchor.policy()
    row = Cosigned.objects.get(entry__isnull=False)
    note = read_note(row.note.encode())
    early, late = NOW - timedelta(hours=1), NOW + timedelta(hours=1)
    mixed = read_note(str(note).encode())
    lines = [
        read_note(
            f"{note.text}\n".encode() + who.line(note.text, seconds=int(when.timestamp()))
        ).lines[0]
        for who, when in ((world.a, early), (world.b, late))
    ]
    mixed = mixed.with_lines(lines)
    assert policy is not None
    assert anchor.quorum_time(policy, mixed) == late
    alone = read_note(f"{note.text}\n{lines[0]}".encode())
    assert anchor.quorum_time(policy, alone) is None
    assert size_of(row.note.encode()) == row.size


def test_a_new_log_has_anchors_of_its_own(world: World):
    minute(world)
    api.begin_anew()
    logged()
    entry = Entry.objects.order_by("-index").first()
    assert entry is not None
    state = api.state(entry.id)
    assert (state.level, state.not_before) == (Level.LOGGED, None)
    for witness in (world.a, world.b):  # to which it is another log
        witness.size, witness.root = 0, sha256(b"").digest()
    minute(world)
    minute(world)
    newest = Entry.objects.exclude(kind=anchor.KIND).order_by("-index").first()
    assert newest is not None
    assert isinstance(api.state(newest.id).not_before, datetime)
