"""A letter as one secretariat must hold it, by the entries about it. Pure; part of `fold`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from pishkhan.journal.slip import FIELD as SLIP
from pishkhan.letters.contracts import ArrivalState as A
from pishkhan.letters.contracts import DraftState as D
from pishkhan.letters.contracts import Purpose
from pishkhan.letters.contracts import ReferralState as R
from pishkhan.letters.fold_parts import DraftFold, Entry, Fault, ReferralFold, said
from pishkhan.letters.states import ARRIVAL, after_completion, after_reopening

_LIVE = frozenset({D.DRAFTING, D.TO_SIGN})
_UNSENT = _LIVE | {D.SIGNED, D.REFUSED}


Key = tuple[str, int, int]
"""A letter number: its indicator's id, the year, the running number."""


@dataclass(slots=True)
class Agency:
    """A letter at one secretariat. `unnamed_referrals`: some have no entry that names them."""

    office: str
    arrived_at: datetime
    states: frozenset[A]
    unnamed_referrals: bool = False
    delivered: bool = False
    number: Key | None = None
    registered_at: datetime | None = None
    ended_at: datetime | None = None
    gone_to: str = ""
    drafts: dict[str, DraftFold] = field(default_factory=dict)
    referrals: dict[str, ReferralFold] = field(default_factory=dict)

    KINDS: ClassVar[frozenset[str]]
    """The kinds that change anything here."""

    def take(self, e: Entry, faults: list[Fault]) -> None:
        """Go on by one entry."""
        step = _STEPS.get(e.kind)
        if step is None:
            return
        before = said(self.states)
        if not step(self, e):
            faults.append(Fault(e.number, e.kind, before))

    def come_back(self, e: Entry, faults: list[Fault], *, refused: bool = False) -> None:
        """Take the letter up again that was with another agency, or never got there."""
        if A.TRANSFERRED not in self.states:
            faults.append(Fault(e.number, e.kind, said(self.states)))
        self.states = frozenset(
            {after_completion(registered=self.number is not None, referred=False)}
        )
        self.gone_to, self.ended_at = "", None
        if not refused:
            self.arrived_at = e.at

    def new_draft(self, id_: str, version: int, content: str) -> DraftFold:
        """Return the draft of this id, made if it is new, with one version more."""
        draft = self.drafts.setdefault(id_, DraftFold())
        draft.contents[version] = content
        return draft

    # --- what several kinds do --------------------------------------------------------------------

    def move(self, deed: str) -> bool:
        """Go where `deed` leads from each possible state.

        False when it leads from none: then it is done or not done, and the row may be either.
        """
        table = ARRIVAL[deed]
        after = frozenset(table[each] for each in self.states if each in table)
        self.states = after or self.states | frozenset(table.values())
        if self.delivered and A.IN_PROGRESS in self.states:
            self.states |= {A.ANSWERED}  # it may have been answered by a letter of its own
        return bool(after)

    def end_work(self, *, but: str = "") -> None:
        """End what lies open, and give up the drafts that did not go out."""
        for referral in self.referrals.values():
            referral.end(R.CLOSED)
        for id_, draft in self.drafts.items():
            if id_ != but:
                draft.map(_UNSENT, D.ABANDONED)

    def draft_again(self) -> None:
        """A draft that lies before no signer any more is being drafted again."""
        if not any(r.open and r.purpose == Purpose.SIGNATURE for r in self.referrals.values()):
            for draft in self.drafts.values():
                draft.map({D.TO_SIGN}, D.DRAFTING)


def _post(actor: str) -> str:
    return actor.removeprefix("post:").partition("@")[0]


def _key(fields: Mapping[str, Any]) -> Key:
    return str(fields.get("series", "")), int(fields["year"]), int(fields["number"])


def _registered(a: Agency, e: Entry) -> bool:
    a.number, a.registered_at = _key(e.fields), e.at
    return a.move("register")


def _voided(a: Agency, e: Entry) -> bool:
    legal = a.number == _key(e.fields)
    a.number = a.registered_at = None
    return a.move("void_number") and legal


def _referred(a: Agency, e: Entry) -> bool:
    fields = e.fields
    offered = [d for d in a.drafts.values() if d.states & _LIVE]
    for id_, to, purpose in zip(fields["referrals"], fields["to"], fields["purposes"], strict=True):
        made = a.referrals[str(id_)] = ReferralFold(str(purpose), str(to), e.at)
        if a.delivered:
            made.states |= {R.DONE}  # the answer to an internal letter ends it
    if offered and Purpose.SIGNATURE.value in fields["purposes"]:
        offered[-1].states = frozenset({D.TO_SIGN})
    return a.move("refer")


def _approval_asked(a: Agency, e: Entry) -> bool:
    fields = e.fields
    a.referrals[str(fields["referral"])] = ReferralFold(
        Purpose.APPROVAL.value, str(fields["to"]), e.at
    )
    return True


def _class_approved(a: Agency, e: Entry) -> bool:
    del e
    for referral in a.referrals.values():
        if referral.purpose == Purpose.APPROVAL:
            referral.end(R.DONE)
    return True


def _end_referral(state: R, deed: str) -> Callable[[Agency, Entry], bool]:
    def step(a: Agency, e: Entry) -> bool:
        known = a.referrals.get(str(e.fields["referral"]))
        if known is not None:
            legal = known.open
            known.end(state)
            if state is R.TAKEN_BACK and known.purpose == Purpose.SIGNATURE:
                a.draft_again()
        else:
            legal = a.unnamed_referrals
        return a.move(deed) and legal

    return step


