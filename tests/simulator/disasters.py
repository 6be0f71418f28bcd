"""A disk that is put back to an older state, and a disk that is copied and runs twice.

The product notices both and stops until a person rules (`relay.peer-ahead` at the node, a fork at
its centre). Until the ruling exists as a deed, nothing need converge with such a node: what is held
is that the centre loses nothing that it had, that nothing is done twice there, and that the
node stops sending and says so. Where the ruling will be called is marked in `judge`.

One way is not noticed today, and `judge` says in the trace where a seed took it: a node that packs,
before it hears its centre, as many new envelopes as its older disk had forgotten. Its numbers then
stand where the centre's word `have` wants them, and `have` names no envelope.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel.clock import FakeClock
from pishkhan.relay import api as relay
from pishkhan.relay.models import Contact, Inbound, Peer, Stream
from tests.simulator.invariants import LOST, STREAMS, Broken
from tests.simulator.nodes import Node, acting
from tests.simulator.template import OUTER, VILLAGE

if TYPE_CHECKING:
    from tests.simulator.province import Province

RESTORED, CLONED = "restored", "cloned"
SHARE = 0.15
"""Of the seeds have the one, and as many the other."""


class Disaster:
    """What befalls one counter's disk in this seed, or nothing."""

    def __init__(self, province: Province, steps: int, forced: str | None = None) -> None:
        rng = province.rng
        self._province = province
        draw = rng.random()
        drawn = RESTORED if draw < SHARE else CLONED if draw < 2 * SHARE else ""
        self.kind = drawn if forced is None else forced
        # The village above all: it is heard last.
        self._name = VILLAGE if rng.random() < 0.6 else rng.choice(OUTER)
        begin = rng.randrange(steps // 2)
        self._first, self._second = begin, rng.randrange(begin + steps // 4, steps)
        self._copy: Path | None = None
        self._had: set[UUID] = set()
        self._ahead = False

    def perhaps(self, step: int) -> None:
        """Let it happen when its step has come."""
        if self.kind == RESTORED and step == self._first:
            self._back_up()
        elif self.kind == RESTORED and step == self._second:
            self._restore()
        elif self.kind == CLONED and step == self._first:
            self._clone()
        elif self.kind == CLONED and step > self._first:
            self._clone_acts()

    @property
    def _node(self) -> Node:
        return self._province.nodes[self._name]

    def _back_up(self) -> None:
        self._copy = self._node.disk.with_name("backup")
        self._node.copy(self._copy)
        self._in_backup = {e.nonce for e in self._province.promised.of(self._name)}
        self._province.say(f"a backup of {self._name}")

    def _restore(self) -> None:
        assert self._copy is not None
        promised = self._province.promised
        self._node.put_back(self._copy)
        self._fall(f"{self._name} is put back to its backup")
        for letter in promised.letters:
            if letter.node == self._name and letter.nonce not in self._in_backup:
                letter.gone = True
        self._ahead = self._centre_is_ahead()
        if self._ahead and self._province.rng.random() < 0.5:
            self._hear()

    def _hear(self) -> None:
        """It hears the centre before it does anything: from then on it sends nothing."""
        province = self._province
        folder = self._node.disk.with_name("first-word")
        folder.mkdir()
        province.calm = True
        province.export(province.centre, self._name, folder)
        province.take(self._node, folder)
        sent = province.export(self._node, "centre", folder)
        province.calm = False
        if sent is not None:
            raise Broken(STREAMS, f"{self._name} forgot what it sent, and sends on")

    def _clone(self) -> None:
        disk = self._node.disk.with_name("clone")
        self._node.copy(disk)
        node = self._node
        time = FakeClock(node.time.now())
        name = f"{self._name}-clone"
        self._province.copies[name] = Node(name, disk, node.role, time, node.random)
        self._fall(f"{self._name} is copied, and both run")

    def _clone_acts(self) -> None:
        """The second machine does what the first one does; its bags go by the same roads."""
        (clone,) = self._province.copies.values()
        if self._province.rng.random() < 0.5:
            self._province.accept(clone)
            self._province.work(clone)
        elif self._name == VILLAGE:
            self._province.export(clone, "centre", self._province.stick.folder, on_stick=True)
        else:
            self._province.send(clone, "centre")

    def _fall(self, what: str) -> None:
        self._province.doubtful.add(self._name)
        self._province.say(what)
        with acting(self._node) as node:
            me = self._province.ids[node.name]
        with acting(self._province.centre):
            self._had = set(Inbound.objects.filter(origin=me).values_list("subject", flat=True))

    def _centre_is_ahead(self) -> bool:
        with acting(self._node):
            sent = {
                (row.epoch, row.destination): row.last
                for row in Stream.objects.filter(outgoing=True)
            }
        with acting(self._province.centre):
            seen = Stream.objects.filter(
                outgoing=False, origin=self._province.ids[self._name]
            ).values_list("epoch", "destination", "last")
            return any(last > sent.get((epoch, to), 0) for epoch, to, last in seen)

    def judge(self) -> None:
        """Hold what can be held of the node today; called when all is at rest."""
        if self._name not in self._province.doubtful:
            return
        me = self._province.ids[self._name]
        with acting(self._province.centre):
            there = set(Inbound.objects.filter(origin=me).values_list("subject", flat=True))
            suspended = Peer.objects.filter(node=me).exists()
        if not self._had <= there:
            raise Broken(LOST, f"the centre lost what {self._name} had brought")
        with acting(self._node):
            centre = self._province.ids["centre"]
            notice = Contact.objects.filter(node=centre).values_list("notice", flat=True).first()
        said = ["suspended"] * suspended + ([notice] if notice else [])
        if self.kind == RESTORED and self._ahead and not said:
            said = ["it used numbers again before it heard the centre"]
        self._province.say(
            f"{self._name} was {self.kind}: {', '.join(said) or 'nothing to notice'}"
        )

    def rule(self) -> None:
        """Let people rule: this machine goes on in a new epoch, and all that came counts.

        At the centre somebody looks at what was set aside: both histories are the same office's.
        """
        province = self._province
        if self._name not in province.doubtful:
            return
        me = province.ids[self._name]
        with acting(province.centre):
            if Peer.objects.filter(node=me).exists():
                relay.lift_suspension(SYSTEM, me)
            self._let_through()
        with acting(self._node):
            relay.begin_epoch(SYSTEM)
        province.say(f"{self._name} begins a new epoch")

    def _let_through(self) -> None:
        for row in relay.quarantined(limit=200):
            if row.reason in {"relay.fork", "relay.epoch-over"}:
                relay.retry_quarantined(SYSTEM, row.id)

    def judge_again(self) -> None:
        """Hold that all agrees with the node in its new epoch; called when all is at rest."""
        province = self._province
        if self._name not in province.doubtful:
            return
        me, centre = province.ids[self._name], province.ids["centre"]
        with acting(province.centre):
            (there,) = [each for each in relay.contacts() if each.node == me]
            brought = Inbound.objects.filter(origin=me, kind="letter.submitted")
            messages: dict[UUID, set[UUID]] = {}
            for subject, message, state in brought.values_list("subject", "message", "state"):
                if state == "applied":
                    messages.setdefault(subject, set()).add(message)
        with acting(self._node):
            (here,) = [each for each in relay.contacts() if each.node == centre]
        for each in (here, there):
            if each.waiting.count or each.holes or each.notice or each.suspended:
                raise Broken(STREAMS, f"after the new epoch of {self._name}: {each}")
        for letter in province.promised.of(self._name):
            if len(messages.get(letter.id or me, ())) != 1:
                raise Broken(LOST, f"{letter} came {len(messages.get(letter.id or me, ()))} times")
