"""Send: write what is to travel, in the deed's own transaction. Nothing else happens here.

One insert and no shared row: no number is taken and no stream is locked, so deeds do not wait
for each other. The worker numbers and seals (`logic/pack.py`).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from pishkhan.journal.api import Act
from pishkhan.kernel import bell, canonical, rows
from pishkhan.kernel.errors import N_, Invalid, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.relay import protocol
from pishkhan.relay.contracts import NewMessage, OutgoingState, Transfer
from pishkhan.relay.logic import custody
from pishkhan.relay.models import Outgoing


def send(
    act: Act,
    *,
    from_office: UUID,
    to_office: UUID,
    kind: str,
    version: int,
    payload: Mapping[str, Any],
    blobs: Sequence[str] = (),
    subject: UUID,
    after: Sequence[UUID] = (),
    transfer: Transfer | None = None,
) -> UUID:
    """Queue one message and return its id, which it keeps through every retry.

    `payload` must be writable as canonical JSON; `blobs` are digests of files already durable;
    `after` names earlier messages to the same office that must be applied first. Raises Invalid.
    """
    if after:
        _check_after(tuple(after), to_office)
    values = values_of(
        act,
        NewMessage(
            from_office=from_office,
            to_office=to_office,
            kind=kind,
            version=version,
            payload=dict(payload),
            subject=subject,
            blobs=tuple(blobs),
            after=tuple(after),
            transfer=transfer,
        ),
    )
    rows.insert(Outgoing, values)
    bell.ring_after_commit()
    return values["id"]  # type: ignore[no-any-return] # the mapping holds mixed values


def send_again(act: Act, message: UUID, *, to_office: UUID) -> UUID:
    """Queue a refused message once more as it was, under a new id, and return that.

    To the same office or to the one that took its place there. What it had offered is offered
    anew. Raises NotFound (`relay.no-message`), Refused (`relay.not-refused`,
    `relay.not-custodian`).
    """
    row = Outgoing.objects.filter(id=message).first()
    if row is None:
        raise NotFound("relay.no-message")
    if row.state != OutgoingState.REFUSED:
        raise Refused("relay.not-refused", N_("Only a message that was refused is sent again."))
    return send(
        act,
        from_office=row.from_office,
        to_office=to_office,
        kind=row.kind,
        version=row.version,
        payload=canonical.loads(bytes(row.payload)),
        blobs=row.blobs,
        subject=row.subject,
        transfer=custody.offer(act, row.item, row.from_office, to_office) if row.item else None,
    )


def not_refused(message: UUID, *, to_office: UUID | None = None) -> UUID | None:
    """Return the message, or if it was refused the newest before it that was not; None for none.

    What comes after a refused message would wait for ever. With `to_office`, None too when it went
    to another one: nothing can follow it here.
    """
    at: UUID | None = message
    while at is not None:
        found = Outgoing.objects.filter(id=at).values_list("state", "after", "to_office").first()
        if found is not None and to_office is not None and found[2] != to_office:
            return None
        if found is None or found[0] != OutgoingState.REFUSED:
            return at
        at = UUID(found[1][0]) if found[1] else None
    return None


def send_many(act: Act, messages: Sequence[NewMessage]) -> list[UUID]:
    """Queue many messages at once and return their ids in order; `after` is not looked up."""
    values = [values_of(act, message) for message in messages]
    rows.insert_many(Outgoing, values)
    bell.ring_after_commit()
    return [row["id"] for row in values]


def values_of(act: Act, message: NewMessage) -> dict[str, Any]:
    body = canonical.dumps(message.payload)
    protocol.check_message(message.kind, message.version, message.blobs, message.after, len(body))
    transfer = message.transfer
    return {
        "id": new_id(),
        "from_office": message.from_office,
        "to_office": message.to_office,
        "kind": message.kind,
        "version": message.version,
        "subject": message.subject,
        "payload": body,
        "blobs": list(message.blobs),
        "after": [str(earlier) for earlier in message.after],
        "transfer": transfer.id if transfer else None,
        "item": transfer.item if transfer else None,
        "hop": transfer.hop if transfer else None,
        "created_at": act.at,
        "state": OutgoingState.PENDING.value,
    }


def _check_after(after: tuple[UUID, ...], to_office: UUID) -> None:
    known = set(
        Outgoing.objects.filter(id__in=after, to_office=to_office).values_list("id", flat=True)
    )
    if known != set(after):
        raise Invalid(
            "relay.after-elsewhere",
            N_("A message can only follow messages to the same office."),
        )
