"""Revive: what waited for something that has come meanwhile is ready again.

Each rule reads only rows that wait, so an idle round costs two looks. A crash anywhere leaves
rows waiting; the next round finds them by the same questions.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial

from django.db.models import Exists, OuterRef, Q, QuerySet

from pishkhan.kernel import clock
from pishkhan.relay import protocol
from pishkhan.relay.contracts import InboundState
from pishkhan.relay.logic import claims, files, registry
from pishkhan.relay.models import Inbound

LOOK_AGAIN = timedelta(seconds=30)
FILES_A_ROUND = 50


def _in(state: InboundState) -> QuerySet[Inbound]:
    return Inbound.objects.filter(state=state)


_ANY = {
    state: claims.any_of(partial(_in, state))
    for state in (InboundState.WAITING, InboundState.RECEIVED)
}


def revive() -> None:
    """Make ready what waited for a predecessor, a handler or a file that is here now."""
    if _ANY[InboundState.WAITING].first() is not None:
        _predecessors()
        _handlers()
    if _ANY[InboundState.RECEIVED].first() is not None:
        _files(clock.current().now())


def _predecessors() -> None:
    settled = Inbound.objects.filter(message=OuterRef("blocked_by"), origin=OuterRef("origin"))
    done = Q(Exists(settled.filter(state=InboundState.APPLIED)))
    # A repeated message waits for its own twin, and a refusal of that one is an answer too.
    refused = Q(reason="relay.repeated") & Q(Exists(settled.filter(state=InboundState.REFUSED)))
    waiting = Inbound.objects.filter(state=InboundState.WAITING, blocked_by__isnull=False)
    ready = list(waiting.filter(done | refused).values_list("id", flat=True)[:1000])
    _make_ready(ready)


def _handlers() -> None:
    waiting = Inbound.objects.filter(state=InboundState.WAITING, reason="relay.unknown-kind")
    for kind, version in waiting.values_list("kind", "version").distinct():
        if registry.handler_for(kind, version) is not None:
            _make_ready(
                list(waiting.filter(kind=kind, version=version).values_list("id", flat=True))
            )


def _files(now: datetime) -> None:
    due = Inbound.objects.filter(claims.due(now, now + LOOK_AGAIN), state=InboundState.RECEIVED)
    ready: list[int] = []
    missing: list[int] = []
    found = due.order_by("id").values_list("id", "origin", "envelope__header")[:FILES_A_ROUND]
    for id_, origin, header in found:
        here = files.present(origin, protocol.read(bytes(header)).blobs)
        (ready if here else missing).append(id_)
    _make_ready(ready)
    Inbound.objects.filter(id__in=missing, state=InboundState.RECEIVED).update(
        not_before=now + LOOK_AGAIN
    )


def _make_ready(ids: list[int]) -> None:
    Inbound.objects.filter(
        id__in=ids, state__in=[InboundState.WAITING, InboundState.RECEIVED]
    ).update(state=InboundState.VERIFIED, reason="", blocked_by=None, not_before=None, attempts=0)
