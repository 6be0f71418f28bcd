"""What must be true: after every step (cheaply), and when all is quiet (wholly).

Each check raises `Broken` with the invariant's name. It reads the nodes' tables and `Promised`, and
asks no function of the product what it thinks of itself, but for `fsck`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from uuid import UUID

from pishkhan.journal import api as journal
from pishkhan.kernel import snapshot
from pishkhan.kernel.findings import Survey
from pishkhan.letters.models import Answer, Arrival, LetterNumber, Submission
from pishkhan.node.commands import fsck
from pishkhan.relay import protocol
from pishkhan.relay.models import Custody, Envelope, Inbound, Outgoing, Peer, Stream
from tests.simulator.model import Promised
from tests.simulator.nodes import Node, acting

LOST = "letter-lost"
DOUBLED = "letter-doubled"
CUSTODY = "one-custodian"
NUMBERS = "numbers"
STREAMS = "streams"
FSCK = "fsck"
SURPRISE = "surprise"

TURNED_CLOCK = frozenset({"entries.back-dated", "entries.dated-ahead"})
"""What fsck rightly says of a node whose clock was turned."""


class Broken(AssertionError):
    """An invariant does not hold; `name` says which."""

    def __init__(self, name: str, what: str) -> None:
        super().__init__(f"{name}: {what}")
        self.name = name


def _hold(name: str, ok: object, what: str) -> None:
    if not ok:
        raise Broken(name, what)


def no_letter_lost(nodes: dict[str, Node], centre: Node, promised: Promised) -> None:
    """Each letter with a receipt stands at its counter, and what the agency had, it has."""
    for node in nodes.values():
        with acting(node):
            there = dict(Submission.objects.values_list("id", "tracking_code"))
        for letter in promised.of(node.name):
            assert letter.id is not None
            _hold(LOST, there.get(letter.id) == letter.code, f"{letter.nth} at {node.name}")
    with acting(centre):
        arrived = set(Arrival.objects.values_list("letter_id", flat=True))
    _hold(LOST, promised.arrived <= arrived, "an arrival is gone")
    promised.arrived |= arrived


def none_doubled(nodes: dict[str, Node], centre: Node, promised: Promised) -> None:
    """A nonce is one letter, a letter one arrival and one answer; no letter that none brought."""
    for node in nodes.values():
        with acting(node):
            nonces = list(Submission.objects.values_list("nonce", flat=True))
            answers = list(Answer.objects.values_list("letter_id", "id"))
        _once(DOUBLED, nonces, f"a letter of {node.name}")
        _once(DOUBLED, (letter for letter, _ in answers), f"an answer at {node.name}")
        brought = sum(each.node == node.name for each in promised.letters)
        _hold(DOUBLED, len(nonces) <= brought, f"{len(nonces)} of {brought} at {node.name}")
    with acting(centre):
        arrivals = list(Arrival.objects.values_list("letter_id", "tracking_code"))
    _once(DOUBLED, (letter for letter, _ in arrivals), "an arrival")
    _once(DOUBLED, (code for _, code in arrivals), "a tracking code")


def never_two_custodians(nodes: dict[str, Node]) -> None:
    """Over all nodes' tables an item is held, or was handed over, by one office at most."""
    held: Counter[UUID] = Counter()
    for node in nodes.values():
        with acting(node):
            held.update(
                Custody.objects.filter(state__in=["held", "handed_over"]).values_list(
                    "item", flat=True
                )
            )
    twice = sorted(str(item) for item, count in held.items() if count > 1)
    _hold(CUSTODY, not twice, f"two custodians: {twice}")


def one_custodian(nodes: dict[str, Node]) -> None:
    """When all is quiet each item that anybody knows has exactly one custodian."""
    never_two_custodians(nodes)
    known: set[UUID] = set()
    held: set[UUID] = set()
    for node in nodes.values():
        with acting(node):
            for item, state in Custody.objects.values_list("item", "state"):
                known.add(item)
                if state in {"held", "handed_over"}:
                    held.add(item)
    _hold(CUSTODY, known == held, f"{len(known - held)} items without a custodian")


def numbers(centre: Node, promised: Promised) -> None:
    """1 … n without gap or twin, voided with a reason; codes once; and what was told, stands."""
    with acting(centre):
        rows = list(
            LetterNumber.objects.order_by("series_id", "year", "number").values_list(
                "series_id", "year", "number", "text", "state", "void_reason", "item_id"
            )
        )
    given: dict[tuple[UUID, int], list[int]] = {}
    for series, year, number, _text, state, reason, _item in rows:
        given.setdefault((series, year), []).append(number)
        _hold(NUMBERS, state == "issued" or (state == "voided" and reason), f"{number} unexplained")
    for found in given.values():
        _hold(NUMBERS, found == list(range(1, len(found) + 1)), f"gap or twin in {found}")
    standing = {text: (item, state) for _s, _y, _n, text, state, _r, item in rows}
    for text, item in promised.numbers.items():
        _hold(NUMBERS, standing.get(text, (None,))[0] == item, f"{text} is another's")
    for text in promised.voided:
        _hold(NUMBERS, standing[text][1] == "voided", f"{text} was voided")
    # A cloned counter gives its codes twice before anybody can know; the agency takes one in.
    cloned = {letter.node.partition("-")[0] for letter in promised.letters if "-" in letter.node}
    own = [each for each in promised.letters if each.node.partition("-")[0] not in cloned]
    codes = [letter.code for letter in own if letter.code and not letter.gone]
    _once(NUMBERS, codes, "a tracking code")


