"""The promise of an answer: one form in bytes, and never read as one of an acceptance."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journal.signing import verify
from tests.journal.test_promise import HASH, LOG, SLIP, SLIPS, opened, promised

from pishkhan.journal import promise
from pishkhan.journal.slip import AnswerSlip, BadSlip, read_slip

ANSWER = AnswerSlip(SLIP.code, SLIP.at, SLIP.agency, b"\5" * 32)
ANSWERS = st.builds(
    lambda slip, text: AnswerSlip(slip.code, slip.at, slip.agency, text), SLIPS, HASH
)


@settings(max_examples=50)
@given(ANSWERS, st.integers(0, 255), st.integers(0, 7))
def test_the_promise_of_an_answer_is_read_back_and_is_none_of_an_acceptance(slip, hours, further):
    made = promised(slip, hours, further)
    data = bytes(made)
    assert data[0] == 3
    assert len(data) <= 300
    read = promise.read_promise(data)
    assert read == made
    assert read.commit == opened(slip, further=further)[1]
    assert promise.is_promised(read, LOG.key, verify)
    with pytest.raises(BadSlip):
        promise.read_promise(b"\x01" + data[1:])


@settings(max_examples=50)
@given(SLIPS, st.integers(0, 7))
def test_the_promise_of_an_acceptance_is_none_of_an_answer(slip, further):
    data = bytes(promised(slip, further=further))
    with pytest.raises(BadSlip):
        promise.read_promise(b"\x03" + data[1:])


def test_the_bytes_of_an_answers_promise_stand_where_the_page_puts_them():
    made = promised(ANSWER, hours=48)
    data = bytes(made)
    assert data[:7] == b"\x03" + LOG.key.id + b"\x09\x04"
    assert data[39:45] == (7214093381260).to_bytes(6, "big")
    assert data[45:50] == (1795331550).to_bytes(5, "big")
    assert data[50:66] == ANSWER.agency.bytes
    assert data[66:99] == ANSWER.text + b"\x30"
    assert data[99:-64] == b"".join(made.proof)
    assert data[-64:] == LOG.sign(b"pishkhan/promise/v1\n" + data[:-64])


@pytest.mark.parametrize(
    "change", [{"code": "12"}, {"at": SLIP.at.replace(microsecond=1)}, {"text": b"\5" * 31}]
)
def test_a_slip_of_an_answer_that_no_promise_can_hold_is_refused(change):
    with pytest.raises(BadSlip):
        replace(ANSWER, **change)


def test_an_entry_tells_its_kind_of_slip_by_the_names_and_mixes_none():
    assert read_slip(ANSWER.value()) == ANSWER
    assert read_slip(SLIP.value()) == SLIP
    for wrong in (
        {**ANSWER.value(), "pages": "07" * 32},
        {**SLIP.value(), "text": "07" * 32},
        {**ANSWER.value(), "text": "07" * 31},
        {**ANSWER.value(), "text": "AA" * 32},
        {**ANSWER.value(), "at": "2026-11-22"},
    ):
        with pytest.raises(BadSlip):
            read_slip(wrong)