def _drafted(a: Agency, e: Entry) -> bool:
    id_, version = str(e.fields["draft"]), int(e.fields["version"])
    known = a.drafts.get(id_)
    legal = known.states <= _LIVE if known else version == 1
    draft = a.new_draft(id_, version, str(e.fields.get("content_digest", "")))
    draft.states = frozenset({D.DRAFTING})
    return a.move("draft") and legal


def _draft(
    of: frozenset[D], to: D, *, field_name: str = "draft"
) -> Callable[[Agency, Entry], bool]:
    def step(a: Agency, e: Entry) -> bool:
        draft = a.drafts.get(str(e.fields[field_name]))
        if draft is None:
            return False
        legal = bool(draft.states & of)
        draft.states = frozenset({to})
        return legal

    return step


def _sent_back(a: Agency, e: Entry) -> bool:
    for referral in a.referrals.values():
        if referral.purpose == Purpose.SIGNATURE and referral.to == _post(e.actor):
            referral.end(R.DONE)
    return _draft(_LIVE, D.DRAFTING)(a, e)


def _signed(a: Agency, e: Entry) -> bool:
    legal = _draft(_LIVE, D.SIGNED)(a, e)
    draft = a.drafts.get(str(e.fields["draft"]))
    if draft is None:
        return False
    draft.signed_at, draft.text_digest = e.at, str(e.fields.get("text_digest", ""))
    waits = any(D.TO_SIGN in each.states for each in a.drafts.values())
    for referral in a.referrals.values():
        if referral.purpose == Purpose.SIGNATURE:
            if referral.to == _post(e.actor):
                referral.end(R.DONE)
            elif not waits:
                referral.end(R.CLOSED)
    return legal


def _dispatched(a: Agency, e: Entry) -> bool:
    id_ = str(e.fields["draft"])
    legal = _draft(frozenset({D.SIGNED}), D.DISPATCHED)(a, e)
    a.end_work(but=id_)
    if id_ in a.drafts:
        sent = a.drafts[id_]
        sent.dispatched_at, sent.slip, sent.commit = e.at, e.fields.get(SLIP), e.commit
    written_here = not a.delivered and a.unnamed_referrals
    return a.move("dispatch_letter" if written_here else "dispatch") and legal


def _copy_refused(a: Agency, e: Entry) -> bool:
    del e
    sent = [each for each in a.drafts.values() if each.dispatched_at is not None]
    if len(sent) == 1:
        sent[0].map({D.DISPATCHED}, D.REFUSED)
    else:  # the entry names the addressee, not the draft
        for draft in sent:
            draft.states |= {D.REFUSED} if D.DISPATCHED in draft.states else set()
    return bool(sent)


def _handed_over(a: Agency, e: Entry) -> bool:
    answer = a.drafts.get(str(e.fields["answer"]))
    if answer is None or answer.dispatched_at is None:
        return False
    later = [
        each.states
        for each in a.drafts.values()
        if each.dispatched_at is not None and each.dispatched_at > answer.dispatched_at
    ]
    if A.ANSWERED in a.states and not any(D.DISPATCHED in states for states in later):
        a.states, a.ended_at = frozenset({A.CLOSED}), e.at
    return True


def _completed(a: Agency, e: Entry) -> bool:
    del e
    back = after_completion(
        registered=a.number is not None,
        referred=bool(a.referrals) or a.unnamed_referrals,
    )
    a.states = frozenset(back if each is A.RETURNED else each for each in a.states)
    return True


def _ended(deed: str) -> Callable[[Agency, Entry], bool]:
    def step(a: Agency, e: Entry) -> bool:
        a.end_work()
        if deed != "withdraw":
            a.ended_at = e.at
        if deed == "transfer":
            a.gone_to = str(e.fields.get("to", ""))
        return a.move(deed)

    return step


def _set_aside(a: Agency, e: Entry) -> bool:
    a.ended_at = e.at
    return a.move("set_aside")


def _reopened(a: Agency, e: Entry) -> bool:
    del e
    legal = bool(a.states & ARRIVAL["reopen"].keys())
    registered = a.number is not None or a.delivered
    a.states, a.ended_at = frozenset({after_reopening(registered=registered)}), None
    if a.delivered:
        a.states |= {A.ANSWERED}
    return legal


def _moved(deed: str) -> Callable[[Agency, Entry], bool]:
    return lambda a, _e: a.move(deed)


_STEPS: dict[str, Callable[[Agency, Entry], bool]] = {
    "letter.registered": _registered,
    "number.voided": _voided,
    "letter.referred": _referred,
    "letter.referral_finished": _end_referral(R.DONE, "finish"),
    "letter.referral_taken_back": _end_referral(R.TAKEN_BACK, "take_back"),
    "letter.referral_given_back": _end_referral(R.TAKEN_BACK, "give_back"),
    "letter.returned": _moved("return_for_deficiency"),
    "letter.linked": _moved("link"),
    "letter.corrected": _moved("correct"),
    "letter.completion_received": _completed,
    "letter.drafted": _drafted,
    "letter.draft_sent_back": _sent_back,
    "letter.signed": _signed,
    "letter.dispatched": _dispatched,
    "letter.approval_asked": _approval_asked,
    "letter.class_approved": _class_approved,
    "answer.refused": _draft(frozenset({D.DISPATCHED}), D.REFUSED, field_name="answer"),
    "answer.resent": _draft(frozenset({D.REFUSED, D.DISPATCHED}), D.DISPATCHED),
    "letter.copy_refused": _copy_refused,
    "letter.hand_over_received": _handed_over,
    "letter.withdrawn": _ended("withdraw"),
    "letter.closed": _ended("close"),
    "letter.transferred": _ended("transfer"),
    "letter.set_aside": _set_aside,
    "letter.reopened": _reopened,
}
Agency.KINDS = frozenset(_STEPS)
