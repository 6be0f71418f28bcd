"""What a letter's entries say its rows must be: a pure fold over the entries about it.

A state is a set of possible states: where the entries do not say which way a deed went, both are
kept (docs/howto/fsck.md names these places), and a row is at odds only with all of them. Each
entry must be a legal step of `states` from at least one; else it is a fault, and the fold goes on
with what the entry itself says.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pishkhan.letters.contracts import ArrivalState as A
from pishkhan.letters.contracts import SubmissionState as S
from pishkhan.letters.fold_agency import Agency
from pishkhan.letters.fold_parts import DraftFold, Entry, Fault, said
from pishkhan.letters.states import SUBMISSION

_REFUSED = ("letter_refused", "completion_refused")
_PINNED = frozenset({S.READY, S.HANDED_OVER, S.WITHDRAWN})


@dataclass(slots=True)
class CounterSide:
    """A letter as its counter must hold it."""

    accepted: Mapping[str, Any]
    accepted_at: datetime
    states: frozenset[S] = frozenset({S.QUEUED})
    received: dict[str, datetime] = field(default_factory=dict)
    handed: dict[str, datetime] = field(default_factory=dict)
    printed_at: datetime | None = None
    completed: dict[int, str] = field(default_factory=dict)
    """The digest of the pages of each round."""


@dataclass(slots=True)
class Letter:
    """What all entries about one letter say: its counter's side, and each agency's."""

    counter: CounterSide | None = None
    agencies: dict[str, Agency] = field(default_factory=dict)
    here: str = ""
    """The secretariat that the letter is with, as far as the entries tell."""
    faults: list[Fault] = field(default_factory=list)

    def draft(self, id_: str) -> DraftFold | None:
        """Return an answer as its agency's entries say it is; None where there are none."""
        found = (agency.drafts.get(id_) for agency in self.agencies.values())
        return next((draft for draft in found if draft is not None), None)


def fold(entries: Iterable[Entry]) -> Letter:
    """Return what the entries about one letter, oldest first, say of it."""
    letter = Letter()
    for entry in entries:
        try:
            _STEPS.get(entry.kind, _at_agency)(letter, entry)
        except (KeyError, ValueError, TypeError):  # a field is not there, or is of another form
            letter.faults.append(Fault(entry.number, entry.kind, ""))
    return letter


def _accepted(letter: Letter, e: Entry) -> None:
    if letter.counter is not None:
        letter.faults.append(Fault(e.number, e.kind, said(letter.counter.states)))
        return
    letter.counter = CounterSide(e.fields, e.at)


def _arrived(letter: Letter, e: Entry) -> None:
    office = str(e.fields.get("secretariat", ""))
    known = letter.agencies.get(office)
    if known is None:
        letter.agencies[office] = Agency(office, e.at, frozenset({A.ARRIVED}))
    else:
        known.come_back(e, letter.faults)
    letter.here = office


def _begun(letter: Letter, e: Entry) -> None:
    office = str(e.fields.get("secretariat", ""))
    made = Agency(office, e.at, frozenset({A.IN_PROGRESS}), unnamed_referrals=True)
    letter.agencies[office], letter.here = made, office
    if e.kind == "letter.delivered":
        # Its answer is another letter's entry: see docs/howto/fsck.md.
        made.delivered = True
        made.states |= {A.ANSWERED}
        made.registered_at = e.at
    else:
        made.new_draft(str(e.fields.get("draft", "")), 1, str(e.fields.get("content_digest", "")))


def _transfer_refused(letter: Letter, e: Entry) -> None:
    for agency in letter.agencies.values():
        if agency.gone_to == e.fields.get("to") and A.TRANSFERRED in agency.states:
            agency.come_back(e, letter.faults, refused=True)
            letter.here = agency.office
            return
    letter.faults.append(Fault(e.number, e.kind, ""))


def _withdrawn(letter: Letter, e: Entry) -> None:
    if "counter" in e.fields:
        _by_counter("ask_withdrawal", S.WITHDRAWN)(letter, e)
    else:
        _at_agency(letter, e)


