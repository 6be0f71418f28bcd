"""Proof that somebody gave a letter's code and its applicant's number a short while ago.

It travels with the page instead of the number, which so stands in no page and is asked for once.
It names the letter and its end, under a key of this node; nothing of it is kept.
"""

from __future__ import annotations

import hmac
import re
from datetime import UTC, datetime, timedelta
from uuid import UUID

from pishkhan.kernel.errors import N_, Refused
from pishkhan.letters.logic.throttle import key_of

LASTS = timedelta(minutes=30)
"""Long enough to find one's glasses and the phone, too short for a page left open."""

ACCEPTED, ARRIVED = "pair-proof", "pair-proof-arrived"
"""What a proof is of: a letter of a counter here, or one that an agency here holds."""

_FORM = re.compile(r"([0-9a-f]{32})-([0-9a-f]{1,10})-([0-9a-f]{64})", re.ASCII)


def proof(letter_id: UUID, now: datetime, *, of: str = ACCEPTED) -> str:
    """Return the proof for one letter, good for `LASTS` from `now`."""
    until = int((now + LASTS).timestamp())
    return f"{letter_id.hex}-{until:x}-{_sign(of, letter_id, until)}"


def proven(given: str, now: datetime, *, of: str = ACCEPTED) -> UUID:
    """Return the letter that a proof names; Refused `letters.proof-over` for any other text."""
    found = _FORM.fullmatch(given)
    if found is not None:
        letter_id, until = UUID(hex=found[1]), int(found[2], 16)
        same = hmac.compare_digest(_sign(of, letter_id, until), found[3])
        if same and now < datetime.fromtimestamp(until, UTC):
            return letter_id
    raise Refused(
        "letters.proof-over",
        N_("Too much time has passed. Give the tracking code and the national ID again."),
    )


def _sign(of: str, letter_id: UUID, until: int) -> str:
    return key_of(of, f"{letter_id.hex}\n{until}")
