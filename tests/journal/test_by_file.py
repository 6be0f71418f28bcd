"""Requests to witnesses and their answers in files: the same checks as by line."""

from pathlib import Path

import pytest
from tests.journal.asking import KEY, World, answered, forget, names, proved, size_of
from tests.journal.foreign_log import ForeignLog
from tests.journal.signing import Signer, verify
from tests.journal.test_sequence import write

from pishkhan.journal import api
from pishkhan.journal import witnessing as w
from pishkhan.journal.checkpoint import KeyKind, read_note
from pishkhan.journal.logic import sequence
from pishkhan.journal.models import Asked, Cosigned
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid, NotFound, Refused, Unavailable

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def world(tmp_path: Path, settings):
    settings.HOME = tmp_path
    api.found_log()
    made = World(tmp_path)
    with clock.use(made.clock):
        yield made


def test_a_witness_by_file_completes_the_quorum_weeks_later(world: World):
    world.b.down = True
    world.grow()
    world.ask()
    data = api.ask_witnesses()
    assert [each.witness for each in w.read_asks(data)] == [world.c.key.name]
    for _ in range(12):  # the log goes on meanwhile, and the other witness with it
        world.grow(1)
        world.later(seconds=11)
        world.ask()
    world.grow(1)  # more is published than the other has cosigned
    (fate,) = api.take_cosignatures(answered(data, world.c), verify)
    assert (fate.witness, fate.size, fate.trouble) == ("c", 3, "")
    assert names(api.witnessed()) == {api.head().origin, world.a.key.name, world.c.key.name}
    assert size_of(proved(2)) == 3
    again = w.read_request(w.read_asks(api.ask_witnesses())[0].body)
    assert (again.old, again.head.size) == (3, 15), "on from there, to what the other cosigned"
    assert len(again.note.lines) == 1, "the log's own signature is enough"
    (fate,) = api.take_cosignatures(answered(api.ask_witnesses(), world.c), verify)
    assert (fate.size, fate.trouble, size_of(api.witnessed())) == (15, "", 15)


def test_an_answer_by_file_is_taken_though_the_quorum_went_on_without_it(world: World):
    world.grow()
    world.ask()
    data = api.ask_witnesses()
    for _ in range(12):
        world.grow(1)
        world.later(seconds=11)
        assert world.ask() == 2
    (fate,) = api.take_cosignatures(answered(data, world.c), verify)
    assert (fate.size, fate.trouble) == (3, "")
    assert size_of(api.witnessed()) == 15
    assert api.witnesses()[2].size == 3
    assert Cosigned.objects.count() == 2


def told_size(world: World, size: int) -> None:
    """Let c say by file that it has cosigned so much."""
    text = read_note(api.checkpoint()).text
    api.ask_witnesses()
    told = w.Told(world.c.key.name, text, 409, b"%d\n" % size)
    api.take_cosignatures(w.write_answers([told]), verify)


def test_nobody_is_asked_to_go_back(world: World):
    world.b.down = True
    world.grow()
    world.ask()
    api.ask_witnesses()
    write(3)
    sequence.sequence(KEY)
    told_size(world, 6)
    with pytest.raises(Unavailable, match=r"journal\.not-published"):
        api.ask_witnesses()
    api.step(KEY)
    request = w.read_request(w.read_asks(api.ask_witnesses())[0].body)
    assert (request.old, request.head.size) == (6, 6)


def test_a_witness_with_an_address_is_asked_by_file_when_it_is_named(world: World):
    world.grow()
    asks = w.read_asks(api.ask_witnesses(["a", "c"]))
    assert [each.witness for each in asks] == [world.a.key.name, world.c.key.name]
    with pytest.raises(NotFound, match=r"journal\.no-witness"):
        api.ask_witnesses(["d"])
    world.trust("quorum a")
    text = (world.home / "witness.policy").read_text()
    (world.home / "witness.policy").write_text(text.replace(f"witness c {world.c.key}\n", ""))
    with pytest.raises(Refused, match=r"journal\.nobody-to-ask"):
        api.ask_witnesses()


