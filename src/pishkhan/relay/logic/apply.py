"""Apply: give verified envelopes to their handlers, one savepoint each, a batch in one act.

What is true after a crash:
- before the stamp: nothing happened;
- after the stamp (its own statement): the rows are still VERIFIED; only `attempts` tells that
  somebody began. When LEASE is over the next worker takes them again, each alone, so that one
  that kills its worker is found out and set aside after MAX_ATTEMPTS. Before that nobody takes
  them: a worker that is only slow must not be robbed, and what is robbed not be called tried;
- before the act commits: the same, for everything a handler wrote is gone with the act;
- after the act commits: what the handlers did, the custody they took, the journal entries and
  the envelopes' states stand together, and `receipt_due` says that the sender is still to be told.
An envelope is therefore applied exactly once, whatever dies, as long as its handler keeps to the
database.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.db.models import F, Q, QuerySet

from pishkhan.journal.api import Act, act
from pishkhan.kernel import canonical, clock
from pishkhan.kernel.errors import PishkhanError
from pishkhan.kernel.ids import new_id
from pishkhan.relay import protocol
from pishkhan.relay.contracts import Delivery, InboundState, StepReport
from pishkhan.relay.logic import claims, closing, custody, registry, revive
from pishkhan.relay.models import Inbound, Peer
from pishkhan.relay.protocol import Header

MAX_ATTEMPTS = 5
ALONE_A_ROUND = 20
"""How many envelopes that already failed once are tried in a round, each in its own act."""
FIRST_WAIT = timedelta(seconds=30)
LONGEST_WAIT = FIRST_WAIT * 2**MAX_ATTEMPTS
LEASE = timedelta(seconds=10)
"""How long a stamped batch is left to its worker before it holds the rows' locks."""

type_of_loss = (OperationalError, InterfaceError)
"""The engine's own troubles: no fault of the envelope, so the batch is tried again."""


class CustodyNotTaken(Exception):
    """A handler ended well but left the item that came without a custodian."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one envelope in this round."""

    state: InboundState
    reason: str = ""
    exception: str = ""
    blocked_by: UUID | None = None
    wait: timedelta | None = None


@dataclass(slots=True)
class Known:
    """What the batch knows of other messages: (origin, message) to state and payload digest."""

    states: dict[tuple[UUID, UUID], tuple[InboundState, str]] = field(default_factory=dict)


def apply(*, limit: int) -> StepReport:
    """Apply up to `limit` envelopes that were never tried, and some that were."""
    revive.revive()
    stamped = _stamp(fresh=True, limit=limit)
    try:
        report = _run(stamped)
    except DatabaseError:
        _put_off(stamped, None)
        raise
    for _ in range(ALONE_A_ROUND):
        stamped = _stamp(fresh=False, limit=1)
        if stamped is None:
            break
        try:
            report += _run(stamped)
        except DatabaseError:
            # It is tried again later, and no more than MAX_ATTEMPTS times; the others go on.
            _put_off(stamped, clock.current().now() + FIRST_WAIT)
    return report


def _put_off(mark: UUID | None, until: datetime | None) -> None:
    """Give a batch back that the database would not let through, for anybody to take later."""
    Inbound.objects.filter(claim=mark, state=InboundState.VERIFIED).update(not_before=until)


def _ready(*, fresh: bool, now: datetime, far: datetime) -> QuerySet[Inbound]:
    """Return what can be tried, for the first time or again."""
    return (
        Inbound.objects.filter(
            Q(attempts=0) if fresh else Q(attempts__gt=0), state=InboundState.VERIFIED
        )
        .filter(claims.due(now, far))
        .exclude(origin__in=Peer.objects.values("node"))
    )


_ANY_READY = {
    fresh: claims.any_of(partial(_ready, fresh=fresh), now=datetime, far=datetime)
    for fresh in (True, False)
}


