"""Acknowledge: tell senders what became of their envelopes, many in one receipt.

What is true after a crash: the receipt and `receipt_due = False` are written in one act, so
either both stand or the receipt is made again. A receipt that is carried twice is harmless: the
sender's rows name the state they leave.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from pishkhan.journal.api import act
from pishkhan.relay import protocol
from pishkhan.relay.contracts import StepReport
from pishkhan.relay.logic import claims, origins
from pishkhan.relay.logic.send import send
from pishkhan.relay.models import Inbound

MOST = 1000
"""Acknowledgements in one act: a receipt stays near 150 kB at most."""


def _due() -> QuerySet[Inbound]:
    return Inbound.objects.filter(receipt_due=True)


_ANY_DUE = claims.any_of(_due)


def acknowledge() -> StepReport:
    """Write one receipt for each node that is to be told something."""
    if _ANY_DUE.first() is None:
        return StepReport()
    with act() as a:
        found = list(claims.locked(_due().order_by("id"))[:MOST])
        if not found:
            return StepReport()
        by_origin: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
        for row in found:
            by_origin[row.origin].append(_said(row))
        me = origins.this_node().id
        for origin, acks in by_origin.items():
            receipt = send(
                a,
                from_office=me,
                to_office=origin,
                kind=protocol.RECEIPT,
                version=protocol.RECEIPT_VERSION,
                payload={"acks": acks},
                subject=origin,
            )
            a.append(
                "receipt.written",
                subject=receipt,
                actor="system",
                fields={"count": len(acks), "to_node": str(origin)},
            )
        Inbound.objects.filter(id__in=[row.pk for row in found]).update(receipt_due=False)
    return StepReport(acknowledged=len(found))


def _said(row: Inbound) -> dict[str, Any]:
    said: dict[str, Any] = {
        "envelope": row.envelope_id,
        "message": str(row.message),
        "state": row.state,
    }
    if row.reason:
        said["reason"] = row.reason
    if row.blocked_by is not None:
        said["blocked_by"] = str(row.blocked_by)
    return said
