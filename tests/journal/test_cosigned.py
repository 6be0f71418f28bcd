"""This node's log asks witnesses, keeps what verifies, and proves by what the quorum cosigned."""

from pathlib import Path

import pytest
from tests.journal.asking import KEY, NOW, World, forget, names, proved, size_of
from tests.journal.other_witness import OtherWitness
from tests.journal.signing import Signer, verify
from tests.journal.test_sequence import write

from pishkhan.journal import api
from pishkhan.journal import witnessing as w
from pishkhan.journal.checkpoint import (
    KeyKind,
    Line,
    NoteKey,
    cosign,
    cosigned_at,
    read_checkpoint,
    read_note,
)
from pishkhan.journal.contracts import Answer
from pishkhan.journal.logic import sequence
from pishkhan.journal.models import Asked, Cosigned, Log
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound, Refused, Unavailable

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def world(tmp_path: Path, settings):
    settings.HOME = tmp_path
    api.found_log()
    made = World(tmp_path)
    with clock.use(made.clock):
        yield made


def test_without_a_policy_all_is_as_it_was(world: World):
    (world.home / "witness.policy").unlink()
    world.grow()
    assert world.ask() == 0
    assert api.witnesses() == []
    assert proved(0) == api.checkpoint()
    assert world.a.bodies == []
    with pytest.raises(NotFound, match=r"journal\.not-witnessed"):
        api.witnessed()
    with pytest.raises(Refused, match=r"journal\.no-policy"):
        api.ask_witnesses()


def test_what_the_quorum_cosigned_is_published_and_proved_by(world: World):
    assert world.ask() == 0, "nothing is published yet"
    world.grow()
    assert world.ask() == 2
    note = api.witnessed()
    assert names(note) == {api.head().origin, world.a.key.name, world.b.key.name}
    for each in (world.a, world.b):
        assert cosigned_at(read_note(note), each.key, verify) == int(NOW.timestamp())
    assert len(read_note(api.checkpoint()).lines) == 1
    api.step(KEY)
    assert api.checkpoint() == note
    assert api.scrub() == []
    assert proved(2) == note
    assert world.ask() == 0, "nothing is new"
    assert len(world.a.bodies) == 1


def test_an_entry_beyond_what_is_cosigned_is_proved_by_what_is_published(world: World):
    world.grow()
    world.ask()
    world.grow()
    assert (size_of(proved(2)), size_of(proved(3))) == (3, 6)
    assert names(proved(3)) == {api.head().origin}


def test_one_witness_is_not_the_quorum(world: World):
    world.b.down = True
    world.grow()
    assert world.ask() == 1
    with pytest.raises(NotFound):
        api.witnessed()
    api.step(KEY)
    assert proved(0) == api.checkpoint()
    assert names(api.checkpoint()) == {api.head().origin, world.a.key.name}, "it has what it has"


def test_a_growing_log_asks_every_few_seconds_and_from_the_last_size(world: World):
    world.grow()
    world.ask()
    world.grow()
    assert world.ask() == 0, "too early"
    world.later(seconds=11)
    assert world.ask() == 2
    request = w.read_request(world.a.bodies[-1])
    assert (request.old, request.head.size) == (3, 6)
    assert size_of(api.witnessed()) == 6
    assert Cosigned.objects.count() == 1, "what is older than the quorum is forgotten"


def test_after_409_it_asks_again_from_the_size_that_it_is_told(world: World):
    world.grow()
    world.ask()
    forget(Asked, Cosigned)  # killed before the commit
    assert world.ask() == 2
    assert [w.read_request(body).old for body in world.a.bodies] == [0, 0, 3]
    assert size_of(api.witnessed()) == 3


def test_a_silent_witness_is_left_alone_longer_each_time_and_does_not_hold_up_others(world: World):
    world.a.down = True
    world.grow()
    assert world.ask() == 1
    since = api.witnesses()[0].since
    assert since == NOW
    asked = []
    for _ in range(100):
        world.later(seconds=10)
        before = len(world.a.bodies)
        world.ask()
        asked.append(len(world.a.bodies) > before)
    assert asked.count(True) == 5, "after 30, 60, 120, 240, 480 seconds"
    assert (world.trouble("a"), world.trouble("b")) == ("silent", "")
    assert api.witnesses()[0].since == since
    world.a.down = False
    world.later(minutes=16)
    assert world.ask() == 1
    assert (world.trouble("a"), api.witnesses()[0].since) == ("", None)
    assert size_of(api.witnessed()) == 3


