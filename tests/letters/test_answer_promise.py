"""What the log promises of an answer: made at dispatch, kept on both sides, checked on arrival."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from pishkhan.journal import api as journal
from pishkhan.journal.checkpoint import KeyKind, NoteKey, read_key
from pishkhan.journal.promise import (
    Promise,
    from_digits,
    is_promised,
    make_promise,
    read_promise,
    to_digits,
)
from pishkhan.journal.slip import FIELD, AnswerSlip, Slip
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.money import Epoch
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, DraftView, Purpose, SubmissionState
from pishkhan.letters.logic.answer_promise import promise_in
from pishkhan.letters.models import Answer, Arrival, Draft
from pishkhan.sealing import api as sealing
from pishkhan.sealing.api import LogKey
from tests.journal.log_key import LogKey as AnyKey
from tests.letters.test_receive_answer import send_answer, state
from tests.letters.world import World, drain, refer, refusing


@pytest.fixture
def log(world: World, tmp_path: Path, settings: Any) -> None:
    settings.HOME = tmp_path
    journal.found_log()


def dispatched(letter: Any) -> journal.EntryView:
    (entry,) = (e for e in journal.entries_of(letter) if e.kind == "letter.dispatched")
    return entry


def read(digits: str) -> Promise:
    return read_promise(from_digits(digits))


@pytest.mark.usefixtures("log")
def test_the_promise_of_the_entry_is_kept_at_the_agency_and_at_the_counter(world: World):
    accepted, arrival = world.answered()
    entry = dispatched(accepted.letter_id)
    (draft,) = letters.arrival(world.registrar, arrival).drafts
    answer = letters.open_answer(world.clerk, accepted.letter_id)
    assert draft.promise == answer.promise == to_digits(journal.promise(entry.id, LogKey()))
    found = read(answer.promise)
    assert is_promised(found, read_key(journal.log_vkey(LogKey())), sealing.fits)
    assert found.commit == entry.commit
    assert found.slip == AnswerSlip(
        accepted.tracking_code,
        answer.dispatched_at.replace(microsecond=0),
        world.agency,
        bytes.fromhex(answer.text_digest),
    )
    assert entry.fields[FIELD] == found.slip.value()
    assert found.slip.value()["text"] == entry.fields["text_digest"]
    assert len(bytes(found)) == 259


@pytest.mark.usefixtures("log")
def test_an_answer_that_is_sent_again_has_the_same_promise(world: World):
    with refusing():
        accepted, arrival = world.answered()
    (draft,) = letters.arrival(world.registrar, arrival).drafts
    assert draft.promise
    letters.resend(world.registrar, draft.id)
    drain()
    assert letters.open_answer(world.clerk, accepted.letter_id).promise == draft.promise


@pytest.mark.usefixtures("log")
def test_an_answer_of_before_there_were_promises_is_sent_again_without(world: World):
    with refusing():
        accepted, arrival = world.answered()
    (draft,) = letters.arrival(world.registrar, arrival).drafts
    with journal.act() as act:
        Draft.objects.filter(pk=draft.id).update(promise="")
        act.append("answer.noted", subject=draft.id, actor="system")
    letters.resend(world.registrar, draft.id)
    drain()
    assert letters.open_answer(world.clerk, accepted.letter_id).promise == ""


def test_a_node_without_a_log_dispatches_and_promises_nothing(world: World):
    accepted, _ = world.answered()
    assert letters.open_answer(world.clerk, accepted.letter_id).promise == ""
    assert FIELD in dispatched(accepted.letter_id).fields


@pytest.mark.usefixtures("log")
def test_a_letter_whose_code_has_another_form_is_answered_without_a_promise(world: World):
    accepted, arrival = world.referred()
    with journal.act() as act:
        Arrival.objects.filter(pk=arrival).update(tracking_code="12")
        act.append("letter.noted", subject=accepted.letter_id, actor="system")
    draft = letters.draft(world.expert, arrival, subject="پاسخ", body="متن")
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    letters.dispatch(world.registrar, draft)
    assert FIELD not in dispatched(accepted.letter_id).fields
    drain()
    assert letters.open_answer(world.clerk, accepted.letter_id).promise == ""


@pytest.fixture
def waiting(world: World, log: None) -> tuple[Accepted, DraftView]:
    """Return a letter and its answer, which was refused on the way and may be sent again."""
    with refusing():
        accepted, arrival = world.answered()
    (draft,) = letters.arrival(world.registrar, arrival).drafts
    return accepted, draft


def taken(world: World, waiting: tuple[Accepted, DraftView], promise: str) -> bool:
    """Return whether the counter takes the answer when it bears this promise instead."""
    accepted, draft = waiting
    with journal.act() as act:
        Draft.objects.filter(pk=draft.id).update(promise=promise)
        act.append("answer.noted", subject=draft.id, actor="system")
    letters.resend(world.registrar, draft.id)
    drain()
    found = letters.submission(world.clerk, accepted.letter_id).answers
    assert [each.promise for each in found] in ([], [promise])
    refusals = [e for e in journal.entries_of(accepted.letter_id) if e.kind == "answer.refused"]
    if not found:
        assert refusals[-1].fields["reason"] == "letters.bad-promise"
    return bool(found)


def promised(slip: AnswerSlip | Slip, key: Any = None) -> str:
    """Return a promise of this slip, signed by this node's log or by another key."""
    with journal.act() as act:
        entry = act.append(
            "answer.noted", subject=new_id(), actor="system", fields={FIELD: slip.value()}
        )
    signer = key or LogKey().of(1)
    name = NoteKey(journal.head().origin, KeyKind.LOG, signer.public)
    opened = journal.opening(entry, [FIELD])
    return to_digits(bytes(make_promise(slip, opened, hours=24, key=name, sign=signer.sign)))


