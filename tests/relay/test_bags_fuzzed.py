"""Bags of a node that is entered here and hostile: spoilt at random, signed and sealed aright.

Each number is a seed, so that a failure is had again by its number. `PISHKHAN_FUZZ_SECONDS` is how
long the slow lane goes on (ten minutes).
"""

from __future__ import annotations

import os
import random
import resource
import shutil
import time
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path
from typing import Any

import pyrage
import pytest
from pyrage import x25519
from tests.relay.other_node import OtherNode, digest

from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel import canonical
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay import bundle, protocol
from pishkhan.relay.bundle import Frame, Have
from pishkhan.relay.contracts import Transfer
from pishkhan.relay.models import Envelope, Peer
from pishkhan.sealing import api as sealing

pytestmark = pytest.mark.django_db(transaction=True)
FEW = 25
SECONDS = float(os.environ.get("PISHKHAN_FUZZ_SECONDS", "600"))
GROWTH = 200 * 2**10
"""kB that the process may grow by, whatever comes."""
VALUES: list[Any] = [
    None, True, False, 0, 1, -1, 2**53 - 1, 2**53, 2**64, "", "x", "A" * 300, "ي‌ك", "\x00", "../x",
    [], {}, [[]], {"": ""}, "none", "age", "relay.receipt", "test.parcel", "9" * 64, "f" * 16,
]  # fmt: skip


class Fuzz:
    """One hostile village and one honest neighbour, and all that chance does to the former."""

    def __init__(self, post: Any, stick: Path, blobs: Path) -> None:
        self.post, self.stick, self.blobs = post, stick, blobs
        self.village, self.neighbour = OtherNode(), OtherNode()
        self.honest = 0

    def once(self, seed: int) -> None:
        """Bring one spoilt bag and one honest one; both are taken in, and only one harms nobody."""
        chance = random.Random(seed)
        shutil.rmtree(self.stick)
        self.stick.mkdir()
        scan = chance.randbytes(chance.choice([0, 1, 500]))
        frames = [self.frame(chance, scan) for _ in range(chance.randint(0, 4))]
        path = self.village.bag(self.stick, frames, [scan], have=self.have(chance))
        chance.choice([self.bytes, self.manifest, self.files, lambda *_: None])(chance, path)
        self.honest += 1
        name = f"honest {self.honest}"
        self.neighbour.bag(self.stick, [self.neighbour.parcel(self.post.agency, name)])
        relay.import_bundles(self.stick)
        relay.drain()
        relay.export_bundle(self.neighbour.id, self.stick)
        if Peer.objects.exists():
            assert set(Peer.objects.values_list("node", flat=True)) == {self.village.id}
            relay.lift_suspension(SYSTEM, self.village.id)

    def frame(self, chance: random.Random, scan: bytes) -> Frame:
        """Return an envelope that the village signed: an honest one, or one with spoilt words."""
        kind = chance.choice(["test.parcel", "test.parcel", protocol.RECEIPT, "letters.submission"])
        to = chance.choice([self.post.agency, self.post.counter, journal.node_id(), new_id()])
        moved = Transfer(new_id(), new_id(), 1) if chance.random() < 0.3 else None
        said: Any = {"name": "x"} if kind == "test.parcel" else self.acks(chance)
        if chance.random() < 0.4:
            said = spoil(chance, said)
        plain = chance.choice([b"\x00", b"\x00", b"\x01", b"\x07", b""]) + written(said)
        recipient = x25519.Recipient.from_str(sealing.seal_recipient())
        payload = pyrage.encrypt(plain, [recipient])
        if chance.random() < 0.1:
            payload = chance.randbytes(50)
        blobs = [digest(scan)] if chance.random() < 0.3 else []
        header = self.village.header(to, payload, kind=kind, blobs=blobs, transfer=moved)
        data = protocol.write(header)
        if chance.random() < 0.4:
            data = written(spoil(chance, canonical.loads(data)))
        return Frame(data, payload, self.village.sign("envelope", data))

    def acks(self, chance: random.Random) -> dict[str, Any]:
        names = list(Envelope.objects.values_list("id", flat=True)[:20]) or ["0" * 64]
        states = ["applied", "refused", "received", "held", ""]
        return {
            "acks": [
                {
                    "envelope": chance.choice(names),
                    "message": str(new_id()),
                    "state": chance.choice(states),
                }
            ]
        }

    def have(self, chance: random.Random) -> list[Have]:
        upto = chance.choice([0, 1, 2**40])
        return [Have(1, chance.choice([self.village.counter, new_id()]), upto, upto)][
            : chance.randint(0, 1)
        ]

    def bytes(self, chance: random.Random, path: Path) -> None:
        """Flip, cut or lengthen a file of the bag."""
        victim = chance.choice(sorted(path.iterdir()))
        data = bytearray(victim.read_bytes() or b"\x00")
        for _ in range(chance.randint(1, 4)):
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        cut = chance.randrange(len(data) + 1) if chance.random() < 0.3 else len(data)
        victim.write_bytes(bytes(data[:cut]) + chance.randbytes(chance.choice([0, 0, 9])))

    def manifest(self, chance: random.Random, path: Path) -> None:
        """Change what the manifest says, and sign that."""
        body = bundle.split((path / "manifest").read_bytes())[0]
        self.village.write_manifest(path, written(spoil(chance, canonical.loads(body))))

    def files(self, chance: random.Random, path: Path) -> None:
        """Remove a file, put a link in its place, or swap two."""
        found = sorted(path.iterdir())
        victim, other = chance.choice(found), chance.choice(found)
        what = chance.randrange(3)
        if what == 0:
            victim.unlink()
        elif what == 1:
            victim.unlink()
            victim.symlink_to("/etc/hostname")
        else:
            mine, theirs = victim.read_bytes(), other.read_bytes()
            victim.write_bytes(theirs)
            other.write_bytes(mine)


