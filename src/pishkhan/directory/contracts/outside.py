"""An account at the organisation's provider, as the administrator sees it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class OutsideRow:
    """`used` once the account has opened the login, and so is known by its subject."""

    issuer: str
    name: str
    used: bool
