"""One seed: what happens in the province, step by step, and what must be true meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from random import Random
from uuid import UUID

from django.db import DatabaseError

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import PishkhanError
from pishkhan.node.wiring import LogKey
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import BundleMade, BundleTaken
from tests.simulator import invariants, people
from tests.simulator.carriers import Line, Stick
from tests.simulator.invariants import SURPRISE, Broken
from tests.simulator.model import Letter, Promised
from tests.simulator.nodes import Node, acting
from tests.simulator.strikes import NOTHING, Died, Kind, Strike, striking
from tests.simulator.template import CENTRE, OUTER, VILLAGE, Template

REFUSALS_EXPECTED = frozenset({"relay.peer-ahead", "relay.not-written"})
"""What a node may be refused that was restored or copied, without a strike.

It must send nothing; or its twin wrote a bag of the same number and name on the same stick.
"""


class Province:
    """The nodes, the roads between them, what people were told, and the seed that decides."""

    def __init__(self, template: Template, folder: Path, seed: int) -> None:
        self.rng = Random(seed)
        self.world = template.world
        self.counters = template.counters
        self.nodes = template.nodes(folder / "nodes", Random(f"ids {seed}"))
        self.centre = self.nodes[CENTRE]
        self.ids: dict[str, UUID] = {}
        for name, node in self.nodes.items():
            with acting(node):
                self.ids[name] = journal.node_id()
        lines = folder / "lines"
        lines.mkdir()
        self.lines = {
            (here, there): Line(there, lines / f"{here}-{there}", lines / f"{here}-{there}-road")
            for outer in OUTER
            if outer != VILLAGE
            for here, there in ((outer, CENTRE), (CENTRE, outer))
        }
        self.stick = Stick(folder / "stick")
        self.stick_is_at = VILLAGE
        self.promised = Promised()
        self.trace: list[str] = []
        self.turned: set[str] = set()
        self.doubtful: set[str] = set()
        """Nodes that were restored or cloned: nothing converges with them before a ruling."""
        self.copies: dict[str, Node] = {}
        """Second machines that run on a copy of a node's disk."""
        self.agencies = 0
        self.calm = False

    @property
    def sound(self) -> dict[str, Node]:
        """Return the nodes that must converge."""
        return {name: node for name, node in self.nodes.items() if name not in self.doubtful}

    def clerk(self, node: str) -> Actor:
        """Return who sits at the counter of a node."""
        return self.world.clerk if node == CENTRE else self.counters[node].clerk

    # --- what happens to an act ------------------------------------------------------------------
    def strike(self, *, stick: bool = False) -> Strike:
        """Draw what strikes the next act; nothing once it is calm."""
        draw, event = self.rng.random(), self.rng.uniform(0, 1)
        if self.calm:
            return NOTHING
        if draw < 0.12:
            return Strike(Kind.DEATH, int(2 ** (9 * event)))
        if draw < 0.22:
            return Strike(Kind.AFTER, int(2 ** (2 * event)))
        if draw < 0.27:
            return Strike(Kind.FULL, int(2 ** (4 * event)))
        if stick and draw < 0.42:
            return Strike(Kind.GONE, int(2 ** (5 * event)))
        return NOTHING

    def do(
        self, node: Node, what: str, deed: Callable[[], str], strike: Strike | None = None
    ) -> str:
        """Let a node act under a strike; return what came of it, and note it in the trace."""
        strike = self.strike() if strike is None else strike
        node.time.advance(timedelta(seconds=15))  # longer than a dead worker's lease
        try:
            with acting(node), striking(node, strike, self.stick.folder):
                said = deed()
        except Died:
            said = "died"
        except PishkhanError as error:
            said = f"refused: {error.code}"
            doubtful = node.name.partition("-")[0] in self.doubtful
            expected = REFUSALS_EXPECTED if doubtful else frozenset()
            if strike.kind is Kind.NONE and error.code not in expected:
                raise Broken(SURPRISE, f"{node.name} {what}: {error.code}") from error
        except (DatabaseError, OSError) as error:
            said = f"failed: {type(error).__name__}"
            if strike.kind not in {Kind.FULL, Kind.GONE}:
                raise Broken(SURPRISE, f"{node.name} {what}: {error!r}") from error
        if said == "died":
            node.stop()
        struck = f" [{strike.kind} at {strike.event}]" if strike.kind else ""
        self.say(f"{node.name} {what}{struck}: {said}")
        return said

    def say(self, line: str) -> None:
        """Add a line to the trace."""
        self.trace.append(line)

    # --- acts ------------------------------------------------------------------------------------
    def accept(self, node: Node) -> None:
        """Take a letter in; one whose clerk had no answer is asked for again first."""
        letters = self.promised.letters
        letter = next((e for e in letters if e.node == node.name and not e.id and not e.gone), None)
        if letter is None:
            nonce = UUID(int=self.rng.getrandbits(128), version=4)
            letter = Letter(nonce, node.name, len(letters) + 1)
            letters.append(letter)
        clerk = self.clerk(node.name.partition("-")[0])
        self.do(node, f"letter {letter.nth}", lambda: people.accept(self.world, clerk, letter))

    def desk(self) -> str:
        """Let the agency do the next thing with one of its letters."""
        pick, void = self.rng.randrange(1000), self.rng.random() < 0.1 and not self.calm

        def deed() -> str:
            return people.desk(self.world, self.promised, pick, void=void, whole=self.calm)

        return self.do(self.centre, "desk", deed)

    def hand_over(self, node: Node) -> None:
        """Somebody asks for his answer at a counter."""
        asking = [each for each in self.promised.of(node.name) if not each.handed_over]
        if asking:
            self.hand_letter(node, asking[self.rng.randrange(len(asking))])

    def hand_letter(self, node: Node, letter: Letter) -> None:
        """Give the answer to a letter to its person, if it lies there."""
        clerk = self.clerk(node.name)
        self.do(node, f"answer {letter.nth}", lambda: people.hand_over(clerk, letter))

    def change_directory(self) -> None:
        """The centre founds an agency, and tells the counters' nodes."""
        self.agencies += 1
        self.do(self.centre, "directory", lambda: people.change_directory(self.agencies))

    def work(self, node: Node) -> None:
        """One round of a node's worker."""

        def deed() -> str:
            report = relay.step()
            logged = journal.step(LogKey())
            return f"packed {report.packed}, applied {report.applied}, logged {logged > 0}"

        self.do(node, "works", deed)

    def export(self, node: Node, to: str, folder: Path, *, on_stick: bool = False) -> Path | None:
        """Make a bag for a node; return it, or None when none was made."""
        made: list[BundleMade] = []
        one_file = not on_stick or self.rng.random() < 0.3

        def deed() -> str:
            made.append(relay.export_bundle(self.ids[to], folder, one_file=one_file))
            return f"{made[0].envelopes} envelopes, {made[0].files} files"

        self.do(node, f"bag for {to}", deed, self.strike(stick=on_stick))
        return made[0].path if made else None

    def take(self, node: Node, folder: Path) -> str:
        """Take in what lies in a folder."""
        return self.do(node, "takes", lambda: _told(relay.import_bundles(folder)))

    def send(self, node: Node, to: str) -> None:
        """Make a bag and give it to the line."""
        line = self.lines[node.name.partition("-")[0], to]
        bag = self.export(node, to, line.outbox)
        if bag is not None:
            line.send(bag)

    def deliver(self, line: Line) -> None:
        """Let something that is under way arrive, whole, cut, twice, late, or never."""
        nth, fate, share = (self.rng.random() for _ in range(3))
        if not line.under_way:
            return
        place = int(nth * len(line.under_way))
        if fate < 0.1:
            line.lose(place)
            self.say(f"a bag for {line.to} is lost")
        elif fate < 0.35:
            self.say(f"the line to {line.to} breaks")
            self.take(self.nodes[line.to], line.cut(place, share))
        elif self.take(self.nodes[line.to], line.under_way[place]) != "died" and fate < 0.85:
            line.lose(place)  # else it comes once more

    def carry_stick(self) -> None:
        """The stick goes to the other end, is read there, and written."""
        self.stick_is_at = CENTRE if self.stick_is_at == VILLAGE else VILLAGE
        fate, copy = self.rng.random(), self.rng.random()
        if fate < 0.06:
            self.stick.lose()
            self.say("the stick is lost")
        elif fate < 0.16:
            self.say(f"the stick is damaged: {self.stick.damage(self.rng)}")
        if copy < 0.2:
            self.stick.copy()
        here = self.nodes[self.stick_is_at]
        if self.stick.copies and 0.2 <= copy < 0.4:
            self.say("an old stick comes once more")
            self.take(here, self.stick.copies[0])
        self.take(here, self.stick.folder)
        self.work(here)
        other = CENTRE if self.stick_is_at == VILLAGE else VILLAGE
        self.export(here, other, self.stick.folder, on_stick=True)

    def turn_clock(self, node: Node) -> None:
        """Turn a node's clock by two days at most."""
        by = timedelta(seconds=self.rng.randrange(-2 * 86_400, 2 * 86_400))
        node.time.advance(by)
        self.turned.add(node.name)
        self.say(f"the clock of {node.name} is turned by {by.total_seconds() / 3600:.1f} h")

    # --- checks ----------------------------------------------------------------------------------
    def check(self) -> None:
        """Hold the invariants that are cheap."""
        nodes, centre, promised = self.nodes, self.centre, self.promised
        invariants.no_letter_lost(nodes, centre, promised)
        invariants.none_doubled(nodes, centre, promised)
        invariants.never_two_custodians(nodes)
        invariants.numbers(centre, promised)
        invariants.streams(self.sound)
        invariants.forks_are_noticed(centre)

    def fsck(self, node: Node) -> None:
        """Hold that all of a node agrees with itself."""
        invariants.fsck_clean(node, turned=node.name in self.turned)


def _told(taken: list[BundleTaken]) -> str:
    return ", ".join(
        f"{each.fate} {each.new}+{each.known} of {each.files} files, lost {each.lost}"
        for each in sorted(taken, key=lambda each: (each.origin or UUID(int=0), each.number or 0))
    )
