"""Slows guessing down: after some failures each further try waits longer, never for long.

Failures are counted under a key made of what is guessed at or of who guesses, never of an
address: a village shares one line. Operational state; no entry, no deed.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Value, When

from pishkhan.kernel.errors import TooMany
from pishkhan.letters.models import TrackThrottle

FREE_TRIES = 3
"""A person mistypes once or twice; from the third failure on, each try waits."""

LONGEST_WAIT = timedelta(seconds=30)
"""The right pair never waits longer than this after somebody else's failures."""

FORGOTTEN_AFTER = timedelta(hours=1)
"""Failures this old no longer slow anybody down."""


def key_of(purpose: str, what: str) -> str:
    """Return the name of failures: the table alone tells nobody which codes exist."""
    secret = settings.SECRET_KEY.encode()
    text = f"pishkhan/{purpose}\n{what}".encode("utf-8", "replace")
    return hmac.new(secret, text, hashlib.sha256).hexdigest()


def wait_after(fails: int) -> timedelta:
    """Return how long the next try waits after this many failures: 0, 1, 2, 4 … 30 seconds."""
    if fails < FREE_TRIES:
        return timedelta()
    return min(timedelta(seconds=1 << min(fails - FREE_TRIES, 5)), LONGEST_WAIT)


def slow_down(code: str, fails: int | None, since: datetime | None, now: datetime) -> None:
    """Raise TooMany with `code` unless the wait after the newest failure is over."""
    if fails is None or since is None or now - since > FORGOTTEN_AFTER:
        return
    left = since + wait_after(fails) - now
    if left > timedelta():
        raise TooMany(code, retry_after=ceil(left.total_seconds()))


def count_failure(key: str, now: datetime) -> None:
    """Count one failure, inside an act or outside."""
    old = now - FORGOTTEN_AFTER
    mine = TrackThrottle.objects.filter(key=key)
    if mine.update(
        fails=Case(When(since__lt=old, then=Value(1)), default=F("fails") + 1), since=now
    ):
        return
    # Once in some hundred new keys, what nobody needs any more is swept out.
    if key.startswith("00"):
        TrackThrottle.objects.filter(since__lt=old).delete()
    try:
        with transaction.atomic():
            TrackThrottle.objects.create(key=key, fails=1, since=now)
    except IntegrityError:
        mine.update(fails=F("fails") + 1, since=now)
