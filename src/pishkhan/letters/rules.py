"""Which deed leads a letter from which state to which, and who may do it. Pure.

The tables are the whole truth: a deed asks `next_submission` or `next_arrival` and gets the
new state or a `Refused` that names the deed and the state it met.

At the agency, what an actor is to a letter is a `Standing`. `require*` raises where a deed is
not his or not now; `allowed` names what `require*` would let pass. A screen's buttons and the
deeds' own refusals are thus one rule.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from uuid import UUID

from pishkhan.directory.contracts import Right
from pishkhan.kernel.errors import NotFound, PishkhanError, Refused
from pishkhan.kernel.i18n import N_
from pishkhan.letters import class_rules
from pishkhan.letters.contracts import ArrivalState, DraftState, Purpose, ReferralState
from pishkhan.letters.referral_rules import ON_REFERRAL
from pishkhan.letters.standing import (
    CITIZENS_ONLY,
    ONLY_OUTGOING,
    PREPARING,
    WRITTEN_HERE,
    DraftFacts,
    ReferralFacts,
    Standing,
    chief_prepares,
    insist,
    no_right,
)
from pishkhan.letters.states import (
    ARRIVAL,
    SUBMISSION,
    after_completion,
    after_reopening,
    next_arrival,
    next_submission,
    not_now,
)

__all__ = [
    "ARRIVAL",
    "ON_REFERRAL",
    "SUBMISSION",
    "DraftFacts",
    "ReferralFacts",
    "Standing",
    "after_completion",
    "after_reopening",
    "next_arrival",
    "next_submission",
    "no_right",
    "not_now",
]

LIVE_DRAFT = frozenset({DraftState.DRAFTING, DraftState.TO_SIGN})
"""A draft whose text may still change."""

UNSENT_DRAFT = frozenset({DraftState.SIGNED, DraftState.REFUSED})
"""A signed answer that lies at the agency: not gone out yet, or refused by the counter."""

ANSWERED_DRAFT = frozenset({DraftState.DISPATCHED, DraftState.REFUSED})
"""An answer that has left with a number."""

WORKING = frozenset({Purpose.ACTION, Purpose.SIGNATURE})
"""Purposes under which a receiver writes the answer; the others only say something about it."""


def number_text(number: int, year: int) -> str:
    """The letter number as printed, `year/number`: a number is a key only with its year."""
    return f"{year}/{number}"


def folder_of(state: ReferralState, purpose: Purpose) -> str:
    """The folder of the receiver's cartable; "" for a referral that was taken back."""
    if state is ReferralState.OPEN:
        return "to_sign" if purpose is Purpose.SIGNATURE else "open"
    return "" if state is ReferralState.TAKEN_BACK else "done"


def _by_hand(deed: str, s: Standing) -> None:
    if s.chief and deed not in PREPARING:
        raise chief_prepares()


def _register(s: Standing) -> None:
    insist(s.clerk)
    next_arrival("register", s.state)


def _refer(s: Standing) -> None:
    insist(s.clerk or s.has_mine())
    next_arrival("refer", s.state)
    if not (s.numbered or s.outgoing):  # returned before it was registered: it is registered first
        raise not_now()


def _alone(s: Standing) -> None:
    """Insist on who keeps the secretariat and signs too: one person is the whole office."""
    insist(s.clerk and Right.SIGN in s.rights)


def _take(s: Standing) -> None:
    _alone(s)
    _refer(s)
    if s.state is ArrivalState.RETURNED or s.has_mine(WORKING):
        raise not_now()


def _prepare(s: Standing) -> None:
    insist(s.chief and s.has_mine())
    _refer(s)


def _offer_for_signature(s: Standing) -> None:
    _refer(s)
    next_arrival("draft", s.state)
    draft = offered(s)
    if draft is None:
        raise Refused("letters.nothing-to-sign", N_("There is no draft to be signed."))
    if Right.INITIAL in s.rights and not draft.initialled:
        raise not_initialled()  # his own initial comes first


def _return_for_deficiency(s: Standing) -> None:
    insist(s.clerk or s.has_mine(frozenset({Purpose.ACTION})))
    next_arrival("return_for_deficiency", s.state)


def _link(s: Standing) -> None:
    insist(s.clerk or s.has_mine())
    next_arrival("link", s.state)
    if s.outgoing and s.state is not ArrivalState.DISPATCHED:
        _unsigned(s)


