"""Slows guessing down: after some failures each further try waits longer, never for long.

Failures are counted under a key made of what is guessed at or of who guesses, never of an
address: a village shares one line. Operational state; no entry, no deed.

Who guesses sends many tries at once, and all of them read the count before one is counted. So a
try is claimed by a conditional update: it counts only as the next after the failures that it has
seen, and whoever comes second looks again. A right pair claims too while a failure is on record,
and gives its claim back; with none on record, as nearly always, it writes nothing.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import IntegrityError, transaction

from pishkhan.kernel import clock
from pishkhan.kernel.errors import TooMany
from pishkhan.letters.models import AnswerCode, TrackThrottle

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


Seen = tuple[int, datetime] | None
"""Failures on record and the newest one's time, as a try has read them."""


def slow_down(code: str, fails: int | None, since: datetime | None, now: datetime) -> None:
    """Raise TooMany with `code` unless the wait after the newest failure is over."""
    if fails is None or since is None or now - since > FORGOTTEN_AFTER:
        return
    left = since + wait_after(fails) - now
    if left > timedelta():
        raise TooMany(code, retry_after=ceil(left.total_seconds()))


def count_failure(code: str, key: str, seen: Seen, now: datetime) -> None:
    """Count one failure after those `seen`, inside an act or outside.

    Raises TooMany with `code` when others were counted meanwhile and the next try must wait: the
    caller then tells nothing of what he found.
    """
    while not _counted(key, seen, now):
        seen = TrackThrottle.objects.filter(key=key).values_list("fails", "since").first()
        if seen is not None:
            slow_down(code, *seen, now)


def take_turn(code: str, seen: Mapping[str, Seen], now: datetime) -> None:
    """Let a right try pass if no failure was counted since those `seen`; count nothing.

    Writes nothing while no failure is on record. Raises TooMany with `code` as `count_failure`.
    """
    if not any(each is not None and _counts(each, now) for each in seen.values()):
        return
    with transaction.atomic():
        for key, each in seen.items():
            count_failure(code, key, each, now)
        transaction.set_rollback(True)  # the claim is given back: the right pair waits for nobody


def forget_failures(limit: int = 500) -> int:
    """Remove failures too old to slow anybody down, and one-time codes of a day ago and more.

    At most `limit` of each, oldest first; returns how many.

    Called by the worker: a guess never does it, so all guesses cost the same.
    """
    before = clock.current().now() - FORGOTTEN_AFTER
    old = TrackThrottle.objects.filter(since__lt=before).order_by("since")
    gone: int = TrackThrottle.objects.filter(
        pk__in=list(old.values_list("pk", flat=True)[:limit])
    ).delete()[0]
    day_ago = clock.current().now() - timedelta(days=1)
    codes = AnswerCode.objects.filter(since__lt=day_ago).order_by("since")
    gone += AnswerCode.objects.filter(
        pk__in=list(codes.values_list("pk", flat=True)[:limit])
    ).delete()[0]
    return gone


def _counted(key: str, seen: Seen, now: datetime) -> bool:
    if seen is not None:
        fails = seen[0] + 1 if _counts(seen, now) else 1
        mine = TrackThrottle.objects.filter(key=key, fails=seen[0], since=seen[1])
        return bool(mine.update(fails=fails, since=now))
    try:
        with transaction.atomic():
            TrackThrottle.objects.create(key=key, fails=1, since=now)
    except IntegrityError:
        return False
    return True


def _counts(seen: tuple[int, datetime], now: datetime) -> bool:
    return now - seen[1] <= FORGOTTEN_AFTER
