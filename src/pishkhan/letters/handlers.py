"""Which function takes in which envelope of letters."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

from pishkhan.letters.logic import wire
from pishkhan.letters.logic.receive_answer import receive_answer
from pishkhan.letters.logic.receive_status import receive_status
from pishkhan.relay import api as relay


def register() -> None:
    """Register every handler; called once, while the applications load."""
    for kind, handler in (
        (wire.STATUS, receive_status),
        (wire.ANSWERED, receive_answer),
    ):
        relay.register(kind, wire.VERSION, handler)
    for kind, name in (
        (wire.SUBMITTED, "receive_submission"),
        (wire.COMPLETED, "receive_completion"),
        (wire.WITHDRAWAL, "receive_withdrawal"),
        (wire.HANDED_OVER, "receive_hand_over"),
    ):
        module = f"pishkhan.letters.logic.{name}"
        if find_spec(module):
            relay.register(kind, wire.VERSION, getattr(import_module(module), name))
