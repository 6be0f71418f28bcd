"""A node whose log asks witnesses, with the witnesses, for tests."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

from django.db import models, transaction
from tests.journal.log_key import LogKey
from tests.journal.other_witness import OtherWitness
from tests.journal.signing import verify
from tests.journal.test_sequence import write

from pishkhan.journal import api, guard
from pishkhan.journal import witnessing as w
from pishkhan.journal.checkpoint import read_checkpoint, read_note
from pishkhan.journal.contracts import Answer
from pishkhan.journal.models import Entry
from pishkhan.kernel import clock

KEY = LogKey()
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


class World:
    """This node's log, two witnesses with an address, a third by file, and a clock."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.clock = clock.FakeClock(NOW)
        self.a, self.b, self.c = OtherWitness(1), OtherWitness(2), OtherWitness(3)
        self.trust("group q 2 a b c", "quorum q")

    def trust(self, *lines: str, own: str = "") -> None:
        parts = [
            f"witness a {self.a.key} http://a.example",
            f"witness b {self.b.key} http://b.example/w",
        ]
        parts += [f"witness c {self.c.key}", own, *lines, ""]
        (self.home / "witness.policy").write_text("\n".join(parts))

    def post(self, address: str, body: bytes) -> Answer:
        who = {
            "http://a.example/add-checkpoint": self.a,
            "http://b.example/w/add-checkpoint": self.b,
        }
        return who[address].take(body)

    def grow(self, count: int = 3) -> None:
        write(count)
        while api.step(KEY):
            pass

    def ask(self) -> int:
        return api.ask_step(self.post, verify)

    def later(self, **by: float) -> None:
        self.clock.advance(timedelta(**by))

    def trouble(self, name: str) -> str:
        return {each.name: each.trouble for each in api.witnesses()}[name]


def size_of(note: bytes) -> int:
    return read_checkpoint(read_note(note).text).size


def names(note: bytes) -> set[str]:
    return {line.name for line in read_note(note).lines}


def forget(*tables: type[models.Model]) -> None:
    """Take away what this node knew of its witnesses."""
    with transaction.atomic(), guard.witnessing():
        for table in tables:
            table._default_manager.all().delete()


def proved(index: int) -> bytes:
    """Return the checkpoint under which an entry is proved."""
    text = api.proof(Entry.objects.get(index=index).id, ["n"])
    return text.partition(b"\n\n")[2]


def answered(data: bytes, *witnesses: OtherWitness) -> bytes:
    told = []
    for ask in w.read_asks(data):
        (witness,) = [each for each in witnesses if each.key.name == ask.witness]
        answer = witness.take(ask.body)
        told.append(
            w.Told(ask.witness, w.read_request(ask.body).note.text, answer.status, answer.body)
        )
    return w.write_answers(told)
