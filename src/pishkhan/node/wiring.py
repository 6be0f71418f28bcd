"""Connects the contexts to each other's protocols once all are loaded.

A context takes what it needs as a protocol or a registered handler; this file is the only place
that knows both ends.
"""

from __future__ import annotations


def connect() -> None:
    """Register handlers and hand over protocols. Called once by the node's AppConfig."""