def _stamp(*, fresh: bool, limit: int) -> UUID | None:
    """Mark a batch as begun and return its mark; None when there is nothing to do."""
    now = clock.current().now()
    far = now + LONGEST_WAIT
    if _ANY_READY[fresh].first(now=now, far=far) is None:
        return None
    ready = _ready(fresh=fresh, now=now, far=far)
    mark = new_id()
    with transaction.atomic():
        ids = list(
            claims.locked(ready.order_by("attempts", "id")).values_list("id", flat=True)[:limit]
        )
        Inbound.objects.filter(id__in=ids).update(
            claim=mark, attempts=F("attempts") + 1, not_before=now + LEASE
        )
    return mark if ids else None


def _run(mark: UUID | None) -> StepReport:
    if mark is None:
        return StepReport()
    with act() as a:
        batch = list(
            claims.locked(
                Inbound.objects.filter(claim=mark, state=InboundState.VERIFIED)
                .select_related("envelope")
                .order_by("id")
            )
        )
        headers = [protocol.read(bytes(row.envelope.header)) for row in batch]
        known = _look_around(batch, headers)
        outcomes: list[tuple[Inbound, Outcome]] = []
        for row, header in zip(batch, headers, strict=True):
            outcome = _one(row, header, a, known)
            known.states[row.origin, row.message] = (outcome.state, header.payload)
            outcomes.append((row, outcome))
        _settle(a, outcomes)
    return StepReport(
        applied=_count(outcomes, InboundState.APPLIED),
        waiting=_count(outcomes, InboundState.WAITING, InboundState.VERIFIED),
        refused=_count(outcomes, InboundState.REFUSED),
        quarantined=_count(outcomes, InboundState.QUARANTINED),
    )


def _look_around(batch: list[Inbound], headers: list[Header]) -> Known:
    """Read the states of predecessors and of other envelopes with the same message."""
    wanted = {row.message for row in batch}.union(*(header.after for header in headers))
    found = (
        Inbound.objects.filter(message__in=wanted)
        .exclude(id__in=[row.pk for row in batch])
        .values_list("origin", "message", "state", "envelope__header")
    )
    known = Known()
    for origin, message, state, header in found:
        settled = (InboundState(state), protocol.read(bytes(header)).payload)
        if settled[0] is InboundState.APPLIED or (origin, message) not in known.states:
            known.states[origin, message] = settled
    return known


def _one(row: Inbound, header: Header, a: Act, known: Known) -> Outcome:
    twin = known.states.get((row.origin, row.message))
    if twin is not None and (outcome := _repeated(row, header, twin)) is not None:
        return outcome
    for earlier in header.after:
        state = known.states.get((row.origin, earlier))
        if state is None or state[0] is not InboundState.APPLIED:
            return Outcome(
                InboundState.WAITING,
                "relay.predecessor-missing" if state is None else "relay.predecessor-stopped",
                blocked_by=earlier,
            )
    handler = registry.handler_for(row.kind, row.version)
    if handler is None:
        return Outcome(InboundState.WAITING, "relay.unknown-kind")
    if row.attempts > MAX_ATTEMPTS:
        return Outcome(InboundState.QUARANTINED, "relay.tried-too-often", row.exception)
    return _handle(row, header, a, handler)


def _repeated(row: Inbound, header: Header, twin: tuple[InboundState, str]) -> Outcome | None:
    """Return what to do with a message that came in another envelope too; None to go on.

    A restored sender packs its messages again: never done twice. Other content under the same
    name means two histories of a sender: the first that is applied wins, and after a refusal the
    sender may hold the item again, so that transfer is dead.
    """
    state, payload = twin
    if payload != header.payload and not _same_content(row, header):
        dead = state is InboundState.REFUSED and header.transfer is not None
        if state is InboundState.APPLIED or dead:
            return Outcome(InboundState.QUARANTINED, "relay.message-reused")
        return None
    if state in {InboundState.APPLIED, InboundState.REFUSED}:
        return Outcome(state, "relay.repeated")
    return Outcome(InboundState.WAITING, "relay.repeated", blocked_by=row.message)


