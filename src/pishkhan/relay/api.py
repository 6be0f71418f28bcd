"""The door of the relay: send, custody, the worker's round, and what became of messages.

A handler takes in what arrives: `handler(delivery, act)` runs inside the worker's act and its
own savepoint, and must take `delivery.transfer` (`take`) when there is one. A permanent
PishkhanError refuses the message and gives the item back to the sender; one that may pass is
tried again later; anything else sets the message aside for a person.
"""

from __future__ import annotations

from pishkhan.relay.carriers.http import LineFailed
from pishkhan.relay.hours import Hours, read_hours
from pishkhan.relay.logic.answer_call import (
    Answered,
    answer_call,
    caller_of,
    count_stranger,
)
from pishkhan.relay.logic.bags_in import (
    BagUpload,
    bag_to_carry,
    bag_upload,
    begin_bag,
    drop_bag,
    forget_old_bags,
    offset_of,
    partial_of,
    take_bag,
)
from pishkhan.relay.logic.bags_in import most as most_of_a_bag
from pishkhan.relay.logic.begin_epoch import begin_epoch, finish_epoch
from pishkhan.relay.logic.call import call, call_when_due
from pishkhan.relay.logic.carried import bag_to_take_home, carried, give_back, take_along
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
from pishkhan.relay.logic.kept import KeptBag, kept_bag
from pishkhan.relay.logic.line_settings import (
    LineSettings,
    end_line,
    line_settings,
    only_centre,
    set_line,
)
from pishkhan.relay.logic.load import hold_and_offer_many, load_many
from pishkhan.relay.logic.receive import Sealed, Taken, receive
from pishkhan.relay.logic.registry import Handler, RefusalHandler, on_refusal, register
from pishkhan.relay.logic.rulings import lift_suspension, refuse_quarantined, retry_quarantined
from pishkhan.relay.logic.send import not_refused, send, send_again, send_many
from pishkhan.relay.logic.standing import standing
from pishkhan.relay.logic.step import drain, step
from pishkhan.relay.logic.succession import take_successor

__all__ = [
    "Answered",
    "BagUpload",
    "Handler",
    "Hours",
    "KeptBag",
    "LineFailed",
    "LineSettings",
    "RefusalHandler",
    "Sealed",
    "Taken",
    "answer_call",
    "bag_to_carry",
    "bag_to_take_home",
    "bag_upload",
    "begin_bag",
    "begin_epoch",
    "call",
    "call_when_due",
    "caller_of",
    "carried",
    "contacts",
    "count_stranger",
    "custodian_state",
    "depths",
    "drain",
    "drop_bag",
    "end_line",
    "export_bundle",
    "fate",
    "files_named",
    "finish_epoch",
    "forget_old_bags",
    "fsck",
    "give_back",
    "hold",
    "hold_and_offer",
    "hold_and_offer_many",
    "import_bundles",
    "items_known",
    "kept_bag",
    "lift_suspension",
    "line_settings",
    "load_many",
    "most_of_a_bag",
    "not_refused",
    "offer",
    "offset_of",
    "on_refusal",
    "only_centre",
    "partial_of",
    "preflight",
    "quarantined",
    "queue",
    "queue_depth",
    "read_hours",
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
    "set_line",
    "standing",
    "step",
    "streams",
    "take",
    "take_along",
    "take_bag",
    "take_successor",
]