@pytest.mark.parametrize(
    ("status", "body", "trouble"),
    [
        (500, b"", "silent"),
        (404, b"", "unknown-log"),
        (403, b"", "wrong-key"),
        (422, b"", "conflict"),
        (400, b"", "refused"),
        (301, b"", "refused"),
        (409, b"1000\n", "ahead"),
        (409, b"1\n", "behind"),
        (409, b"x\n", "behind"),
        (200, b"", "bad-signature"),
        (200, b"\xff\n", "bad-signature"),
        (200, b"nonsense\n", "bad-signature"),
    ],
)
def test_what_brings_nothing_is_told_by_its_trouble(world: World, status, body, trouble):
    world.a.says = Answer(status, body)
    world.grow()
    assert world.ask() == 1
    assert world.trouble("a") == trouble
    row = Cosigned.objects.get()
    assert names(row.note.encode()) == {api.head().origin, world.b.key.name}


def test_a_cosignature_that_does_not_verify_is_not_kept(world: World):
    world.grow()
    text = read_note(api.checkpoint()).text
    impostor = Signer(world.a.key.name, KeyKind.WITNESS, b"\5" * 32)
    good = cosign(text, world.a.key, world.a.signer.sign, seconds=7)
    other = bytes([good.signature[-1] ^ 1])
    for line in (
        Line(world.a.key.name, world.a.key.id, good.signature[:-1] + other),
        Line(world.a.key.name, world.a.key.id, b"\0" * 8 + good.signature[8:]),
        cosign(text, impostor.key, impostor.sign, seconds=7),
        cosign(text.replace("\n3\n", "\n4\n"), world.a.key, world.a.signer.sign, seconds=7),
        cosign(text, world.c.key, world.c.signer.sign, seconds=7),
    ):
        world.a.says = Answer(200, str(line).encode())
        world.later(minutes=20)
        world.ask()
        assert world.trouble("a") == "bad-signature"
        assert world.a.key.name not in names(Cosigned.objects.get().note.encode())
    world.a.says = Answer(200, str(good).encode() + world.c.line(text))
    world.later(minutes=20)
    assert world.ask() == 1
    assert names(api.witnessed()) == {api.head().origin, world.a.key.name, world.b.key.name}


def test_while_every_witness_rests_nothing_new_is_held_for_them(world: World):
    world.a.down = world.b.down = True
    world.grow()
    world.ask()
    world.grow()
    world.later(seconds=11)
    assert world.ask() == 0
    assert [row.size for row in Cosigned.objects.all()] == [3]


def test_a_witness_that_knows_more_than_is_published_waits(world: World):
    world.grow()
    write(3)
    sequence.sequence(KEY)  # the disk is full: six are signed, three are published
    world.b.says = Answer(409, b"6\n")
    assert world.ask() == 1
    assert world.trouble("b") == "behind"
    world.later(minutes=1)
    assert world.ask() == 0
    assert len(world.b.bodies) == 1
    world.b.says = None
    api.step(KEY)
    assert world.ask() == 2


def test_a_node_never_asks_itself_nor_counts_itself(world: World):
    own = NoteKey(f"pishkhan-witness/{api.node_id()}/1", KeyKind.WITNESS, b"\7" * 32)
    world.trust("quorum own", own=f"witness own {own} http://own.example")
    world.grow()
    assert world.ask() == 2
    assert [each.name for each in api.witnesses()] == ["a", "b", "c"]


def test_a_new_log_is_asked_for_from_nothing(world: World):
    world.grow()
    world.ask()
    api.begin_anew()
    world.a.size = world.b.size = 0  # they know nothing of the new origin
    world.a.root = world.b.root = OtherWitness(9).root
    world.grow()
    assert world.ask() == 2
    assert w.read_request(world.a.bodies[-1]).old == 0
    assert names(proved(0)) >= {f"pishkhan/{api.node_id()}/1", world.a.key.name}
    assert read_checkpoint(read_note(api.witnessed()).text).origin.endswith("/2")


def test_the_log_goes_on_while_the_policy_cannot_be_read(world: World):
    world.grow()
    world.ask()
    (world.home / "witness.policy").write_text("nonsense\n")
    with pytest.raises(Unavailable, match=r"journal\.policy"):
        world.ask()
    world.grow()
    assert names(proved(0)) == {api.head().origin}


def test_what_waits_for_a_quorum_does_not_grow_without_end(world: World):
    world.trust("group q all a b c", "quorum q")
    for _ in range(12):
        world.grow(1)
        world.ask()
        world.later(seconds=11)
    assert Cosigned.objects.count() <= 9
    assert Asked.objects.count() == 2


def test_a_restored_home_begins_a_new_log_before_it_publishes(world: World):
    world.grow()
    (world.home / "log.restored").touch()
    world.grow()
    assert Log.objects.count() == 2
    assert read_checkpoint(read_note(api.checkpoint()).text).origin.endswith("/2")
