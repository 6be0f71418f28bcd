"""Ask the witnesses for cosignatures of this node's log (C2SP tlog-witness, the log's side).

One checkpoint at a time is asked for, of all witnesses, so that a quorum comes together on it.
What is true after a crash stands at `take`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from pishkhan.journal import guard
from pishkhan.journal.checkpoint import BadNote, Line, Note, cosigned_at, read_lines, read_note
from pishkhan.journal.contracts import Answer, Post, Verify, WitnessView
from pishkhan.journal.logic import cosigned, trust
from pishkhan.journal.logic.proof import reader_of
from pishkhan.journal.logic.publish import published
from pishkhan.journal.logic.store import Store, home_of
from pishkhan.journal.merkle import consistency_proof
from pishkhan.journal.models import Asked, Cosigned, Log
from pishkhan.journal.policy import Policy, Witness
from pishkhan.journal.witnessing import write_request
from pishkhan.kernel import clock, faults
from pishkhan.kernel.errors import Unavailable

EVERY = timedelta(seconds=10)
"""Between two checkpoints that witnesses are asked for while the log grows all the time."""
REST_FIRST, REST_MOST = timedelta(seconds=30), timedelta(minutes=15)
"""After a request that brought nothing: so long, then twice as long, until the most."""
SERIOUS = frozenset({"conflict", "ahead"})

_SIZE = re.compile(rb"(0|[1-9][0-9]{0,18})\n", re.ASCII)
_TROUBLE = {403: "wrong-key", 404: "unknown-log", 409: "behind", 422: "conflict"}


class _Nothing(Exception):
    """The request brought no cosignature; `trouble` is why, as in `WitnessView`."""

    def __init__(self, trouble: str) -> None:
        super().__init__(trouble)
        self.trouble = trouble


def step(post: Post, verify: Verify) -> int:
    """Ask the witnesses that have an address and are due; return how many cosigned."""
    policy = trust.policy()
    parties = [each for each in trust.foreign(policy) if each.url] if policy else []
    log = Log.objects.order_by("-epoch").first() if parties else None
    row = _candidate(log, parties) if log is not None else None
    if log is None or row is None:
        return 0
    return sum(_ask(log, row, party, post, verify) for party in _due(row, parties))


def _candidate(log: Log, parties: Sequence[Witness]) -> Cosigned | None:
    """Return the checkpoint to ask for: the newest asked for, or after a while a newer one."""
    store = Store(home_of(log.epoch))
    size = published(store).size
    last = Cosigned.objects.filter(epoch=log.epoch).order_by("-size").first()
    now = clock.current().now()
    new = last is None or (size > last.size and not now - EVERY < last.at <= now)
    if not size or not new:
        return last
    rests = {asked.key for asked in _rows(log.epoch) if _rests(asked, now)}
    if all(str(party.key) in rests for party in parties):
        return last
    return cosigned.offer(log.epoch, store.checkpoint())


def _due(row: Cosigned, parties: Sequence[Witness]) -> list[Witness]:
    note, now = read_note(row.note.encode()), clock.current().now()
    there = {(line.name, line.key_id) for line in note.lines}
    asked = {each.key: each for each in _rows(row.epoch)}
    return [
        party
        for party in parties
        if (party.key.name, party.key.id) not in there
        and not _rests(asked.get(str(party.key)), now)
        and size_of(asked.get(str(party.key))) <= row.size
    ]


def _rests(asked: Asked | None, now: datetime) -> bool:
    if asked is None or not asked.failures or asked.asked_at is None:
        return False
    rest = min(REST_FIRST * 2 ** min(asked.failures - 1, 10), REST_MOST)
    return bool(asked.asked_at <= now < asked.asked_at + rest)


def _rows(epoch: int) -> list[Asked]:
    return list(Asked.objects.filter(epoch=epoch))


def size_of(asked: Asked | None) -> int:
    """Return what a witness last cosigned, as far as it is known here."""
    return asked.size if asked is not None else 0


def _ask(log: Log, row: Cosigned, party: Witness, post: Post, verify: Verify) -> int:
    """Ask one witness, a second time from the size it tells; return 1 when it cosigned."""
    known = Asked.objects.filter(key=str(party.key), epoch=row.epoch).first()
    old = size_of(known)
    address = f"{party.url}/add-checkpoint"
    try:
        answer = post(address, request_for(row, old))
        told = told_size(answer)
        if told is not None and told <= row.size:
            answer = post(address, request_for(row, told))
    except Unavailable:
        answer = None
    faults.point("ask.answered")
    return int(take(log, row, party, answer, verify) == "")


def request_for(row: Cosigned, old: int) -> bytes:
    """Return the body that asks to cosign this checkpoint from `old` leaves on."""
    note = read_note(row.note.encode())
    store = Store(home_of(row.epoch))
    path = consistency_proof(old, row.size, reader_of(store).at(row.size))
    return write_request(old, path, Note(note.text, note.lines[:1]))


def told_size(answer: Answer) -> int | None:
    """Return the size that a witness says it cosigned last, if that is what it answers."""
    found = _SIZE.fullmatch(answer.body) if answer.status == 409 else None
    return int(found[1]) if found else None


def trouble_of(answer: Answer | None) -> str:
    """Return what an answer's status says, as in `WitnessView`; "" when it bears a cosignature."""
    if answer is None or answer.status >= 500:
        return "silent"
    if answer.status == 200:
        return ""
    return _TROUBLE.get(answer.status, "refused")


