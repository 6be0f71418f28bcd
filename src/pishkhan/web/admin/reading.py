"""One thing read of the node's state."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing read: `tone` is good, wait or bad; `remedy` is empty while it is good."""

    name: str
    tone: str
    sentence: str
    remedy: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