def test_nothing_published_is_nothing_to_ask_for(world: World):
    with pytest.raises(Unavailable, match=r"journal\.not-published"):
        api.ask_witnesses()


def test_a_file_that_was_changed_on_its_way_is_refused(world: World):
    world.grow()
    data = answered(api.ask_witnesses(), world.c)
    (told,) = w.read_answers(data)
    line = told.body
    origin = api.head().origin
    for other, trouble in (
        (
            w.Told(told.witness, told.checkpoint, 200, line[:-12] + b"AAAAAAAAAAA\n"),
            "bad-signature",
        ),
        (w.Told(told.witness, told.checkpoint, 422, b"no\n"), "conflict"),
        (w.Told(told.witness, told.checkpoint.replace("\n3\n", "\n2\n"), 200, line), "not-asked"),
        (w.Told(told.witness, told.checkpoint.replace(origin, "x"), 200, line), "not-asked"),
        (w.Told(told.witness, "", 200, line), "not-asked"),
        (w.Told("nobody", told.checkpoint, 200, line), "unknown-witness"),
    ):
        (fate,) = api.take_cosignatures(w.write_answers([other]), verify)
        assert fate.trouble == trouble
    root = told.checkpoint.split("\n")[2]
    forged = told.checkpoint.replace(root, "A" * 43 + "=")
    (fate,) = api.take_cosignatures(
        w.write_answers([w.Told(told.witness, forged, 200, world.c.line(forged))]), verify
    )
    assert fate.trouble == "not-asked", "a root that this log never had"
    for bad in (b"", data[:-1], api.ask_witnesses()):
        with pytest.raises(Invalid, match=r"journal\.witness-file"):
            api.take_cosignatures(bad, verify)
    assert names(Cosigned.objects.get().note.encode()) == {origin}
    (fate,) = api.take_cosignatures(data, verify)
    assert fate.trouble == ""


def test_a_witness_by_file_that_stands_elsewhere_says_so_and_is_asked_from_there(world: World):
    world.grow()
    api.take_cosignatures(answered(api.ask_witnesses(), world.c), verify)
    forget(Asked)
    world.grow()
    (fate,) = api.take_cosignatures(answered(api.ask_witnesses(), world.c), verify)
    assert (fate.trouble, world.trouble("c")) == ("behind", "behind")
    (fate,) = api.take_cosignatures(answered(api.ask_witnesses(), world.c), verify)
    assert (fate.trouble, fate.size) == ("", 6)


class Own:
    _signer = Signer("any", KeyKind.WITNESS, b"\7" * 32)
    public = _signer.key.public
    sign = staticmethod(_signer.sign)


def test_this_node_answers_a_file_as_it_does_a_line(world: World):
    log = ForeignLog()
    (world.home / "witness.policy").write_text(f"log {log.key}\nquorum none\n")
    name = f"pishkhan-witness/{api.node_id()}/1"
    asks = [w.Ask(name, log.ask(0, 4)), w.Ask("another", log.ask(0, 4)), w.Ask(name, b"nonsense")]
    data, fates = api.witness_file(w.write_asks(asks), Own, verify)
    assert [(each.witness, each.size, each.trouble) for each in fates] == [
        (log.key.name, 4, ""),
        (name, 0, "refused"),
    ]
    told = w.read_answers(data)
    assert [(each.status, each.checkpoint) for each in told] == [(200, log.note(4).text), (400, "")]
    assert api.add_checkpoint(log.ask(0, 4), Own, verify).status == 409, "it is remembered"
    with pytest.raises(Refused, match=r"journal\.not-for-this-witness"):
        api.witness_file(w.write_asks(asks[1:2]), Own, verify)
    for bad in (b"", data):
        with pytest.raises(Invalid, match=r"journal\.witness-file"):
            api.witness_file(bad, Own, verify)