def slip_of(draft: DraftView) -> AnswerSlip:
    slip = read(draft.promise).slip
    assert isinstance(slip, AnswerSlip)
    return slip


def test_a_promise_of_just_this_answer_is_taken(world: World, waiting: Any):
    assert taken(world, waiting, promised(slip_of(waiting[1])))


@pytest.mark.parametrize(
    "change",
    [
        {"code": "1500010000017"},
        {"at": datetime(2026, 1, 1, tzinfo=UTC)},
        {"agency": UUID(int=7)},
        {"text": b"\7" * 32},
    ],
)
def test_a_promise_of_another_answer_is_refused_though_the_log_signed_it(
    world: World, waiting: Any, change: dict[str, Any]
):
    assert not taken(world, waiting, promised(replace(slip_of(waiting[1]), **change)))


def test_the_promise_of_an_acceptance_is_refused(world: World, waiting: Any):
    slip = slip_of(waiting[1])
    other = Slip(slip.code, slip.at, slip.agency, slip.text, 0, Epoch.RIAL_1310)
    assert not taken(world, waiting, promised(other))
    accepted = journal.entry_with_slip(waiting[0].letter_id, "letter.accepted")
    assert not taken(world, waiting, to_digits(journal.promise(accepted, LogKey())))


def test_on_the_same_node_another_key_and_a_changed_signature_are_refused(
    world: World, waiting: Any
):
    draft = waiting[1]
    assert not taken(world, waiting, promised(slip_of(draft), AnyKey()))
    data = from_digits(draft.promise)
    assert not taken(world, waiting, to_digits(data[:-1] + bytes([data[-1] ^ 1])))
    assert not taken(world, waiting, "12345")


def test_of_another_node_the_key_is_not_known_and_the_rest_is_checked(world: World, waiting: Any):
    slip = slip_of(waiting[1])
    values = {"dispatched_at": slip.at, "text_digest": slip.text.hex()}
    given = {"promise": promised(slip, AnyKey())}
    covers = {"from": {"agency": str(slip.agency)}}
    other = {"from": {"agency": str(UUID(int=7))}}
    for known in (covers, {}):
        taken = promise_in(given, values, known, code=slip.code, own=False)
        assert taken == given["promise"]
    wrong: list[tuple[Any, str, bool]] = [
        (covers, "1500010000017", False),
        (other, slip.code, False),
        (covers, slip.code, True),
    ]
    for known, code, own in wrong:
        with pytest.raises(Invalid, match=r"letters\.bad-promise"):
            promise_in(given, values, known, code=code, own=own)


@pytest.mark.usefixtures("log")
@pytest.mark.parametrize("promise", ["", None, 5, ["1"], "9" * 801, "1\n2"])
def test_what_is_no_line_of_digits_is_a_bad_message(world: World, promise: object):
    accepted = world.accept()
    drain()
    send_answer(world, accepted.letter_id, promise=promise)
    assert state(world, accepted) is SubmissionState.ARRIVED
    assert not Answer.objects.exists()


def test_an_older_node_s_message_without_a_promise_is_taken(world: World):
    accepted = world.accept()
    drain()
    send_answer(world, accepted.letter_id)
    assert state(world, accepted) is SubmissionState.READY
    assert letters.open_answer(world.clerk, accepted.letter_id).promise == ""
