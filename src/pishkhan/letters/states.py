"""Which deed leads a letter from which state to which. Pure; part of `rules`, which shows it."""

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
    **{
        deed: {A.IN_PROGRESS: A.IN_PROGRESS, A.RETURNED: A.RETURNED}
        for deed in ("ask_back", "give_back", "decline_recall", "remind")
    },
    "finish": {A.IN_PROGRESS: A.IN_PROGRESS, A.RETURNED: A.RETURNED, A.ANSWERED: A.ANSWERED},
    "return_for_deficiency": dict.fromkeys((A.ARRIVED, A.REGISTERED, A.IN_PROGRESS), A.RETURNED),
    "link": {a: a for a in (A.REGISTERED, A.IN_PROGRESS, A.RETURNED, A.ANSWERED, A.DISPATCHED)},
    # Until nobody works on it any more; what left with an answer stays as it was sent.
    "correct": {a: a for a in (A.ARRIVED, A.REGISTERED, A.IN_PROGRESS, A.RETURNED, A.ANSWERED)},
    "draft": {A.REGISTERED: A.IN_PROGRESS, A.IN_PROGRESS: A.IN_PROGRESS},
    "dispatch": {A.REGISTERED: A.ANSWERED, A.IN_PROGRESS: A.ANSWERED},
    # The letter's state says what the agency did; that the counter refused is the draft's.
    "resend": {a: a for a in (A.IN_PROGRESS, A.ANSWERED, A.DISPATCHED)},
    "close": dict.fromkeys((A.REGISTERED, A.IN_PROGRESS, A.RETURNED), A.CLOSED),
    "hand_over": {A.ANSWERED: A.CLOSED},  # the counter's deed ends an answered letter
    "set_aside": {A.ARRIVED: A.SET_ASIDE},
    "reopen": dict.fromkeys((A.CLOSED, A.ANSWERED, A.SET_ASIDE), A.IN_PROGRESS),  # after_reopening
    "withdraw": dict.fromkeys(
        (A.ARRIVED, A.REGISTERED, A.IN_PROGRESS, A.RETURNED, A.SET_ASIDE), A.WITHDRAWN
    ),
    "transfer": dict.fromkeys((A.ARRIVED, A.REGISTERED, A.IN_PROGRESS), A.TRANSFERRED),
    "dispatch_letter": {A.IN_PROGRESS: A.DISPATCHED},
    # A number taken by mistake is given up before anybody worked under it; one of a letter
    # that was withdrawn may be.
    "void_number": {A.REGISTERED: A.ARRIVED, A.WITHDRAWN: A.WITHDRAWN},
}

_ASKABLE = (S.QUEUED, S.TRANSFERRED, S.ARRIVED, S.REGISTERED, S.IN_PROGRESS, S.RETURNED)

# The counter's own deeds on its row.
SUBMISSION: dict[str, dict[S, S]] = {
    "complete": {S.RETURNED: S.IN_PROGRESS},
    # The agency's side refused what was sent: see logic/receive_undelivered.py.
    "letter_refused": {S.QUEUED: S.UNDELIVERED},
    "completion_refused": {S.IN_PROGRESS: S.RETURNED},
    "send_again": {S.UNDELIVERED: S.QUEUED},
    "hand_over": {S.READY: S.HANDED_OVER},
    # The counter itself holds what was not delivered.
    "ask_withdrawal": {S.UNDELIVERED: S.WITHDRAWN} | {s: s for s in _ASKABLE},
}


def not_now() -> Refused:
    """Return the refusal of a deed that is out of place in the letter's state."""
    return Refused("letters.not-now", N_("This cannot be done to the letter in its present state."))


def next_arrival(deed: str, state: A) -> A:
    """The state after `deed`; raises Refused (letters.not-now) where the deed is out of place."""
    try:
        return ARRIVAL[deed][state]
    except KeyError:
        raise not_now() from None


def next_submission(deed: str, state: S) -> S:
    """The state after the counter's `deed`; raises Refused (letters.not-now)."""
    try:
        return SUBMISSION[deed][state]
    except KeyError:
        raise not_now() from None


def after_completion(*, registered: bool, referred: bool = True) -> A:
    """Where a returned letter goes on when what was missing came: to where it stood before."""
    if not registered:
        return A.ARRIVED
    return A.IN_PROGRESS if referred else A.REGISTERED


def after_reopening(*, registered: bool) -> A:
    """Where a letter that is taken up again stands; without a number it waits for one first."""
    return A.IN_PROGRESS if registered else A.ARRIVED
