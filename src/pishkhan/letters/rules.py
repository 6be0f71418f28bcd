"""Which deed leads a letter from which state to which. Pure.

The tables are the whole truth: a deed asks `next_submission` or `next_arrival` and gets the
new state or a `Refused` that names the deed and the state it met.
"""

from __future__ import annotations

from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_
from pishkhan.letters.contracts import ArrivalState as A
from pishkhan.letters.contracts import SubmissionState as S

# The agency's row. A deed that keeps the state maps it to itself.
ARRIVAL: dict[str, dict[A, A]] = {
    "register": {A.ARRIVED: A.REGISTERED},
    "refer": {
        A.REGISTERED: A.IN_PROGRESS,
        A.IN_PROGRESS: A.IN_PROGRESS,
        A.RETURNED: A.RETURNED,
    },
    "take_back": {A.IN_PROGRESS: A.IN_PROGRESS, A.RETURNED: A.RETURNED},
    "finish": {A.IN_PROGRESS: A.IN_PROGRESS, A.RETURNED: A.RETURNED, A.ANSWERED: A.ANSWERED},
    "return_for_deficiency": {
        A.ARRIVED: A.RETURNED,
        A.REGISTERED: A.RETURNED,
        A.IN_PROGRESS: A.RETURNED,
    },
    "complete": {A.RETURNED: A.IN_PROGRESS},  # ARRIVED when it was returned unregistered
    "link": {
        A.REGISTERED: A.REGISTERED,
        A.IN_PROGRESS: A.IN_PROGRESS,
        A.RETURNED: A.RETURNED,
        A.ANSWERED: A.ANSWERED,
    },
    "draft": {
        A.REGISTERED: A.IN_PROGRESS,
        A.IN_PROGRESS: A.IN_PROGRESS,
    },
    "dispatch": {A.REGISTERED: A.ANSWERED, A.IN_PROGRESS: A.ANSWERED},
    "close": {
        A.REGISTERED: A.CLOSED,
        A.IN_PROGRESS: A.CLOSED,
        A.RETURNED: A.CLOSED,
        A.ANSWERED: A.CLOSED,
    },
    "reopen": {A.CLOSED: A.IN_PROGRESS, A.ANSWERED: A.IN_PROGRESS},
    "withdraw": {
        A.ARRIVED: A.WITHDRAWN,
        A.REGISTERED: A.WITHDRAWN,
        A.IN_PROGRESS: A.WITHDRAWN,
        A.RETURNED: A.WITHDRAWN,
    },
}

# The counter's own deeds on its row.
SUBMISSION: dict[str, dict[S, S]] = {
    "complete": {S.RETURNED: S.IN_PROGRESS},
    "hand_over": {S.READY: S.HANDED_OVER},
    "ask_withdrawal": {
        S.QUEUED: S.QUEUED,
        S.ARRIVED: S.ARRIVED,
        S.REGISTERED: S.REGISTERED,
        S.IN_PROGRESS: S.IN_PROGRESS,
        S.RETURNED: S.RETURNED,
    },
}

# States after which nothing the agency says about progress changes the counter's row any more,
# but for a reopening.
SUBMISSION_FINAL = frozenset({S.HANDED_OVER, S.WITHDRAWN})


def next_arrival(deed: str, state: A) -> A:
    """The state after `deed`; raises Refused (letters.not-now) where the deed is out of place."""
    try:
        return ARRIVAL[deed][state]
    except KeyError:
        raise Refused(
            "letters.not-now", N_("This cannot be done to the letter in its present state.")
        ) from None


def next_submission(deed: str, state: S) -> S:
    """The state after the counter's `deed`; raises Refused (letters.not-now)."""
    try:
        return SUBMISSION[deed][state]
    except KeyError:
        raise Refused(
            "letters.not-now", N_("This cannot be done to the letter in its present state.")
        ) from None


def after_completion(*, registered: bool) -> A:
    """Where a returned letter goes on when what was missing came: to its number or to the clerk."""
    return A.IN_PROGRESS if registered else A.ARRIVED


def number_text(number: int, year: int) -> str:
    """The letter number as printed, `year/number`: a number is a key only with its year."""
    return f"{year}/{number}"
