"""How far the proofs of entries are, and the bracket of their time, in few questions."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import (
    BigIntegerField,
    Exists,
    ExpressionWrapper,
    F,
    OuterRef,
    Subquery,
    Value,
)

from pishkhan.journal.checkpoint import read_checkpoint, read_note
from pishkhan.journal.contracts import Level, ProofState
from pishkhan.journal.logic import anchor, cosigned
from pishkhan.journal.logic.store import Store, home_of
from pishkhan.journal.models import Cosigned, Entry, Log
from pishkhan.journal.policy import Policy
from pishkhan.kernel.prepared import Prepared

PROMISED = ProofState(Level.PROMISED, None, None, None)
_PLACES = Prepared(
    lambda subject: (
        Entry.objects.filter(subject=subject).order_by("-number").values_list("at", "index")
    ),
    subject=UUID,
)
_LOGS = Prepared(lambda: Log.objects.order_by("-epoch").values_list("epoch", "start"))


def state(entry_id: UUID) -> ProofState:
    """Return how far an entry's proof is, and the bracket of its time."""
    index = Entry.objects.filter(id=entry_id).values_list("index", flat=True).first()
    return _states([index]).get(index, PROMISED) if index is not None else PROMISED


def states_at(subject: UUID, moments: Collection[datetime]) -> dict[datetime, ProofState]:
    """Return the state of the first entry about a subject at each moment at which there is one.

    As many questions for a timeline as for one entry.
    """
    rows = _PLACES.rows(subject=subject)
    found = {at: index for at, index in rows if at in moments}
    known = _states(index for index in found.values() if index is not None)
    return {
        at: PROMISED if index is None else known.get(index, PROMISED) for at, index in found.items()
    }


def _states(indexes: Iterable[int]) -> dict[int, ProofState]:
    """Return the states of published entries by their index in the rows; others are not in it."""
    left = set(indexes)
    if not left:
        return {}
    found: dict[int, ProofState] = {}
    policy = anchor.policy()
    for epoch, start in _LOGS.rows():
        mine = {index for index in left if index >= start}
        left -= mine
        data = Store(home_of(epoch)).checkpoint() if mine else b""
        if data:
            size = read_checkpoint(read_note(data).text).size
            there = [index for index in mine if index - start < size]
            if policy is None:  # nobody is trusted, so nothing is asked of witnesses
                logged = {
                    each: ProofState(Level.LOGGED, each - start, None, None) for each in there
                }
                found |= logged
            else:
                found |= _in_log(epoch, start, there, policy)
    return found


def _in_log(
    epoch: int, start: int, indexes: Collection[int], policy: Policy
) -> dict[int, ProofState]:
    place = ExpressionWrapper(F("index") - Value(start), output_field=BigIntegerField())
    anchors = Cosigned.objects.filter(epoch=epoch, entry__isnull=False)
    stands_before = Entry.objects.filter(
        id=OuterRef("entry"), index__lt=OuterRef(OuterRef("index"))
    )
    earlier = anchors.filter(Exists(stands_before), size__lt=OuterRef("place")).order_by("-size")
    first = anchors.filter(size__gt=OuterRef("place")).order_by("size")
    rows = Entry.objects.filter(index__in=indexes).annotate(place=place)
    newest = cosigned.newest_met(epoch, 0)
    found = {}
    for index, before, covering in rows.values_list(
        "index", Subquery(earlier.values("note")[:1]), Subquery(first.values("note")[:1])
    ):
        after = covering
        if newest is not None and newest.size > index - start:
            after = covering or newest.note
        times = [
            anchor.quorum_time(policy, read_note(note.encode())) if note else None
            for note in (before, after)
        ]
        level = Level.WITNESSED if times[1] else Level.LOGGED
        found[index] = ProofState(level, index - start, times[0], times[1])
    return found
