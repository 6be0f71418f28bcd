"""Which function takes in which envelope of letters."""

from __future__ import annotations

from pishkhan.letters.logic import wire
from pishkhan.letters.logic.receive_answer import receive_answer
from pishkhan.letters.logic.receive_completion import receive_completion
from pishkhan.letters.logic.receive_hand_over import receive_hand_over
from pishkhan.letters.logic.receive_status import receive_status
from pishkhan.letters.logic.receive_submission import receive_submission
from pishkhan.letters.logic.receive_withdrawal import receive_withdrawal
from pishkhan.relay import api as relay


def register() -> None:
    """Register every handler; called once, while the applications load."""
    for kind, handler in (
        # at the counter
        (wire.STATUS, receive_status),
        (wire.ANSWERED, receive_answer),
        # at the agency
        (wire.SUBMITTED, receive_submission),
        (wire.COMPLETED, receive_completion),
        (wire.WITHDRAWAL, receive_withdrawal),
        (wire.HANDED_OVER, receive_hand_over),
    ):
        relay.register(kind, wire.VERSION, handler)