def _same_content(row: Inbound, header: Header) -> bool:
    """Return whether each settled twin says the same inside its seal, which differs every time."""
    if header.seal == protocol.NOT_SEALED:
        return False
    twins = Inbound.objects.filter(origin=row.origin, message=row.message).exclude(pk=row.pk)
    try:
        mine = closing.open_(bytes(row.envelope.payload), header.seal)
        return all(
            mine == closing.open_(bytes(payload), protocol.read(bytes(head)).seal)
            for head, payload in twins.values_list("envelope__header", "envelope__payload")
        )
    except PishkhanError:
        return False


def _handle(row: Inbound, header: Header, a: Act, handler: registry.Handler) -> Outcome:
    marks: set[UUID] = set()
    token = custody.taken.set(marks)
    try:
        with transaction.atomic():
            delivery = _delivery(row, header)
            handler(delivery, a)
            if delivery.transfer is not None and delivery.transfer.id not in marks:
                raise CustodyNotTaken
    except PishkhanError as error:
        if error.code == "relay.not-opened":
            # Perhaps sealed to a key that this node had before: for a person, not for good.
            return Outcome(InboundState.QUARANTINED, error.code)
        if error.permanent:
            return Outcome(InboundState.REFUSED, error.code, type(error).__name__)
        wait = FIRST_WAIT * 2**row.attempts
        return Outcome(InboundState.VERIFIED, error.code, type(error).__name__, wait=wait)
    except type_of_loss:
        raise
    except Exception as error:
        return Outcome(InboundState.QUARANTINED, "relay.handler-failed", type(error).__name__)
    finally:
        custody.taken.reset(token)
    return Outcome(InboundState.APPLIED)


def _delivery(row: Inbound, header: Header) -> Delivery:
    payload = canonical.loads(closing.open_(bytes(row.envelope.payload), header.seal))
    if not isinstance(payload, dict):
        raise protocol.broken("relay.payload-shape")
    return Delivery(
        envelope_id=row.envelope_id,
        outgoing_id=header.message,
        kind=header.kind,
        version=header.version,
        from_office=header.sender,
        to_office=header.to,
        subject=header.subject,
        payload=payload,
        blobs=header.blobs,
        created_at=header.created,
        transfer=header.transfer,
        origin=header.origin,
    )


def _settle(a: Act, outcomes: list[tuple[Inbound, Outcome]]) -> None:
    applied = [row for row, outcome in outcomes if outcome == Outcome(InboundState.APPLIED)]
    for due in (True, False):
        Inbound.objects.filter(
            id__in=[row.pk for row in applied if (row.kind != protocol.RECEIPT) is due]
        ).update(
            state=InboundState.APPLIED,
            reason="",
            exception="",
            claim=None,
            not_before=None,
            receipt_due=due,
            settled_at=a.at,
        )
    for row, outcome in outcomes:
        if outcome != Outcome(InboundState.APPLIED):
            _settle_one(a, row, outcome)
        fields = {
            "envelope": row.envelope_id,
            "message_kind": row.kind,
            "office": str(row.to_office),
        }
        if outcome.reason:
            fields["reason"] = outcome.reason
        a.append(
            _ENTRY[outcome.state],
            subject=row.subject,
            actor="system",
            fields=fields,
        )


_ENTRY = {
    InboundState.APPLIED: "envelope.applied",
    InboundState.REFUSED: "envelope.refused",
    InboundState.QUARANTINED: "envelope.quarantined",
    InboundState.WAITING: "envelope.kept",
    InboundState.VERIFIED: "envelope.postponed",
}


def _settle_one(a: Act, row: Inbound, outcome: Outcome) -> None:
    final = outcome.state in {InboundState.APPLIED, InboundState.REFUSED}
    Inbound.objects.filter(id=row.pk).update(
        state=outcome.state,
        reason=outcome.reason,
        exception=outcome.exception,
        blocked_by=outcome.blocked_by,
        claim=None,
        not_before=a.at + outcome.wait if outcome.wait else None,
        receipt_due=row.kind != protocol.RECEIPT,
        settled_at=a.at if final else None,
    )


def _count(outcomes: list[tuple[Inbound, Outcome]], *states: InboundState) -> int:
    return sum(outcome.state in states for _, outcome in outcomes)
