"""Which function takes in which kind of message, and which hears of its refusal.

Filled while the applications load.
"""

from __future__ import annotations

from collections.abc import Callable

from pishkhan.journal.api import Act
from pishkhan.relay.contracts import Delivery, Refusal

Handler = Callable[[Delivery, Act], None]
RefusalHandler = Callable[[Refusal, Act], None]

_handlers: dict[tuple[str, int], Handler] = {}
_refusals: dict[tuple[str, int], RefusalHandler] = {}


def register(kind: str, version: int, handler: Handler) -> None:
    """Let `handler` take in every message of a kind; ValueError if another already does."""
    known = _handlers.setdefault((kind, version), handler)
    if known is not handler:
        raise ValueError(f"{kind} v{version} has a handler already")


def handler_for(kind: str, version: int) -> Handler | None:
    """Return the handler; None for a kind that this program does not know (yet)."""
    return _handlers.get((kind, version))


def on_refusal(kind: str, version: int, handler: RefusalHandler) -> None:
    """Let the sender's `handler` hear when a message of this kind was refused for good.

    It runs inside the receipt's savepoint, after custody came back; ValueError if another does.
    """
    known = _refusals.setdefault((kind, version), handler)
    if known is not handler:
        raise ValueError(f"refusals of {kind} v{version} have a handler already")


def refusal_handler_for(kind: str, version: int) -> RefusalHandler | None:
    """Return who hears of a refusal; None when nobody wants to."""
    return _refusals.get((kind, version))


def unregister(kind: str, version: int) -> None:
    """Forget a kind's handler; for tests of what happens to unknown kinds."""
    _handlers.pop((kind, version), None)