def _by_clerk(deed: str) -> Callable[[Standing], None]:
    def rule(s: Standing) -> None:
        insist(s.clerk)
        next_arrival(deed, s.state)

    return rule


def _draft(s: Standing) -> None:
    insist(s.has_mine(WORKING))
    if s.received:  # its answer is an internal letter in its turn
        raise not_now()
    next_arrival("draft", s.state)


def _answer(s: Standing) -> None:
    insist(s.has_mine(WORKING))
    if not s.received or s.state is not ArrivalState.IN_PROGRESS:
        raise not_now()


def _write_on_page(s: Standing) -> None:
    insist(s.has_mine())


def _address(s: Standing) -> None:
    _draft(s)
    _unsigned(s)


def _acknowledge(s: Standing) -> None:
    insist(s.clerk or s.has_mine())
    if not s.circular:
        raise not_now()
    if s.noted:
        raise Refused("letters.noted-already", N_("Note was taken of this circular already."))


def _remind_receivers(s: Standing) -> None:
    if not s.circular or s.noted or s.state is not ArrivalState.DISPATCHED:
        raise not_now()
    if s.reminded:
        raise Refused("letters.reminded-today", N_("They were reminded today already."))


def _unsigned(s: Standing) -> None:
    """Refuse what would change a letter that was signed with it."""
    if any(d.state not in LIVE_DRAFT for d in s.drafts if d.state is not DraftState.ABANDONED):
        raise Refused("letters.signed-already", N_("It is signed; what was signed stays."))


def _close(s: Standing) -> None:
    principal = any(r.mine and r.principal and r.purpose is Purpose.ACTION for r in s.referrals)
    insist(s.clerk or principal)
    next_arrival("close", s.state)


def _void_number(s: Standing) -> None:
    insist(s.clerk)
    next_arrival("void_number", s.state)
    if not s.numbered:
        raise not_now()


def _transfer(s: Standing) -> None:
    insist(s.clerk)
    next_arrival("transfer", s.state)
    if any(d.state in ANSWERED_DRAFT for d in s.drafts):
        raise Refused(
            "letters.answered-already",
            N_("This agency has answered the letter; it can no longer be transferred."),
        )


def _revise(s: Standing, d: DraftFacts) -> None:
    _draft(s)
    _live(d)


def _initial(s: Standing, d: DraftFacts) -> None:
    insist(Right.INITIAL in s.rights and s.has_mine(WORKING | {Purpose.OPINION}))
    next_arrival("draft", s.state)
    _live(d)
    if d.initialled_by_me:
        raise Refused("letters.already-initialled", N_("Your post has initialled this version."))


def _send_back(s: Standing, d: DraftFacts) -> None:
    insist(bool(s.rights & {Right.SIGN, Right.INITIAL}) and s.has_mine() and not d.by_me)
    next_arrival("draft", s.state)
    _live(d)


def _sign(s: Standing, d: DraftFacts) -> None:
    if d.state is DraftState.SIGNED:
        raise Refused("letters.signed-already", N_("This is signed already."))
    insist((Right.SIGN in s.rights or s.per_pro) and s.has_mine(WORKING))
    next_arrival("draft", s.state)
    _live(d)
    if not (d.initialled or (d.by_me and Right.SIGN in s.rights)):  # his own words need no initial
        raise not_initialled()
    class_rules.require_approved(s, d)


def _sign_and_send(s: Standing, d: DraftFacts) -> None:
    _alone(s)
    _sign(s, d if Right.INITIAL not in s.rights else replace(d, initialled=True))
    next_arrival("dispatch_letter" if s.outgoing else "dispatch", s.state)


def _dispatch(s: Standing, d: DraftFacts) -> None:
    insist(s.clerk or Right.DISPATCH in s.rights)
    next_arrival("dispatch_letter" if s.outgoing else "dispatch", s.state)
    if d.state is not DraftState.SIGNED:
        raise Refused("letters.not-signed", N_("Only a signed answer can be dispatched."))
    if s.secret and not d.approved:
        raise class_rules.not_approved()


def _resend(s: Standing, d: DraftFacts) -> None:
    insist(s.clerk or Right.DISPATCH in s.rights)
    next_arrival("resend", s.state)
    if d.state is not DraftState.REFUSED:
        raise Refused(
            "letters.not-refused", N_("Only an answer that the counter refused is sent again.")
        )


