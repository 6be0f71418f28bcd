"""The node that is cheated over: two days of honest work, and what others kept of it.

Saturday: a letter (`early`) is accepted; in the evening two witnesses of other nodes cosign.
Sunday: a second one (`late`) is accepted and answered; in the evening they cosign again.

What citizens, witnesses and monitors keep lies outside the node: no cheat here touches it.
"""

from __future__ import annotations

import shutil
from copy import deepcopy
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from pishkhan.journal import api as journal
from pishkhan.journal.checkpoint import Note, read_checkpoint, read_note
from pishkhan.journal.contracts import Answer
from pishkhan.journal.slip import FIELD
from pishkhan.kernel import clock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted
from pishkhan.node import wiring
from tests.journal.other_witness import OtherWitness
from tests.journal.signing import verify
from tests.letters.world import NOON, World, drain, image, page
from tests.tamper.cheat import Rows, all_rows

KEY = wiring.LogKey()
NEXT_DAY = timedelta(hours=26)
"""To Sunday's work: what was promised on Saturday is due by then."""
WITNESS_NODES = "http://a.example", "http://b.example"


@dataclass(frozen=True)
class Paper:
    """What a citizen holds of one letter: the receipt with its QRs, the proof file, the pages."""

    letter: UUID
    entry: UUID
    code: str
    promise: str
    path: str
    proof: Path
    pages: tuple[Path, ...]


@dataclass(frozen=True)
class Copy:
    """A copy of what the log served at one moment: a folder with `checkpoint` and `tile/`."""

    folder: Path

    @property
    def checkpoint(self) -> Path:
        return self.folder / "checkpoint"

    @property
    def note(self) -> Note:
        return read_note(self.checkpoint.read_bytes())

    @property
    def size(self) -> int:
        return read_checkpoint(self.note.text).size


@dataclass(frozen=True, repr=False)
class Node:
    """The node, its two witnesses, and what others kept of both evenings."""

    home: Path
    world: World
    clock: clock.FakeClock
    a: OtherWitness
    b: OtherWitness
    policy: Path
    """Whom citizens and monitors trust: the log's key, and both witnesses together."""
    early: Paper
    late: Paper
    answer: str
    """The QR of the late letter's answer."""
    yesterday: Copy
    today: Copy
    former_rows: Rows
    """All rows of Saturday's evening: a backup that the cheater has."""
    former_home: Path
    """HOME of the same moment."""

    def in_home(self, home: Path) -> Node:
        """Return the node with its home, clock and witnesses copied, for one test to spoil."""
        shutil.copytree(self.home, home)
        moment = clock.FakeClock(self.clock.now())
        return replace(self, home=home, clock=moment, a=deepcopy(self.a), b=deepcopy(self.b))

    @property
    def witnesses(self) -> tuple[OtherWitness, OtherWitness]:
        return self.a, self.b


def log_all() -> None:
    """Let the log take every entry that waits, sign and publish: with the node's own key."""
    while journal.step(wiring.LogKey()):
        pass


def ask(witnesses: tuple[OtherWitness, ...]) -> int:
    """Ask the witnesses to cosign what is published; return how many did."""
    who = dict(zip(WITNESS_NODES, witnesses, strict=True))

    def post(address: str, body: bytes) -> Answer:
        return who[address.removesuffix("/add-checkpoint")].take(body)

    count = journal.ask_step(post, verify)
    log_all()  # it publishes the cosignatures too
    return count


def evening(moment: clock.FakeClock, witnesses: tuple[OtherWitness, ...]) -> None:
    """Log, have it cosigned, write that into the log, and have this cosigned as well."""
    log_all()
    ask(witnesses)
    journal.anchor_step()
    moment.advance(timedelta(seconds=30))
    log_all()
    ask(witnesses)


def served(folder: Path) -> Copy:
    """Copy what the log serves now, through what anybody is served."""
    data = journal.checkpoint()
    size = read_checkpoint(read_note(data).text).size
    assert 0 < size < 256  # so there is one tile, and one bundle
    for level in ("0", "entries"):
        path = f"{level}/000.p/{size}"
        target = folder / "tile" / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(journal.tile(path))
    (folder / "checkpoint").write_bytes(data)
    return Copy(folder)


def paper(folder: Path, world: World, accepted: Accepted, *pages: str) -> Paper:
    """Keep what the citizen goes home with."""
    folder.mkdir()
    entry = journal.entry_with_slip(accepted.letter_id, "letter.accepted")
    printed = letters.receipt_proof(world.clerk, accepted.letter_id)
    files = []
    for name in pages:
        files.append(folder / f"{name}.jpg")
        files[-1].write_bytes(image(name))
    proof = folder / "letter.tlog-proof"
    proof.write_bytes(journal.proof(entry, [FIELD]))
    return Paper(
        accepted.letter_id, entry, accepted.tracking_code, printed.promise, printed.path, proof,
        tuple(files),
    )  # fmt: skip


def make(home: Path, others: Path, moment: clock.FakeClock) -> Node:
    """Make the node by deeds in `home`; `others` is where others keep what they got."""
    a, b = witnesses = OtherWitness(1), OtherWitness(2)
    named = [f"witness {name} {each.key}" for name, each in zip("ab", witnesses, strict=True)]
    quorum = "group both 2 a b\nquorum both\n"
    asked = [f"{line} {url}\n" for line, url in zip(named, WITNESS_NODES, strict=True)]
    (home / "witness.policy").write_text("".join(asked) + quorum)
    wiring.introduce()
    day = f"# date: {NOON.date()}\n"
    trusted = [f"log {journal.log_vkey(KEY)}", *named]
    policy = others / "policy"
    policy.write_text(day + "".join(f"{line}\n" for line in trusted) + quorum)

    world = World.make()
    first = world.accept(pages=(page("one"), page("two")))
    drain()
    evening(moment, witnesses)
    early = paper(others / "early", world, first, "one", "two")
    yesterday = served(others / "yesterday")
    former_rows, former_home = all_rows(), others / "home-of-yesterday"
    shutil.copytree(home, former_home)

    moment.advance(NEXT_DAY)
    second, _ = world.answered(pages=(page("three"), page("four")))
    answer = letters.open_answer(world.clerk, second.letter_id).promise
    evening(moment, witnesses)
    late = paper(others / "late", world, second, "three", "four")
    return Node(
        home, world, moment, a, b, policy, early, late, answer,
        yesterday, served(others / "today"), former_rows, former_home,
    )  # fmt: skip
