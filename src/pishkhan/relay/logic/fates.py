"""What became of messages, in plain words, for those who sent them and for the operator."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.kernel.errors import N_, NotFound
from pishkhan.kernel.i18n import Message
from pishkhan.relay.contracts import (
    Fate,
    FateState,
    InboundState,
    OutgoingState,
    QuarantineRow,
    QueueRow,
    StreamView,
)
from pishkhan.relay.line import REASONS as LINE_REASONS
from pishkhan.relay.models import Envelope, Inbound, Outgoing, Stream

MOST_COUNTED = 10_000
"""A queue this deep is shown as `this many or more`: counting further would cost every page."""

_REASONS = {
    "relay.predecessor-missing": N_("It waits for an earlier message that has not arrived."),
    "relay.predecessor-stopped": N_("It waits for an earlier message that was stopped."),
    "relay.unknown-kind": N_("The receiver's program does not know this kind yet; it is kept."),
    "relay.files-missing": N_("Its pages are still on the way."),
    "relay.repeated": N_("The same message was received before."),
    "relay.message-reused": N_("Two different messages came under one name."),
    "relay.fork": N_("Two different envelopes came under one number; a person must choose."),
    "relay.key-revoked": N_("Its sender's key is revoked or has ended."),
    "relay.handler-failed": N_("The program failed on it; a technician must look."),
    "relay.tried-too-often": N_("It was tried several times without success."),
    "relay.bad-signature": N_("Its signature is not right."),
    "relay.payload-digest": N_("It arrived damaged."),
    "relay.stale-transfer": N_("This office already knows a later move of the item."),
    "relay.already-held": N_("This item already has its custodian."),
    "relay.rejected-by-person": N_("A responsible person refused it."),
    "relay.not-its-office": N_("Its sender is no office of the node that it came from."),
    "relay.not-opened": N_("It was sealed to another key than this node has, or is damaged."),
    "relay.no-recipient": N_("The key by which to seal to its node is missing."),
    "relay.node-revoked": N_("The node of its receiver was revoked."),
    "relay.unknown-origin": N_("The node that it came from is not entered here."),
    "relay.wrong-destination": N_("It is for an office that lives at another node."),
    "relay.bundle": N_("The post bag is damaged, or it is no post bag."),
    "relay.quota": N_(
        "So much of that node waits here already that no more is taken in: settle what was set "
        "aside; it is brought again."
    ),
    "relay.no-space": N_("There was no room for it."),
    "relay.not-written": N_("It could not be written: was the stick pulled out?"),
    "relay.peer-ahead": N_(
        "The other node has more than this one remembers to have sent: this node was restored "
        "from a backup, or its disk was copied. Nothing is sent there until a person has begun a "
        "new epoch here: pishkhan node new-epoch --yes"
    ),
    "relay.restored": N_(
        "This node was restored from a backup and may have forgotten what it sent. Nothing is "
        "sent until a person has begun a new epoch here: pishkhan node new-epoch --yes"
    ),
    "relay.epoch-over": N_(
        "It is of an epoch that its sender has ended, and came too late for it: the sender's disk "
        "was copied or restored."
    ),
    "relay.successor-waits": N_(
        "The other node has begun a new epoch, while two histories of it are known here: look at "
        "what was set aside, lift its suspension, and take the bag in again."
    ),
    **LINE_REASONS,
}

_REMEDIES = {
    "relay.epoch-over": N_(
        "Ask the sender's people whether the letter is theirs: if so try again, else refuse."
    ),
    "relay.not-its-office": N_(
        "Ask who runs that node. If the office has moved there, enter it so and try again."
    ),
    "relay.not-opened": N_("Refuse it: its sender hears of it and can send it again."),
    "relay.key-revoked": N_(
        "Ask the sender by another way whether it is his: if so try again, else refuse."
    ),
}
"""What the person who rules may do before, where the reason does not say it."""

_WORDS = {
    FateState.QUEUED: N_("In the queue; it is sent as soon as there is a way."),
    FateState.PACKED: N_("Ready for the carrier."),
    FateState.DELIVERED: N_("Delivered; the receiver has not taken it in yet."),
    FateState.WAITING: N_("Delivered, and it waits. %(reason)s"),
    FateState.QUARANTINED: N_("Needs a look by a person. %(reason)s"),
    FateState.APPLIED: N_("Received by the other office."),
    FateState.REFUSED: N_("Refused by the other office. %(reason)s"),
}
_FATES = {
    OutgoingState.PENDING: FateState.QUEUED,
    OutgoingState.WAITING: FateState.WAITING,
    OutgoingState.QUARANTINED: FateState.QUARANTINED,
    OutgoingState.UNSENDABLE: FateState.QUARANTINED,
    OutgoingState.APPLIED: FateState.APPLIED,
    OutgoingState.REFUSED: FateState.REFUSED,
}
_COLUMNS = ("state", "reason", "blocked_by", "created_at", "settled_at", "envelope")


def reason_in_words(code: str) -> Message:
    """Return the sentence for a reason code; unknown codes are shown as they are."""
    known = _REASONS.get(code)
    if known is not None:
        return Message(known)
    return Message(N_("(%(code)s)"), {"code": code}) if code else Message(N_("No reason is known."))


def _remedy(code: str) -> Message | None:
    known = _REMEDIES.get(code)
    return Message(known) if known is not None else None


def fate(outgoing_id: UUID) -> Fate:
    """Return what became of a message; NotFound (`relay.no-message`)."""
    row = Outgoing.objects.filter(id=outgoing_id).values_list(*_COLUMNS).first()
    if row is None:
        raise NotFound("relay.no-message")
    return _fate(row, _carried([row[5]]))


def queue(office: UUID, limit: int = 50) -> list[QueueRow]:
    """Return what an office has sent and not yet heard to be settled, oldest first."""
    found = list(
        Outgoing.objects.filter(from_office=office, settled_at__isnull=True)
        .order_by("id")
        .values_list("id", "subject", "kind", "to_office", *_COLUMNS)[:limit]
    )
    carried = _carried([row[9] for row in found])
    return [
        QueueRow(
            outgoing_id=row[0],
            subject=row[1],
            kind=row[2],
            to_office=row[3],
            created_at=row[7],
            fate=_fate(row[4:], carried),
        )
        for row in found
    ]


def queue_depth(office: UUID) -> int:
    """Return how many messages of an office are not settled, at most MOST_COUNTED."""
    unsettled = Outgoing.objects.filter(from_office=office, settled_at__isnull=True)
    return unsettled[:MOST_COUNTED].count()


def quarantined(limit: int = 50) -> list[QuarantineRow]:
    """Return the envelopes that need a person, oldest first."""
    found = (
        Inbound.objects.filter(state=InboundState.QUARANTINED)
        .order_by("id")
        .values_list(
            "id",
            "envelope_id",
            "message",
            "from_office",
            "to_office",
            "kind",
            "subject",
            "reason",
            "exception",
            "attempts",
            "received_at",
        )[:limit]
    )
    return [
        QuarantineRow(*row, message=reason_in_words(row[7]), remedy=_remedy(row[7]))
        for row in found
    ]


def streams(limit: int = 500) -> list[StreamView]:
    """Return every stream this node writes or reads, with its holes, for the operator."""
    return [_stream(row) for row in Stream.objects.order_by("id")[:limit]]


def _carried(envelopes: list[str]) -> dict[str, datetime]:
    found = Envelope.objects.filter(id__in=envelopes, carried_at__isnull=False)
    return {id_: at for id_, at in found.values_list("id", "carried_at") if at is not None}


def _fate(
    row: tuple[str, str, UUID | None, datetime, datetime | None, str],
    carried: dict[str, datetime],
) -> Fate:
    state_text, reason, blocked_by, created_at, settled_at, envelope = row
    state = _FATES.get(OutgoingState(state_text))
    at = settled_at or carried.get(envelope)
    if state is None:
        state = FateState.DELIVERED if envelope in carried else FateState.PACKED
    words = _WORDS[state]
    params = {"reason": reason_in_words(reason)} if "%(reason)s" in words else {}
    return Fate(
        state=state,
        message=Message(words, params),
        at=at or created_at,
        reason=reason,
        blocked_by=blocked_by,
    )


def _stream(row: Stream) -> StreamView:
    holes, applied = [], row.last
    if not row.outgoing:
        expected = row.contiguous + 1
        if row.last > row.contiguous:
            seqs = Inbound.objects.filter(stream=row, seq__gt=row.contiguous)
            for seq in seqs.order_by("seq").values_list("seq", flat=True):
                if seq > expected:
                    holes.append((expected, seq - 1))
                expected = max(expected, seq + 1)
        stuck = (
            Inbound.objects.filter(stream=row)
            .exclude(state__in=[InboundState.APPLIED, InboundState.REFUSED])
            .order_by("seq")
            .values_list("seq", flat=True)
            .first()
        )
        applied = row.contiguous if stuck is None else min(row.contiguous, stuck - 1)
    return StreamView(
        origin=row.origin,
        epoch=row.epoch,
        destination=row.destination,
        outgoing=row.outgoing,
        last=row.last,
        received_upto=row.last if row.outgoing else row.contiguous,
        applied_upto=applied,
        holes=tuple(holes),
    )
