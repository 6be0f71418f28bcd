"""The rules of a letter's class, by the bylaw of 1354. Pure.

The head of the preparing unit sets it; from class 4 on the agency's head approves it before the
letter is signed; only the agency that sent a letter lowers or lifts its class.
"""

from __future__ import annotations

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_
from pishkhan.letters.contracts import ArrivalState, DraftState, Purpose, ReferralState
from pishkhan.letters.standing import DraftFacts, Standing, insist
from pishkhan.letters.states import next_arrival, not_now

SECRET = "4"  # noqa: S105 - a class of letters, no password
"""From this class on the agency's head approves."""

_LIVE = frozenset({DraftState.DRAFTING, DraftState.TO_SIGN})
_WORKING = frozenset({Purpose.ACTION, Purpose.SIGNATURE})


def not_approved() -> Refused:
    """Return the refusal of what the agency's head has to approve first."""
    return Refused(
        "letters.not-approved",
        N_("A letter of this class needs the approval of the head of the agency first."),
    )


def _waits(s: Standing, d: DraftFacts) -> None:
    next_arrival("draft", s.state)
    if not s.secret or d.state not in _LIVE:
        raise not_now()
    if d.approved:
        raise Refused("letters.approved-already", N_("The class of this version is approved."))


def approve(s: Standing, d: DraftFacts) -> None:
    """Pass if the actor is the agency's head and the letter's class waits for him."""
    insist(s.head and s.has_mine())
    _waits(s, d)


def ask_approval(s: Standing, d: DraftFacts) -> None:
    """Pass if the actor works on a letter whose class the head has yet to approve."""
    insist(not s.head and s.has_mine(_WORKING | {Purpose.OPINION}))
    _waits(s, d)
    if any(r.purpose is Purpose.APPROVAL and r.state is ReferralState.OPEN for r in s.referrals):
        raise Refused("letters.approval-asked", N_("It lies before the head of the agency."))


def require_approved(s: Standing, d: DraftFacts) -> None:
    """Pass if the class needs no approval, has it, or the head himself is acting."""
    if s.secret and not d.approved and not s.head:
        raise not_approved()


def set_class(s: Standing) -> None:
    """Pass before the signature for who heads the work on it, afterwards for who sent it."""
    if s.state is ArrivalState.DISPATCHED:
        insist(s.head or (s.signed and not s.secret))
    else:
        insist(bool(s.rights & {Right.SIGN, Right.INITIAL}) and s.has_mine(_WORKING))
        next_arrival("draft", s.state)
        if any(d.state not in _LIVE | {DraftState.ABANDONED} for d in s.drafts):
            raise Refused("letters.signed-already", N_("It is signed; what was signed stays."))
    if not s.classified:
        raise not_now()
