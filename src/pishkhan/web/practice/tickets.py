"""One-time tickets from a real desk to the practice node: they say a role, and nothing of anybody.

Both nodes know the key; neither writes anything of the other's. A ticket is good once, and
long enough to wait at the door while the practice node is made.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass

from django.conf import settings
from django.core import signing
from django.core.cache import cache

from pishkhan.kernel.errors import N_, Forbidden

TICKET, GUEST = "pishkhan.practice.ticket", "pishkhan.practice.guest"
GOOD_FOR = 300  # seconds
GUEST_COOKIE = "pishkhan_practice_guest"
NUMBER_BYTES = 8


@dataclass(frozen=True, slots=True)
class Ticket:
    """What a ticket says."""

    role: str
    language: str


def _signer(salt: str) -> signing.TimestampSigner:
    return signing.TimestampSigner(key=settings.PRACTICE_KEY, salt=salt)


def write(ticket: Ticket) -> str:
    """Return a new ticket as the text of an address; called on the real node."""
    number = secrets.token_hex(NUMBER_BYTES)
    return _signer(TICKET).sign_object([ticket.role, ticket.language, number])


def take(text: str) -> Ticket:
    """Return what a ticket says and use it up; called on the practice node.

    Raises Forbidden `web.practice-ticket` when it is forged, too old or used.
    """
    refused = Forbidden(
        "web.practice-ticket", N_("This way in is used up; press “Practise” at your desk again.")
    )
    try:
        role, language, number = _signer(TICKET).unsign_object(text, max_age=GOOD_FOR)
    except (signing.BadSignature, ValueError):
        raise refused from None
    if not cache.add(f"practice-ticket:{number}", 1, GOOD_FOR * 2):
        raise refused
    return Ticket(role, language)


def new_guest() -> str:
    """Return a random name for somebody who practises."""
    return secrets.token_hex(4)


def sealed(guest: str) -> str:
    """Return a guest's name as a cookie keeps it."""
    return _signer(GUEST).sign(guest)


def guest_of(cookie: str) -> str:
    """Return the guest's name in a cookie of this day; "" when it is none."""
    try:
        return _signer(GUEST).unsign(cookie, max_age=settings.SESSION_COOKIE_AGE)
    except signing.BadSignature:
        return ""
