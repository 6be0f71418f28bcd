"""What a letter's entries lead to, and which entry does not follow from those before it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pishkhan.letters.contracts import ArrivalState, DraftState, ReferralState, SubmissionState
from pishkhan.letters.fold import Letter, fold

BEGIN = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)
OFFICE, OTHER, COUNTER = "office", "other", "counter"


@dataclass(frozen=True)
class Entry:
    kind: str
    fields: dict[str, Any] = field(default_factory=dict)
    actor: str = "system"
    number: int = 0
    at: datetime = BEGIN
    commit: bytes = bytes(32)


def e(kind: str, actor: str = "system", **fields: Any) -> Entry:
    return Entry(kind, fields, actor)


def told(*entries: Entry) -> Letter:
    return fold(
        Entry(each.kind, each.fields, each.actor, n, BEGIN + timedelta(minutes=n))
        for n, each in enumerate(entries)
    )


def registered(number: int = 1) -> Entry:
    return e("letter.registered", secretariat=OFFICE, series="s", year=1405, number=number)


def referred(id_: str, to: str, purpose: str = "action") -> Entry:
    return e("letter.referred", referrals=[id_], to=[to], purposes=[purpose])


def status(before: str, state: str, step: str = "arrived") -> Entry:
    return e("letter.status_received", counter=COUNTER, before=before, state=state, step=step)


ACCEPTED = e("letter.accepted", counter=COUNTER, pages="p")
ARRIVED = e("letter.arrived", secretariat=OFFICE, counter=COUNTER)
ANSWER = e("answer.received", counter=COUNTER, answer="d1")
HANDED = e("letter.handed_over", counter=COUNTER, answer="d1")
DRAFTED = e("letter.drafted", draft="d1", version=1, content_digest="c")
SIGNED = e("letter.signed", actor="post:p2", draft="d1", version=1, text_digest="t")
DISPATCHED = e("letter.dispatched", draft="d1", secretariat=OFFICE, series="s", year=1405, number=2)
WORK = (ARRIVED, registered(), referred("r1", "p1"), DRAFTED, referred("r2", "p2", "signature"))
ANSWERED = (*WORK, SIGNED, DISPATCHED)
MOVED = e("letter.transferred", **{"from": OFFICE, "to": OTHER})


def test_the_main_job_leads_where_the_rows_stand() -> None:
    letter = told(
        ACCEPTED,
        *ANSWERED,
        status("queued", "arrived"),
        ANSWER,
        HANDED,
        e("letter.hand_over_received", answer="d1"),
    )
    assert letter.faults == []
    assert letter.counter is not None
    assert letter.counter.states == {SubmissionState.HANDED_OVER}
    agency = letter.agencies[OFFICE]
    assert agency.states == {ArrivalState.CLOSED}
    assert agency.drafts["d1"].states == {DraftState.DISPATCHED}
    assert agency.referrals["r1"].states == {ReferralState.CLOSED}
    assert agency.referrals["r2"].states == {ReferralState.DONE}  # who signed had it before him
    assert agency.registered_at == BEGIN + timedelta(minutes=2)


def test_a_draft_for_signature_is_drafted_again_when_nobody_has_it_to_sign() -> None:
    letter = told(*WORK)
    assert letter.agencies[OFFICE].drafts["d1"].states == {DraftState.TO_SIGN}
    letter = told(*WORK, e("letter.referral_taken_back", referral="r2"))
    assert letter.agencies[OFFICE].drafts["d1"].states == {DraftState.DRAFTING}
    assert letter.faults == []


def test_a_letter_that_moved_is_followed_to_where_it_is() -> None:
    there = e("letter.arrived", secretariat=OTHER)
    letter = told(ARRIVED, registered(), MOVED, there, e("letter.set_aside"))
    assert letter.faults == []
    assert letter.agencies[OFFICE].states == {ArrivalState.TRANSFERRED}
    assert letter.agencies[OTHER].states == {ArrivalState.SET_ASIDE}
    back = told(ARRIVED, registered(), MOVED, e("letter.transfer_refused", to=OTHER))
    assert back.agencies[OFFICE].states == {ArrivalState.REGISTERED}


def test_what_was_missing_leads_back_to_where_it_stood() -> None:
    returned, came = e("letter.returned"), e("letter.completion_received", round=1)
    for before, state in (
        ((ARRIVED,), ArrivalState.ARRIVED),
        ((ARRIVED, registered()), ArrivalState.REGISTERED),
        (WORK, ArrivalState.IN_PROGRESS),
    ):
        letter = told(*before, returned, came)
        assert letter.agencies[OFFICE].states == {state}
        assert not letter.faults


def test_both_ways_are_kept_where_the_entries_do_not_say_which() -> None:
    letter = told(e("letter.delivered", secretariat=OFFICE, posts=["p1"]))
    assert letter.agencies[OFFICE].states == {ArrivalState.IN_PROGRESS, ArrivalState.ANSWERED}


VOIDED = e("number.voided", secretariat=OFFICE, series="s", year=1405, number=9)
READY = (ACCEPTED, status("queued", "arrived"), ANSWER)

UNFIT: dict[str, tuple[Entry, ...]] = {
    "registered twice": (ARRIVED, registered(), registered(2)),
    "another number voided": (ARRIVED, registered(), VOIDED),
    "referred before it was registered": (ARRIVED, referred("r1", "p1")),
    "finished twice": (
        *WORK,
        e("letter.referral_finished", referral="r1"),
        e("letter.referral_finished", referral="r1"),
    ),
    "an unknown referral": (*WORK, e("letter.referral_finished", referral="r9")),
    "returned after the answer": (*ANSWERED, e("letter.returned")),
    "a second version first": (*WORK, e("letter.drafted", draft="d2", version=2)),
    "written anew after the signature": (
        *WORK,
        SIGNED,
        e("letter.drafted", draft="d1", version=2),
    ),
    "sent back after the signature": (*WORK, SIGNED, e("letter.draft_sent_back", draft="d1")),
    "signed twice": (*WORK, SIGNED, SIGNED),
    "an unknown draft signed": (*WORK, e("letter.signed", draft="d9", version=1)),
    "dispatched unsigned": (*WORK, DISPATCHED),
    "dispatched twice": (*ANSWERED, DISPATCHED),
    "refused before it left": (*WORK, SIGNED, e("answer.refused", answer="d1")),
    "sent again before it left": (*WORK, SIGNED, e("answer.resent", draft="d1")),
    "a copy refused that never left": (*WORK, e("letter.copy_refused", item="i")),
    "handed over before it left": (*WORK, e("letter.hand_over_received", answer="d1")),
    "closed after the answer": (*ANSWERED, e("letter.closed")),
    "transferred after the answer": (*ANSWERED, MOVED),
    "withdrawn after the answer": (*ANSWERED, e("letter.withdrawn", before="answered")),
    "set aside after it was registered": (ARRIVED, registered(), e("letter.set_aside")),
    "reopened while it is open": (*WORK, e("letter.reopened")),
    "linked before it was registered": (ARRIVED, e("letter.linked")),
    "arrived twice": (ARRIVED, ARRIVED),
    "a refused transfer that was none": (ARRIVED, e("letter.transfer_refused", to=OTHER)),
    "a letter that never arrived": (registered(),),
    "fields that are not there": (ARRIVED, e("letter.registered", secretariat=OFFICE)),
    "accepted twice": (ACCEPTED, ACCEPTED),
    "a counter that never accepted": (status("queued", "arrived"),),
    "completed unasked": (ACCEPTED, e("letter.completed", counter=COUNTER, round=1, pages="")),
    "sent again unasked": (ACCEPTED, e("letter.sent_again", counter=COUNTER)),
    "told of another state before": (ACCEPTED, status("returned", "in_progress")),
    "told away from what lies here": (*READY, status("ready", "closed", "closed")),
    "undelivered while it was ready": (
        *READY,
        e("letter.undelivered", counter=COUNTER, before="ready", state="undelivered"),
    ),
    "an unknown answer handed over": (
        *READY,
        e("letter.handed_over", counter=COUNTER, answer="d9"),
    ),
    "handed over twice": (*READY, HANDED, HANDED),
    "asked back after the hand-over": (
        *READY,
        HANDED,
        e("letter.withdrawal_asked", counter=COUNTER),
    ),
    "withdrawn while it is on its way": (
        ACCEPTED,
        e("letter.withdrawn", counter=COUNTER, before="queued"),
    ),
    "moved from another state": (
        ACCEPTED,
        e("letter.move_received", counter=COUNTER, before="ready", back=False),
    ),
}


@pytest.mark.parametrize("what", sorted(UNFIT))
def test_an_entry_that_does_not_follow_is_a_fault(what: str) -> None:
    entries = UNFIT[what]
    assert told(*entries[:-1]).faults == []
    (fault,) = told(*entries).faults
    assert (fault.number, fault.kind) == (len(entries) - 1, entries[-1].kind)