def offered(s: Standing) -> DraftFacts | None:
    """The draft that goes for signature: the newest that can still be signed."""
    live = [d for d in s.drafts if d.state in LIVE_DRAFT]
    return live[-1] if live else None


def not_initialled() -> Refused:
    """Return the refusal of a signature on what nobody initialled."""
    return Refused(
        "letters.not-initialled", N_("The newest version of the draft is not initialled yet.")
    )


def may_receive_for_signature(draft: DraftFacts, *, can_sign: bool, can_initial: bool) -> bool:
    """Whether a post may get a draft "for signature": on its way up, whoever initials or signs.

    Who signs without initialling gets only what another has initialled.
    """
    return can_initial or (can_sign and draft.initialled)


def _live(d: DraftFacts) -> None:
    if d.state not in LIVE_DRAFT:
        raise Refused("letters.draft-settled", N_("This draft can no longer be changed."))


ON_LETTER: dict[str, Callable[[Standing], None]] = {
    "register": _register,
    "refer": _refer,
    "take": _take,
    "offer_for_signature": _offer_for_signature,
    "return_for_deficiency": _return_for_deficiency,
    "link": _link,
    "correct": _by_clerk("correct"),
    "set_aside": _by_clerk("set_aside"),
    "transfer": _transfer,
    "draft": _draft,
    "close": _close,
    "acknowledge": _acknowledge,
    "remind_receivers": _remind_receivers,
    "address": _address,
    "enclose": _address,
    "reopen": _by_clerk("reopen"),
    "void_number": _void_number,
    "write_on_page": _write_on_page,
    "answer": _answer,
    "set_class": class_rules.set_class,
}
BY_CHIEF: dict[str, Callable[[Standing], None]] = {"prepare": _prepare}
ON_DRAFT: dict[str, Callable[[Standing, DraftFacts], None]] = {
    "revise": _revise,
    "initial": _initial,
    "send_back": _send_back,
    "sign": _sign,
    "sign_and_send": _sign_and_send,
    "dispatch": _dispatch,
    "resend": _resend,
    "approve": class_rules.approve,
    "ask_approval": class_rules.ask_approval,
}


def require(deed: str, standing: Standing) -> None:
    """Pass if the deed on the letter is the actor's and in place; Forbidden or Refused else."""
    _by_hand(deed, standing)
    (BY_CHIEF if deed in BY_CHIEF else ON_LETTER)[deed](standing)
    barred = deed not in WRITTEN_HERE if standing.outgoing else deed in ONLY_OUTGOING
    barred |= deed == "address" and standing.circular  # it goes to its group
    if barred or (standing.official and deed in CITIZENS_ONLY):
        raise not_now()


def require_referral(deed: str, standing: Standing, referral_id: UUID) -> ReferralFacts:
    """Return the referral's facts if the deed on it may be done; raises as `require`."""
    _by_hand(deed, standing)
    for facts in standing.referrals:
        if facts.id == referral_id:
            ON_REFERRAL[deed](standing, facts)
            return facts
    raise NotFound("letters.no-referral")


def require_draft(deed: str, standing: Standing, draft_id: UUID) -> DraftFacts:
    """Return the draft's facts if the deed on it may be done; raises as `require`."""
    _by_hand(deed, standing)
    for facts in standing.drafts:
        if facts.id == draft_id:
            ON_DRAFT[deed](standing, facts)
            return facts
    raise NotFound("letters.no-draft")


def allowed(standing: Standing) -> frozenset[str]:
    """Return the deeds that `require*` lets pass.

    A deed on a referral or draft stands as `<deed>:<its id>`, and bare if it passes on any.
    """
    found = {deed for deed in ON_LETTER | BY_CHIEF if _passes(require, deed, standing)}
    for deed, on_referral in ON_REFERRAL.items():
        for referral in standing.referrals:
            if _passes(on_referral, standing, referral):
                found |= {deed, f"{deed}:{referral.id}"}
    for deed, on_draft in ON_DRAFT.items():
        for draft in standing.drafts:
            if _passes(on_draft, standing, draft):
                found |= {deed, f"{deed}:{draft.id}"}
    if standing.chief:
        found = {each for each in found if each.partition(":")[0] in PREPARING}
    return frozenset(found)


def _passes(rule: Callable[..., None], *facts: object) -> bool:
    try:
        rule(*facts)
    except PishkhanError:
        return False
    return True