def take(log: Log, row: Cosigned, party: Witness, answer: Answer | None, verify: Verify) -> str:
    """Keep what a witness answered (None: nothing), verified; return the trouble, "" for none.

    A crash before the commit: the witness remembers and this node does not. It asks again from
    the old size, is told the new one, and gets the cosignature of the same tree anew.
    """
    now = clock.current().now()
    told = told_size(answer) if answer is not None else None
    try:
        lines, trouble = _lines(log, row, party, answer, verify), ""
    except _Nothing as nothing:
        lines, trouble = (), nothing.trouble
    with transaction.atomic(durable=True), guard.witnessing():
        new = Asked(key=str(party.key), epoch=row.epoch)
        Asked.objects.bulk_create([new], ignore_conflicts=True)
        asked = Asked.objects.select_for_update().get(key=new.key, epoch=new.epoch)
        asked.asked_at, asked.trouble = now, trouble
        if lines:
            cosigned.add(row.epoch, row.size, lines)
            asked.size = max(asked.size, row.size)
            asked.cosigned_at, asked.silent_since, asked.failures = now, None, 0
        elif trouble:
            asked.size = told if told is not None and told <= log.size else asked.size
            asked.silent_since = asked.silent_since or now
            asked.failures += 1
        asked.save()
    faults.point("ask.kept")
    return trouble


def _lines(
    log: Log, row: Cosigned, party: Witness, answer: Answer | None, verify: Verify
) -> tuple[Line, ...]:
    trouble = trouble_of(answer)
    if answer is None or trouble:
        # Of a log that was put back to an older copy a witness may know more than the log.
        told = told_size(answer) if answer is not None else None
        raise _Nothing("ahead" if told is not None and told > log.size else trouble)
    try:
        given = read_lines(answer.body.decode())
        name = party.key.name, party.key.id
        mine = tuple(line for line in given if (line.name, line.key_id) == name)
        note = Note(read_note(row.note.encode()).text, mine)
        if cosigned_at(note, party.key, verify) is None:
            raise BadNote("no line of this witness")
    except (BadNote, UnicodeDecodeError):
        raise _Nothing("bad-signature") from None
    return mine[-1:]


def views() -> list[WitnessView]:
    """Return how the witnesses of this node's log do; see `api.witnesses`."""
    policy = trust.policy()
    log = Log.objects.order_by("-epoch").first()
    return _views(policy, log.epoch) if policy is not None and log is not None else []


def _views(policy: Policy, epoch: int) -> list[WitnessView]:
    asked = {each.key: each for each in _rows(epoch)}
    found = []
    for party in trust.foreign(policy):
        row = asked.get(str(party.key))
        found.append(
            WitnessView(
                name=party.name,
                key=party.key.name,
                online=bool(party.url),
                size=size_of(row),
                cosigned_at=row.cosigned_at if row else None,
                trouble=row.trouble if row else "",
                since=row.silent_since if row else None,
            )
        )
    return found
