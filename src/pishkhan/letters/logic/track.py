"""Where a letter stands, for whoever holds its code and the applicant's number.

Guessing is slowed down per code, never per line: a village shares one address. A wrong number
and an unknown code take the same road and look the same. Nothing is written but failed tries.
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime, timedelta
from math import ceil

from django.conf import settings
from django.db import IntegrityError
from django.db.models import Case, F, Subquery, Value, When

from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, Invalid, NotFound, TooMany
from pishkhan.kernel.tracking import parse
from pishkhan.letters.contracts import Step, StepKind, SubmissionState, TrackView
from pishkhan.letters.logic.hand_over import number_fits
from pishkhan.letters.logic.steps import steps_of
from pishkhan.letters.models import Submission, TrackThrottle

FREE_TRIES = 3
"""A person mistypes once or twice; from the third failure on, each try waits."""

LONGEST_WAIT = timedelta(seconds=30)
"""The right pair never waits longer than this after somebody else's failures."""

FORGOTTEN_AFTER = timedelta(hours=1)
"""Failures this old no longer slow anybody down."""

SHOWN = frozenset(
    {
        StepKind.ACCEPTED,
        StepKind.ARRIVED,
        StepKind.REGISTERED,
        StepKind.REFERRED,
        StepKind.RETURNED,
        StepKind.COMPLETED,
        StepKind.ANSWERED,
        StepKind.READY,
        StepKind.HANDED_OVER,
        StepKind.CLOSED,
        StepKind.REOPENED,
        StepKind.WITHDRAWAL_ASKED,
        StepKind.WITHDRAWN,
    }
)
"""What a citizen's timeline shows: never who holds the letter, only how far it has come."""


def track(code: str, national_id: str) -> TrackView:
    """Return where the letter stands. Two queries when the pair is right, and no write.

    Raises Invalid (field `code`) for what is no code, NotFound (`letters.no-such-pair`) for a
    pair that does not fit, TooMany (`letters.track-slower`) after several such tries.
    """
    try:
        code = parse(code)
    except Invalid as error:
        raise Invalid(error.code, fields={"code": error.message}) from None
    now = clock.current().now()
    key = _key(code)
    failed = TrackThrottle.objects.filter(key=key)
    row = (
        Submission.objects.filter(tracking_code=code)
        .annotate(
            fails=Subquery(failed.values("fails")), fail_since=Subquery(failed.values("since"))
        )
        .values_list(
            "fails",
            "fail_since",
            "applicant_number",
            "id",
            "counter_id",
            "state",
            "agency_name",
            "counter_name",
            "number_text",
            "last_step_at",
            "accepted_at",
            "missing",
            "missing_until",
        )
        .first()
    )
    if row is None:
        _slow_down(failed.values_list("fails", "since").first() or (None, None), now)
        number_fits("0000000000", national_id)
        raise _failed(key, now)
    _slow_down(row[:2], now)
    if not number_fits(row[2], national_id):
        raise _failed(key, now)
    letter_id, counter_id = row[3:5]
    return TrackView(
        tracking_code=code,
        state=SubmissionState(row[5]),
        agency_name=row[6],
        counter_name=row[7],
        number_text=row[8],
        since=row[9],
        accepted_at=row[10],
        missing=row[11],
        missing_until=row[12],
        steps=_shown(steps_of(counter_id, letter_id)),
    )


def _shown(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    return tuple(
        Step(kind=step.kind, at=step.at, by="", params={}) for step in steps if step.kind in SHOWN
    )


def _key(code: str) -> str:
    """Return the name of a code's failures: the table alone tells nobody which codes exist."""
    secret = settings.SECRET_KEY.encode()
    return hmac.new(secret, b"pishkhan/track\n" + code.encode(), hashlib.sha256).hexdigest()


def wait_after(fails: int) -> timedelta:
    """Return how long the next try waits after this many failures: 0, 1, 2, 4 … 30 seconds."""
    if fails < FREE_TRIES:
        return timedelta()
    return min(timedelta(seconds=1 << min(fails - FREE_TRIES, 5)), LONGEST_WAIT)


def _slow_down(failed: tuple[int | None, datetime | None], now: datetime) -> None:
    fails, since = failed
    if fails is None or since is None or now - since > FORGOTTEN_AFTER:
        return
    left = since + wait_after(fails) - now
    if left > timedelta():
        raise TooMany("letters.track-slower", retry_after=ceil(left.total_seconds()))


def _failed(key: str, now: datetime) -> NotFound:
    """Count one failure and return what to raise."""
    old = now - FORGOTTEN_AFTER
    counted = TrackThrottle.objects.filter(key=key).update(
        fails=Case(When(since__lt=old, then=Value(1)), default=F("fails") + 1), since=now
    )
    if not counted:
        # Once in some hundred new codes, what nobody needs any more is swept out.
        if key.startswith("00"):
            TrackThrottle.objects.filter(since__lt=old).delete()
        try:
            TrackThrottle.objects.create(key=key, fails=1, since=now)
        except IntegrityError:
            TrackThrottle.objects.filter(key=key).update(fails=F("fails") + 1, since=now)
    return NotFound(
        "letters.no-such-pair",
        N_("No letter was found with this tracking code and national ID."),
    )
