"""An answer coming back: custody, signature, and a second one."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, Purpose, SubmissionState
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.answer_text import SIGNED_AS, text_digest
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Pattern
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState
from pishkhan.sealing import api as sealing
from tests.letters.world import World, drain, national_id, refer


def state(world: World, accepted: Accepted) -> SubmissionState:
    return letters.submission(world.clerk, accepted.letter_id).row.state


def send_answer(world: World, letter: UUID, *, transfer: bool = True, **changes: Any) -> UUID:
    """Send an answer as the agency does, with these changes to its payload; return its id."""
    answer = new_id()
    with journal.act() as act:
        words: dict[str, Any] = {
            "subject": "پاسخ",
            "body": "متن",
            "signer_name": "مدیر",
            "signer_title": "رئیس",
        }
        digest = text_digest(letter=letter, draft=answer, version=1, at=act.at, **words)
        payload = {
            "letter": str(letter),
            "answer": str(answer),
            "version": 1,
            "number_text": "1405/9",
            **words,
            "agency_name": "شرکت آب و فاضلاب استان",
            "signed_at": wire.iso(act.at),
            "dispatched_at": wire.iso(act.at),
            "text_digest": digest,
            "signature": sealing.sign(SIGNED_AS, bytes.fromhex(digest)).hex(),
            "key_id": sealing.node_key().key_id,
            **changes,
        }
        hop = relay.hold_and_offer(act, answer, world.secretariat, world.counter)
        relay.send(
            act,
            from_office=world.secretariat,
            to_office=world.counter,
            kind=wire.ANSWERED,
            version=wire.VERSION,
            subject=letter,
            payload=payload,
            transfer=hop if transfer else None,
        )
        act.append("answer.sent", subject=letter, actor="system")
    drain()
    return answer


def test_the_counter_becomes_custodian_and_the_applicant_is_told(world: World) -> None:
    accepted = world.accept()
    drain()
    answer = send_answer(world, accepted.letter_id)
    assert state(world, accepted) is SubmissionState.READY
    assert relay.custodian_state(answer, world.counter) is CustodyState.HELD
    assert relay.custodian_state(answer, world.secretariat) is CustodyState.RELEASED
    assert Pattern.READY in [fate.pattern for fate in notices.fates(accepted.letter_id)]


@pytest.mark.parametrize(
    "forged",
    [
        {"body": "متن دیگر"},
        {"subject": "پاسخ دیگر"},
        {"signer_name": "دیگری"},
        {"version": 2},
        {"text_digest": "0" * 64},
        {"signature": "00" * 64},
        {"signature": "zz"},
        {"version": "1"},
        {"dispatched_at": ""},
    ],
)
def test_words_that_were_not_signed_are_refused_and_the_agency_keeps_the_answer(
    world: World, forged: dict[str, Any]
) -> None:
    accepted = world.accept()
    drain()
    answer = send_answer(world, accepted.letter_id, **forged)
    assert state(world, accepted) is SubmissionState.ARRIVED
    assert relay.custodian_state(answer, world.counter) is None
    assert relay.custodian_state(answer, world.secretariat) is CustodyState.HELD


def test_an_answer_without_custody_is_refused(world: World) -> None:
    accepted = world.accept()
    drain()
    send_answer(world, accepted.letter_id, transfer=False)
    assert state(world, accepted) is SubmissionState.ARRIVED


def test_a_reopened_letter_gets_a_second_answer_which_is_handed_over_too(world: World) -> None:
    accepted, arrival = world.answered()
    pair: dict[str, Any] = {"national_id": national_id(1), "tracking_code": accepted.tracking_code}
    letters.hand_over(world.clerk, accepted.letter_id, **pair)
    drain()
    letters.reopen(world.registrar, arrival, reason="پاسخ ناقص بود")
    drain()
    assert state(world, accepted) is SubmissionState.IN_PROGRESS
    refer(world.registrar, arrival, world.expert)
    draft = letters.draft(world.expert, arrival, subject="پاسخ دوم", body="متن دوم")
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    letters.dispatch(world.registrar, draft)
    drain()
    assert state(world, accepted) is SubmissionState.READY
    assert letters.open_answer(world.clerk, accepted.letter_id).body == "متن دوم"
    letters.hand_over(world.clerk, accepted.letter_id, **pair)
