"""`pishkhan fsck` compares what papers prove by themselves with the rows they are about."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connections
from django.db.models import F
from tests import emptying
from tests.node import fsck_ground
from tests.node.fsck_ground import Ground, behind_its_back, findings

from pishkhan.journal.promise import Promise, from_digits, read_promise, to_digits
from pishkhan.journal.slip import AnswerSlip, Slip
from pishkhan.kernel.findings import Survey
from pishkhan.kernel.ids import new_id
from pishkhan.letters.logic import accept, dispatch
from pishkhan.letters.logic.answer_promise import slip_of
from pishkhan.letters.models import Answer, Arrival, Draft, Submission
from pishkhan.sealing import api as sealing

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)
SLIP, PROMISE, CONTENT, TIME = "letters.slip", "letters.promise", "letters.content", "letters.time"


@pytest.fixture(scope="module")
def ground(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Ground]:
    connection = connections["default"]
    with django_db_blocker.unblock():
        emptying.empty(connection)
        with fsck_ground.home(tmp_path_factory.mktemp("home")) as folder:
            yield fsck_ground.make(folder)
        emptying.empty(connection)


def submission(g: Ground) -> Any:
    return Submission.objects.filter(pk=g.handed.letter_id)


def arrival(g: Ground) -> Any:
    return Arrival.objects.filter(letter_id=g.handed.letter_id)


def draft(g: Ground) -> Any:
    return Draft.objects.filter(arrival__in=arrival(g))


def answer(g: Ground) -> Any:
    return Answer.objects.filter(letter_id=g.handed.letter_id)


# --- rows that were changed -----------------------------------------------------------------------

CHANGED: dict[str, tuple[Callable[[Ground], object], set[tuple[str, str]]]] = {
    "the code": (
        lambda g: submission(g).update(tracking_code="9999999999999"),
        {(CONTENT, "code"), (SLIP, "code"), (PROMISE, "code")},
    ),
    "the agency": (
        lambda g: submission(g).update(agency_id=g.world.other_agency),
        {(CONTENT, "agency"), (SLIP, "agency")},
    ),
    "when it was accepted": (
        lambda g: submission(g).update(accepted_at=F("accepted_at") - SECOND),
        {(TIME, "accepted_at"), (SLIP, "at")},
    ),
    "the fee": (
        lambda g: submission(g).update(commission=F("commission") + 1),
        {(CONTENT, "commission"), (SLIP, "fee")},
    ),
    "its currency": (
        lambda g: submission(g).update(currency_epoch="new_rial"),
        {(CONTENT, "epoch"), (SLIP, "epoch")},
    ),
    "the agency's code": (
        lambda g: arrival(g).update(tracking_code="9999999999999"),
        {(SLIP, "code"), (PROMISE, "code")},
    ),
    "the agency of the answer": (
        lambda g: arrival(g).update(agency_id=g.world.other_agency),
        {(SLIP, "agency"), (PROMISE, "agency")},
    ),
    "when it was answered": (
        lambda g: draft(g).update(dispatched_at=F("dispatched_at") - SECOND),
        {(TIME, "dispatched_at"), (SLIP, "at"), (PROMISE, "at")},
    ),
    "what was signed": (
        lambda g: draft(g).update(text_digest="0" * 64),
        {(CONTENT, "text_digest"), (SLIP, "text"), (PROMISE, "text")},
    ),
    "when the counter's answer was sent": (
        lambda g: answer(g).update(dispatched_at=F("dispatched_at") - SECOND),
        {(PROMISE, "at")},
    ),
    "what the counter's answer says was signed": (
        lambda g: answer(g).update(text_digest="0" * 64),
        {(PROMISE, "text"), (CONTENT, "words")},
    ),
    "the words of the counter's answer": (
        lambda g: answer(g).update(body="words that nobody signed"),
        {(CONTENT, "words")},
    ),
    "who signed the counter's answer": (
        lambda g: answer(g).update(signer_name="nobody"),
        {(CONTENT, "words")},
    ),
}  # fmt: skip


def test_what_papers_prove_agrees_with_rows_that_deeds_made(ground: Ground) -> None:
    survey = Survey()
    assert findings("letters", survey) == set()
    assert "promises of other keys" not in survey.underived
    assert draft(ground).get().promise
    assert answer(ground).get().promise


@pytest.mark.parametrize("what", sorted(CHANGED))
def test_a_changed_row_is_held_against_the_paper(ground: Ground, what: str) -> None:
    do, expected = CHANGED[what]
    with behind_its_back():
        do(ground)
        assert findings("letters") == expected


# --- entries whose slip lies while all else of them is true ---------------------------------------
# The program itself writes these: the log agrees with them, and each test takes its own back.

LIES: dict[str, Callable[[Slip], Slip]] = {
    "code": lambda s: replace(s, code="1234567890123"),
    "at": lambda s: replace(s, at=s.at - timedelta(days=40)),
    "agency": lambda s: replace(s, agency=new_id()),
    "pages": lambda s: replace(s, pages=bytes(32)),
    "fee": lambda s: replace(s, fee=s.fee + 1),
}


@pytest.mark.parametrize("what", sorted(LIES))
def test_a_receipt_that_proves_something_else(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    monkeypatch.setattr(accept, "Slip", lambda **given: LIES[what](Slip(**given)))
    ground.world.arrive()
    assert findings("letters") == {(SLIP, what)}


class Other:
    """A slip whose value is of another form, or of another kind."""

    def __init__(self, value: Any) -> None:
        self.value = lambda: value


ANSWER = AnswerSlip("1234567890123", datetime(2026, 1, 1, tzinfo=UTC), new_id(), bytes(32))


@pytest.mark.parametrize("value", [{}, {"code": "1"}, "x", 7, ANSWER.value()])
def test_a_receipt_of_another_form(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, value: Any
) -> None:
    monkeypatch.setattr(accept, "Slip", lambda **_given: Other(value))
    ground.world.accept()
    assert findings("letters") == {(SLIP, "slip")}


def test_an_entry_without_a_slip_is_not_judged(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(accept, "Slip", lambda **_given: Other(None))
    ground.world.arrive()
    assert findings("letters") == set()


ANSWER_LIES: dict[str, Callable[[AnswerSlip], AnswerSlip]] = {
    "code": lambda s: replace(s, code="1234567890123"),
    "at": lambda s: replace(s, at=s.at - timedelta(days=40)),
    "agency": lambda s: replace(s, agency=new_id()),
    "text": lambda s: replace(s, text=bytes(32)),
}


@pytest.mark.parametrize("what", sorted(ANSWER_LIES))
def test_an_answer_that_proves_something_else(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, what: str
) -> None:
    honest = slip_of

    def lying(arrival: Arrival, row: Draft) -> AnswerSlip:
        slip = honest(arrival, row)
        assert slip is not None
        return ANSWER_LIES[what](slip)

    monkeypatch.setattr(dispatch, "slip_of", lying)
    ground.world.answered()  # the counter refuses it: its promise is not this answer
    assert findings("letters") == {(SLIP, what), (PROMISE, what)}


# --- promises -------------------------------------------------------------------------------------


def kept(row: Any) -> Promise:
    return read_promise(from_digits(row.get().promise))


def signed(promise: Promise) -> Promise:
    return replace(promise, signature=sealing.LogKey().of(1).sign(promise.message))


FORGED: dict[str, tuple[Callable[[Promise], str], str]] = {
    "no promise": (lambda _p: "7", "promise"),
    "no digits": (lambda _p: "promise", "promise"),
    "another signature": (
        lambda p: to_digits(bytes(replace(p, signature=bytes(64)))), "signature"
    ),
    "another entry, signed by the log": (
        lambda p: to_digits(bytes(signed(replace(p, salt=bytes(32))))), "entry"
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", sorted(FORGED))
@pytest.mark.parametrize("rows", [draft, answer])
def test_a_promise_that_was_changed(
    ground: Ground, rows: Callable[[Ground], Any], what: str
) -> None:
    forge, part = FORGED[what]
    with behind_its_back():
        rows(ground).update(promise=forge(kept(rows(ground))))
        assert findings("letters") == {(PROMISE, part)}


def test_a_promise_of_another_key_is_compared_but_its_signature_is_not(ground: Ground) -> None:
    with behind_its_back():
        other = replace(kept(answer(ground)), key_id=b"none", signature=bytes(64))
        answer(ground).update(promise=to_digits(bytes(other)))
        survey = Survey()
        assert findings("letters", survey) == set()
        assert survey.underived["promises of other keys"] == 1