def written(value: Any) -> bytes:
    """Return JSON, also of what canonical JSON refuses."""
    try:
        return canonical.dumps(value)
    except Exception:
        return repr(value).encode("utf-8", "replace")


def spoil(chance: random.Random, value: Any) -> Any:
    """Return the value with one thing in it changed, added or taken away."""
    if isinstance(value, dict) and value and chance.random() < 0.9:
        name = chance.choice(sorted(value))
        what = chance.random()
        if what < 0.15:
            return {key: each for key, each in value.items() if key != name}
        if what < 0.25:
            return {**value, "extra": chance.choice(VALUES)}
        return {**value, name: spoil(chance, value[name])}
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        return [*value[:at], spoil(chance, value[at]), *value[at + chance.randint(0, 1) :]]
    return chance.choice(VALUES)


@pytest.fixture
def fuzz(post: Any, tmp_path: Path, settings: Any) -> Fuzz:
    settings.BLOB_ROOT = tmp_path / "blobs"
    stick = tmp_path / "stick"
    stick.mkdir()
    return Fuzz(post, stick, settings.BLOB_ROOT)


def run(fuzz: Fuzz, seeds: Iterator[int], going_on: Callable[[], bool]) -> int:
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    done = 0
    for seed in seeds:
        if not going_on():
            break
        try:
            fuzz.once(seed)
        except Exception as error:
            raise AssertionError(f"seed {seed}") from error
        done += 1
    names = fuzz.post.names()
    assert [names.count(f"honest {n}") for n in range(1, done + 1)] == [1] * done
    assert not list(fuzz.stick.parent.rglob("hostname"))
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - grown < GROWTH
    return done


def test_spoilt_bags_harm_nobody_else(fuzz: Fuzz) -> None:
    assert run(fuzz, iter(range(FEW)), lambda: True) == FEW


@pytest.mark.slow
def test_ten_minutes_of_spoilt_bags_harm_nobody_else(fuzz: Fuzz) -> None:
    end = time.monotonic() + SECONDS
    assert run(fuzz, count(1_000), lambda: time.monotonic() < end) > FEW