def _at_agency(letter: Letter, e: Entry) -> None:
    office = str(e.fields.get("secretariat") or letter.here)
    if e.kind == "letter.transferred":
        office = str(e.fields.get("from", ""))
    agency = letter.agencies.get(office)
    if agency is not None:
        agency.take(e, letter.faults)
    elif e.kind in Agency.KINDS:
        letter.faults.append(Fault(e.number, e.kind, ""))


def _counter(
    step: Callable[[CounterSide, Entry], frozenset[S] | None],
) -> Callable[[Letter, Entry], None]:
    """Return a step of the counter's side; None from it is a step that was not legal."""

    def take(letter: Letter, e: Entry) -> None:
        side = letter.counter
        if side is None:
            letter.faults.append(Fault(e.number, e.kind, ""))
            return
        after = step(side, e)
        if after:
            side.states = after
        else:
            letter.faults.append(Fault(e.number, e.kind, said(side.states)))

    return take


def _by_counter(deed: str, otherwise: S | None = None) -> Callable[[Letter, Entry], None]:
    def step(side: CounterSide, _e: Entry) -> frozenset[S] | None:
        table = SUBMISSION[deed]
        after = frozenset(table[each] for each in side.states if each in table)
        if otherwise is not None:
            after = frozenset({otherwise}) if otherwise in after else frozenset()
        return after or None

    return _counter(step)


def _told(side: CounterSide, e: Entry) -> frozenset[S] | None:
    """Take the state that the entry itself names; it must follow what it names as before."""
    try:
        before, after = S(e.fields["before"]), S(e.fields["state"])
    except (KeyError, ValueError):
        return None
    legal = before in side.states
    if e.kind == "letter.status_received":
        reopened = before is S.HANDED_OVER and e.fields.get("step") == "reopened"
        legal &= before is after or before not in _PINNED or reopened
    else:
        steps = (SUBMISSION["letter_refused"], SUBMISSION["completion_refused"])
        legal &= (
            after is before or after is S.WITHDRAWN or any(t.get(before) is after for t in steps)
        )
    side.states = frozenset({after})  # also where it was not legal: what follows builds on it
    return side.states if legal else None


def _moved(side: CounterSide, e: Entry) -> frozenset[S] | None:
    if e.fields.get("before") not in side.states:
        return None
    if side.states & _PINNED:
        return side.states
    back = e.fields.get("back") is True
    return frozenset({S.REGISTERED, S.ARRIVED} if back else {S.TRANSFERRED})


def _answer(side: CounterSide, e: Entry) -> frozenset[S] | None:
    side.received[str(e.fields.get("answer", ""))] = e.at
    return frozenset(S.WITHDRAWN if each is S.WITHDRAWN else S.READY for each in side.states)


def _handed(side: CounterSide, e: Entry) -> frozenset[S] | None:
    answer = str(e.fields.get("answer", ""))
    legal = S.READY in side.states and answer in side.received and answer not in side.handed
    side.handed[answer] = e.at
    if not legal:
        return None
    rest = side.received.keys() - side.handed.keys()
    return frozenset({S.READY if rest else S.HANDED_OVER})


def _completed(side: CounterSide, e: Entry) -> frozenset[S] | None:
    side.completed[int(e.fields.get("round", 0))] = str(e.fields.get("pages", ""))
    return frozenset({S.IN_PROGRESS}) if S.RETURNED in side.states else None


def _printed(side: CounterSide, e: Entry) -> frozenset[S] | None:
    side.printed_at = side.printed_at or e.at
    return side.states


_STEPS: dict[str, Callable[[Letter, Entry], None]] = {
    "letter.accepted": _accepted,
    "letter.completed": _counter(_completed),
    "letter.undelivered": _counter(_told),
    "letter.status_received": _counter(_told),
    "letter.sent_again": _by_counter("send_again"),
    "letter.withdrawal_asked": _by_counter("ask_withdrawal"),
    "letter.withdrawn": _withdrawn,
    "letter.move_received": _counter(_moved),
    "letter.handed_over": _counter(_handed),
    "answer.received": _counter(_answer),
    "receipt.printed": _counter(_printed),
    "letter.arrived": _arrived,
    "letter.begun": _begun,
    "letter.delivered": _begun,
    "letter.transfer_refused": _transfer_refused,
}
