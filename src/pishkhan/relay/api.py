"""The door of the relay: send, custody, the worker's round, and what became of messages.

A handler takes in what arrives: `handler(delivery, act)` runs inside the worker's act and its
own savepoint, and must take `delivery.transfer` (`take`) when there is one. A permanent
PishkhanError refuses the message and gives the item back to the sender; one that may pass is
tried again later; anything else sets the message aside for a person.
"""

from __future__ import annotations

from pishkhan.relay.logic.begin_epoch import begin_epoch, finish_epoch
from pishkhan.relay.logic.contacts import contacts
from pishkhan.relay.logic.custody import (
    custodian_state,
    hold,
    hold_and_offer,
    offer,
    release_self,
    require_custody,
    take,
)
from pishkhan.relay.logic.depths import depths, preflight
from pishkhan.relay.logic.export_bundle import export_bundle
from pishkhan.relay.logic.fates import (
    fate,
    quarantined,
    queue,
    queue_depth,
    reason_in_words,
    streams,
)
from pishkhan.relay.logic.files import files_named
from pishkhan.relay.logic.fsck import fsck, items_known
from pishkhan.relay.logic.import_bundles import import_bundles
from pishkhan.relay.logic.load import hold_and_offer_many, load_many
from pishkhan.relay.logic.receive import Sealed, Taken, receive
from pishkhan.relay.logic.registry import Handler, RefusalHandler, on_refusal, register
from pishkhan.relay.logic.rulings import lift_suspension, refuse_quarantined, retry_quarantined
from pishkhan.relay.logic.send import not_refused, send, send_again, send_many
from pishkhan.relay.logic.standing import standing
from pishkhan.relay.logic.step import drain, step
from pishkhan.relay.logic.succession import take_successor

__all__ = [
    "Handler",
    "RefusalHandler",
    "Sealed",
    "Taken",
    "begin_epoch",
    "contacts",
    "custodian_state",
    "depths",
    "drain",
    "export_bundle",
    "fate",
    "files_named",
    "finish_epoch",
    "fsck",
    "hold",
    "hold_and_offer",
    "hold_and_offer_many",
    "import_bundles",
    "items_known",
    "lift_suspension",
    "load_many",
    "not_refused",
    "offer",
    "on_refusal",
    "preflight",
    "quarantined",
    "queue",
    "queue_depth",
    "reason_in_words",
    "receive",
    "refuse_quarantined",
    "register",
    "release_self",
    "require_custody",
    "retry_quarantined",
    "send",
    "send_again",
    "send_many",
    "standing",
    "step",
    "streams",
    "take",
    "take_successor",
]