def streams(nodes: dict[str, Node]) -> None:
    """What a sender counts as arrived, or as applied, is there and is applied."""
    rows = {name: _rows(node) for name, node in nodes.items()}
    ids = {row.id: name for name, row in rows.items()}
    for name, row in rows.items():
        for to_node, envelopes in row.carried.items():
            if to_node in ids:
                missing = envelopes - rows[ids[to_node]].inbound.keys()
                _hold(STREAMS, not missing, f"{name} counts {len(missing)} as arrived that are not")
        for envelope in row.applied & row.sent_away.keys():
            there = [each.inbound[envelope] for each in rows.values() if envelope in each.inbound]
            _hold(STREAMS, there in ([], ["applied"]), f"{name} counts {there} as applied")
        for origin, epoch, to, last in row.incoming:
            if origin in ids:
                sent = rows[ids[origin]].outgoing.get((epoch, to), 0)
                _hold(STREAMS, last <= sent, f"{name} has {last} of {sent} that {ids[origin]} sent")


def quiet(nodes: dict[str, Node]) -> str:
    """Return what still moves, "" when all that was sent is there, settled and known to be."""
    rows = {name: _rows(node) for name, node in nodes.items()}
    ids = {row.id: name for name, row in rows.items()}
    for name, row in rows.items():
        moving = [to for to in row.to_carry if to is None or to in ids]
        if moving:
            return f"{len(moving)} envelopes of {name} are not known to have arrived"
        if unsettled := len([to for to in row.unsettled if to is None or to in ids]):
            return f"{unsettled} messages of {name} are not settled"
        if left := {state for origin, state in row.not_applied if origin in ids}:
            return f"at {name} some are {sorted(left)}"
        for origin, epoch, to, last in row.incoming:
            if origin in ids and last != rows[ids[origin]].outgoing[epoch, to]:
                return f"{name} has {last} of a stream from {ids[origin]}"
        if ids.keys() & {origin for origin, *_ in row.holes}:
            return f"holes at {name}"
    return ""


class _rows:  # noqa: N801 - a reading, not a thing
    """What one node's road tables say, read at once."""

    def __init__(self, node: Node) -> None:
        with acting(node):
            self.id = journal.node_id()
            self.carried: dict[UUID, set[str]] = {}
            self.to_carry: list[UUID | None] = []
            self.sent_away: dict[str, UUID] = {}
            for id_, to_node, waits in Envelope.objects.exclude(
                to_node=None, to_carry=None
            ).values_list("id", "to_node", "to_carry"):
                if waits or to_node is None:
                    self.to_carry.append(to_node)
                else:
                    self.carried.setdefault(to_node, set()).add(id_)
                if to_node is not None:
                    self.sent_away[id_] = to_node
            self.unsettled: list[UUID | None] = []
            self.applied: set[str] = set()
            sent = Outgoing.objects.exclude(kind=protocol.RECEIPT)
            for id_, state in sent.values_list("envelope", "state"):
                if state == "applied":
                    self.applied.add(id_)
                elif state != "refused":
                    self.unsettled.append(self.sent_away.get(id_))
            self.inbound: dict[str, str] = {}
            self.not_applied: list[tuple[UUID, str]] = []
            for id_, origin, state in Inbound.objects.values_list("envelope", "origin", "state"):
                self.inbound[id_] = state
                if state != "applied":
                    self.not_applied.append((origin, state))
            self.outgoing = {
                (epoch, to): last
                for epoch, to, last in Stream.objects.filter(
                    outgoing=True, origin=self.id
                ).values_list("epoch", "destination", "last")
            }
            incoming = list(
                Stream.objects.filter(outgoing=False)
                .exclude(origin=self.id)
                .values_list("origin", "epoch", "destination", "last", "contiguous")
            )
            self.incoming = [row[:4] for row in incoming]
            self.holes = [row for row in incoming if row[3] != row[4]]


def all_answered(nodes: dict[str, Node], centre: Node, promised: Promised) -> None:
    """When all is quiet each letter is at the agency once, and its answer at the counter once."""
    with acting(centre):
        arrived = Counter(Arrival.objects.values_list("tracking_code", flat=True))
    for node in nodes.values():
        with acting(node):
            texts = dict(Answer.objects.values_list("letter_id", "body"))
        for letter in promised.of(node.name):
            assert letter.id is not None
            _hold(LOST, arrived[letter.code] == 1, f"{letter.nth} arrived {arrived[letter.code]} ×")
            text = texts.get(letter.id)
            _hold(LOST, text == f"پاسخ به {letter.code}", f"the answer to {letter.nth}")
            _hold(LOST, letter.handed_over, f"the answer to {letter.nth} was not handed over")


def fsck_clean(node: Node, *, turned: bool) -> None:
    """All that a node stores agrees with itself; `turned`: its clock was, and fsck may say so."""
    with acting(node):
        published = journal.published_now()
        found = []
        with snapshot.reading():
            for part in fsck.PARTS:
                found += [each.code for each in fsck.look(part, Survey(), published)]
    wrong = sorted(set(found) - (TURNED_CLOCK if turned else frozenset()))
    _hold(FSCK, not wrong, f"{node.name}: {wrong}")


def forks_are_noticed(node: Node) -> None:
    """Where one number came with two envelopes, the sender is suspended until a person rules."""
    with acting(node):
        seen = Counter(Inbound.objects.values_list("origin", "stream", "seq"))
        twice = {origin for (origin, _stream, _seq), count in seen.items() if count > 1}
        suspended = set(Peer.objects.values_list("node", flat=True))
    _hold(STREAMS, twice <= suspended, "a fork was not noticed")


def _once(name: str, values: Iterable[object], what: str) -> None:
    twice = [value for value, count in Counter(values).items() if count > 1]
    _hold(name, not twice, f"{what} is there twice: {len(twice)}")
