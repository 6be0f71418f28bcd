"""Which function takes in which envelope of letters, by the kind of office it is for."""

from __future__ import annotations

from collections.abc import Collection

from pishkhan.directory.contracts import OfficeKind
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.receive_answer import receive_answer
from pishkhan.letters.logic.receive_circular import (
    receive_acknowledged,
    receive_circular_reminded,
)
from pishkhan.letters.logic.receive_completion import receive_completion
from pishkhan.letters.logic.receive_hand_over import receive_hand_over
from pishkhan.letters.logic.receive_letter import (
    receive_fate,
    receive_letter,
    receive_letter_refused,
)
from pishkhan.letters.logic.receive_moved import receive_moved
from pishkhan.letters.logic.receive_problem import receive_problem, receive_problem_answer
from pishkhan.letters.logic.receive_rating import receive_rating
from pishkhan.letters.logic.receive_refusal import receive_refusal
from pishkhan.letters.logic.receive_status import receive_status
from pishkhan.letters.logic.receive_submission import receive_submission
from pishkhan.letters.logic.receive_transfer import receive_transfer, receive_transfer_refused
from pishkhan.letters.logic.receive_undelivered import WHAT, receive_undelivered
from pishkhan.letters.logic.receive_withdrawal import receive_withdrawal
from pishkhan.letters.logic.set_class import receive_class_set
from pishkhan.relay import api as relay

HANDLERS: dict[OfficeKind, dict[str, relay.Handler]] = {
    OfficeKind.COUNTER: {
        wire.STATUS: receive_status,
        wire.ANSWERED: receive_answer,
        wire.MOVED: receive_moved,
        wire.PROBLEM_ANSWERED: receive_problem_answer,
    },
    OfficeKind.SECRETARIAT: {
        wire.SUBMITTED: receive_submission,
        wire.TRANSFERRED: receive_transfer,
        wire.SENT: receive_letter,
        wire.FATE: receive_fate,
        wire.ACKNOWLEDGED: receive_acknowledged,
        wire.CLASS_SET: receive_class_set,
        wire.CIRCULAR_REMINDED: receive_circular_reminded,
        wire.COMPLETED: receive_completion,
        wire.WITHDRAWAL: receive_withdrawal,
        wire.HANDED_OVER: receive_hand_over,
        wire.PROBLEM: receive_problem,
        wire.PROBLEM_ANSWERED: receive_problem_answer,
        wire.RATING: receive_rating,
    },
}


def receive_as(offices: Collection[OfficeKind]) -> None:
    """Take in what is for these kinds of office; the node's role says which it has.

    Called while the applications load; repeating it is harmless. An envelope for an office that
    this node should not have waits (`relay.unknown-kind`) and is taken in once the role is right.
    """
    for office in offices:
        for kind, handler in HANDLERS[office].items():
            relay.register(kind, wire.VERSION, handler)
    if OfficeKind.SECRETARIAT in offices:
        relay.on_refusal(wire.ANSWERED, wire.VERSION, receive_refusal)
        relay.on_refusal(wire.SENT, wire.VERSION, receive_letter_refused)
        relay.on_refusal(wire.TRANSFERRED, wire.VERSION, receive_transfer_refused)
    if OfficeKind.COUNTER in offices:
        for kind in WHAT:
            relay.on_refusal(kind, wire.VERSION, receive_undelivered)
