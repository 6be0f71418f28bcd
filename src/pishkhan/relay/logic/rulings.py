"""What a person rules about envelopes that the program would not decide. Needs ADMIN.

A refusal is final: from the moment the sender hears of it, it holds the item again, so the
envelope can never be applied afterwards.
"""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal.api import act
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.relay import protocol
from pishkhan.relay.contracts import InboundState
from pishkhan.relay.logic import files
from pishkhan.relay.models import Inbound, Peer


def retry_quarantined(actor: Actor, inbound_id: int) -> None:
    """Try a quarantined envelope once more. Refused (`relay.not-quarantined`) for any other.

    One whose files are still on the way waits for them. The signature is not judged again: that a
    revoked key made it was the reason, and the person has ruled.
    """
    actor.require(Right.ADMIN)
    with act() as a:
        row = _get(inbound_id)
        here = files.present(row.origin, protocol.read(bytes(row.envelope.header)).blobs)
        changed = Inbound.objects.filter(id=row.pk, state=InboundState.QUARANTINED).update(
            state=InboundState.VERIFIED if here else InboundState.RECEIVED,
            reason="" if here else "relay.files-missing",
            exception="",
            attempts=0,
            not_before=None,
            claim=None,
        )
        _require(changed)
        a.append(
            "envelope.retried",
            subject=row.subject,
            actor=actor.ref,
            fields={"envelope": row.envelope_id},
        )


def refuse_quarantined(actor: Actor, inbound_id: int) -> None:
    """Refuse a quarantined or blocked envelope for good; its sender gets the item back."""
    actor.require(Right.ADMIN)
    with act() as a:
        row = _get(inbound_id)
        changed = Inbound.objects.filter(
            id=row.pk, state__in=[InboundState.QUARANTINED, InboundState.WAITING]
        ).update(
            state=InboundState.REFUSED,
            reason="relay.rejected-by-person",
            blocked_by=None,
            receipt_due=row.kind != protocol.RECEIPT,
            settled_at=a.at,
        )
        _require(changed)
        a.append(
            "envelope.refused",
            subject=row.subject,
            actor=actor.ref,
            fields={"envelope": row.envelope_id, "reason": "relay.rejected-by-person"},
        )


def lift_suspension(actor: Actor, node: UUID) -> None:
    """Let a suspended node's envelopes be applied again; NotFound if it is not suspended."""
    actor.require(Right.ADMIN)
    with act() as a:
        if not Peer.objects.filter(node=node).delete()[0]:
            raise NotFound("relay.not-suspended")
        a.append("node.restored", subject=node, actor=actor.ref)


def _get(inbound_id: int) -> Inbound:
    row = Inbound.objects.filter(id=inbound_id).select_related("envelope").first()
    if row is None:
        raise NotFound("relay.no-envelope")
    return row


def _require(changed: int) -> None:
    if not changed:
        raise Refused(
            "relay.not-quarantined", N_("Somebody else has already decided about this envelope.")
        )
