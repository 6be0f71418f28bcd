"""What reaches an agency after it transferred the letter goes after the letter."""

from __future__ import annotations

from pishkhan.journal.api import Act
from pishkhan.letters.contracts import ArrivalState
from pishkhan.letters.logic import wire
from pishkhan.letters.models import Arrival
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery


def passed_on(delivery: Delivery, act: Act, arrival: Arrival) -> bool:
    """Send the message after the letter if that is with another agency; say whether it was.

    The counter wrote it before it was told of the transfer.
    """
    if arrival.state != ArrivalState.TRANSFERRED or arrival.gone_to_id is None:
        return False
    relay.send(
        act,
        from_office=arrival.secretariat_id,
        to_office=arrival.gone_to_id,
        kind=delivery.kind,
        version=wire.VERSION,
        payload=delivery.payload | wire.hop_out(arrival.hop),
        subject=arrival.letter_id,
        blobs=delivery.blobs,
    )
    act.append(
        "letter.message_passed_on",
        subject=arrival.letter_id,
        actor="system",
        fields={"message": delivery.kind, "to": str(arrival.gone_to_id)},
    )
    return True
