"""Answer somebody's SMS that has a tracking code in it: where the letter stands.

Only the applicant's own mobile is told, which the letter's SMS reach anyhow; a number that somebody
else has chosen in his place reads that letter's state nowhere. Any other sender hears how to track.
"""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID

from django.conf import settings

from pishkhan.journal import api as journal
from pishkhan.kernel import checks, clock
from pishkhan.kernel.errors import Invalid, TooMany
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.text import latin_digits
from pishkhan.kernel.tracking import is_valid
from pishkhan.letters.contracts import SubmissionState
from pishkhan.letters.logic import circumstances, notify
from pishkhan.letters.logic.ask_answer_code import APPLICANT
from pishkhan.letters.logic.throttle import count_failure, key_of
from pishkhan.letters.models import Submission, TrackThrottle
from pishkhan.notices.contracts import Language, Standing

MOST_AN_HOUR = 6
"""Answers to one number; then an hour without a question opens it again. Each answer costs."""

HOUR = timedelta(hours=1)
LONGEST = 1000
"""Signs of a message that are read; ten SMS in one."""

_CODE = re.compile(r"(?<!\d)\d(?:[\s\-‐‑–./\u200c]{0,2}\d){12}(?![\d])")
_LATIN = re.compile("[A-Za-z]")

STANDINGS = {
    SubmissionState.QUEUED: Standing.ON_ITS_WAY,
    SubmissionState.UNDELIVERED: Standing.ON_ITS_WAY,
    SubmissionState.ARRIVED: Standing.ARRIVED,
    SubmissionState.REGISTERED: Standing.REGISTERED,
    SubmissionState.IN_PROGRESS: Standing.IN_PROGRESS,
    SubmissionState.RETURNED: Standing.RETURNED,
    SubmissionState.ANSWERED: Standing.ANSWERED,
    SubmissionState.READY: Standing.READY,
    SubmissionState.HANDED_OVER: Standing.HANDED_OVER,
    SubmissionState.CLOSED: Standing.CLOSED,
    SubmissionState.WITHDRAWN: Standing.WITHDRAWN,
    SubmissionState.SET_ASIDE: Standing.SET_ASIDE,
    SubmissionState.TRANSFERRED: Standing.TRANSFERRED,
}


def tell_by_sms(sender: str, words: str) -> bool:
    """Queue the answer to a message from `sender`; return whether there is one.

    No mobile of a person (an advertiser's short number) and who asks too often get none. Whoever
    asks hears the same sentence of a letter that is not his, of one that is unknown and of none.
    """
    try:
        mobile = checks.mobile(sender)
    except Invalid:
        return False
    language = Language.ENGLISH if _LATIN.search(words[:LONGEST]) else Language.PERSIAN
    with journal.act() as act:
        if not _has_turn(mobile):
            return False
        found = _own_letter(mobile, words)
        if found is None:
            subject, counter = new_id(), ""
            notify.track_here(act, subject, mobile, _site(), language)
        else:
            subject, counter, code, state = found
            notify.standing(act, subject, mobile, code, STANDINGS[state], language=language)
        act.append(
            "letter.asked_by_sms",
            subject=subject,
            actor=APPLICANT,
            fields={"counter": counter} if counter else {},
        )
    return True


def code_in(words: str) -> str:
    """Return the first tracking code in a message, in any digits and grouping; "" without one."""
    for found in _CODE.findall(latin_digits(words[:LONGEST])):
        code = re.sub(r"\D", "", found)
        if is_valid(code):
            return code
    return ""


def _own_letter(mobile: str, words: str) -> tuple[UUID, str, str, SubmissionState] | None:
    code = code_in(words)
    row = Submission.objects.filter(tracking_code=code).first() if code else None
    if row is None or row.applicant_mobile != mobile:
        return None
    if circumstances.read(row.circumstances).mobile_of:
        return None
    return row.id, str(row.counter_id), code, SubmissionState(row.state)


def _has_turn(mobile: str) -> bool:
    """Count one question of this number; say whether it is answered."""
    now = clock.current().now()
    key = key_of("asked-by-sms", mobile)
    seen = TrackThrottle.objects.filter(key=key).values_list("fails", "since").first()
    if seen is not None and seen[0] >= MOST_AN_HOUR and now - seen[1] <= HOUR:
        return False
    try:
        count_failure("letters.track-slower", key, seen, now)
    except TooMany:
        return False  # asked again while this one was counted
    return True


def _site() -> str:
    address = str(settings.PISHKHAN_URL).partition("://")[2]
    return f"{address}/t"
