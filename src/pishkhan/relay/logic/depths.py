"""How much lies where in the post of this node, and what of it an operator should look at."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from pishkhan.directory.contracts import Finding
from pishkhan.kernel import clock
from pishkhan.kernel.i18n import N_, Message
from pishkhan.relay.contracts import Depth, Depths, InboundState, OutgoingState
from pishkhan.relay.logic import contacts
from pishkhan.relay.logic.fates import MOST_COUNTED
from pishkhan.relay.models import Envelope, Inbound, Outgoing

HELD = (InboundState.RECEIVED, InboundState.WAITING, InboundState.VERIFIED)
"""Arrived and not taken in: a file or a predecessor is missing, or its turn has not come."""
LATE = timedelta(minutes=10)
"""On one node a message is carried within seconds; after this nobody carries."""
LONG = timedelta(hours=1)
"""A file or an earlier message that is still on its way after this has probably been lost."""


def depths() -> Depths:
    """Return how many messages wait to be carried, are held, were stopped; the oldest's age.

    Each count ends at MOST_COUNTED. Each question is about one state and answered by its index.
    """
    return Depths(
        to_carry=_sum(
            _outgoing(OutgoingState.PENDING),
            _depth(_to_carry(), _since_carrying()),
        ),
        held=_sum(*(_inbound(state) for state in HELD)),
        stopped=_sum(
            _inbound(InboundState.QUARANTINED),
            _outgoing(OutgoingState.UNSENDABLE),
        ),
    )


def preflight() -> list[Finding]:
    """Return what in the post needs a person, the serious first."""
    now, found = clock.current().now(), depths()
    late = found.to_carry.older_than(LATE, now)
    held = found.held.older_than(LONG, now)
    findings = [
        Finding(
            "relay.stopped",
            Message(
                N_("%(count)s messages are stopped and need a look by a person."),
                {"count": found.stopped.count},
            ),
            found.stopped.count,
            serious=True,
        ),
        Finding(
            "relay.not-carried",
            Message(
                N_(
                    "%(count)s messages wait to be carried, the oldest for %(minutes)s minutes: "
                    "see that the worker runs."
                ),
                {"count": found.to_carry.count, "minutes": late},
            ),
            found.to_carry.count if late else 0,
        ),
        Finding(
            "relay.held",
            Message(
                N_(
                    "%(count)s messages are held for a page or an earlier message, the oldest "
                    "for %(minutes)s minutes."
                ),
                {"count": found.held.count, "minutes": held},
            ),
            found.held.count if held else 0,
        ),
    ]
    return [finding for finding in findings if finding.count] + contacts.findings(now)


def _outgoing(state: OutgoingState) -> Depth:
    rows = Outgoing.objects.filter(state=state)
    return _depth(rows, rows.order_by("id").values_list("created_at", flat=True).first())


def _inbound(state: InboundState) -> Depth:
    rows = Inbound.objects.filter(state=state)
    return _depth(rows, rows.order_by("id").values_list("received_at", flat=True).first())


def _to_carry() -> QuerySet[Envelope]:
    """Return what the worker carries itself; other nodes' bundles are `contacts`."""
    return Envelope.objects.filter(to_carry__isnull=False, to_node__isnull=True)


def _since_carrying() -> datetime | None:
    """Return when the oldest message that is packed and not carried was written."""
    message = _to_carry().order_by("to_carry").values_list("to_carry", flat=True).first()
    if message is None:
        return None
    return Outgoing.objects.filter(id=message).values_list("created_at", flat=True).first()


def _depth(rows: QuerySet[Any], oldest: datetime | None) -> Depth:
    return Depth(rows.order_by()[:MOST_COUNTED].count(), oldest)


def _sum(*parts: Depth) -> Depth:
    times = [part.oldest for part in parts if part.oldest is not None]
    return Depth(min(MOST_COUNTED, sum(part.count for part in parts)), min(times, default=None))
