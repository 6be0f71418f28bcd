"""The main job by deeds alone: from the counter to the answer and back."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Accepted,
    ArrivalState,
    Purpose,
    StepKind,
    SubmissionState,
)
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Pattern
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState
from tests.letters.world import NOON, World, drain, image, national_id, page, refer

ME = national_id(1)


def state_at_counter(world: World, accepted: Accepted) -> SubmissionState:
    return letters.submission(world.clerk, accepted.letter_id).row.state


def do_main_job(world: World, time: FakeClock) -> tuple[Accepted, UUID]:
    """Do the whole main job with one return for deficiency, every state checked on the way."""

    def later() -> None:
        time.advance(timedelta(minutes=7))
        drain()

    accepted = world.accept()
    assert state_at_counter(world, accepted) is SubmissionState.QUEUED
    later()
    assert state_at_counter(world, accepted) is SubmissionState.ARRIVED

    arrival = world.arrival_of(accepted)
    number = letters.register(world.registrar, arrival)
    later()
    assert letters.track(accepted.tracking_code, ME).number_text == number.text

    refer(world.registrar, arrival, world.expert)
    later()
    assert state_at_counter(world, accepted) is SubmissionState.IN_PROGRESS
    letters.open_arrival(world.expert, arrival)

    until = NOON.date() + timedelta(days=19)
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند", until=until)
    later()
    told = letters.track(accepted.tracking_code, ME)
    assert (told.state, told.missing, told.missing_until) == (
        SubmissionState.RETURNED,
        "تصویر سند",
        until,
    )
    letters.complete(world.second_clerk, accepted.letter_id, pages=(page("deed"),), note="سند")
    later()
    assert state_at_counter(world, accepted) is SubmissionState.IN_PROGRESS
    held = letters.open_arrival(world.expert, arrival)
    assert [(p.seq, p.round) for p in held.pages] == [(1, 0), (2, 0), (3, 1)]
    third = letters.page_blob(world.expert, "agency", arrival, 3)
    assert b"".join(letters.blob_store().iter_chunks(third.digest)) == image("deed")

    draft = letters.draft(world.expert, arrival, subject="پاسخ: قطعی آب", body="تعمیر می‌شود.")
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    outgoing = letters.dispatch(world.registrar, draft)
    assert outgoing.number != number.number
    later()
    assert state_at_counter(world, accepted) is SubmissionState.READY
    assert relay.custodian_state(draft, world.counter) is CustodyState.HELD
    assert relay.custodian_state(draft, world.secretariat) is CustodyState.RELEASED

    answer = letters.open_answer(world.clerk, accepted.letter_id)
    assert (answer.body, answer.number_text) == ("تعمیر می‌شود.", outgoing.text)
    assert answer.signer_name == world.head.label
    letters.hand_over(
        world.clerk, accepted.letter_id, national_id=ME, tracking_code=accepted.tracking_code
    )
    later()
    return accepted, arrival


def test_a_letter_goes_to_the_answer_and_back(world: World) -> None:
    time = FakeClock(NOON)
    with clock.use(time):
        accepted, arrival = do_main_job(world, time)
        told = letters.track(accepted.tracking_code, ME)
        assert told.state is SubmissionState.HANDED_OVER
        kinds = [step.kind for step in told.steps]
        for kind in (
            StepKind.ACCEPTED,
            StepKind.ARRIVED,
            StepKind.REGISTERED,
            StepKind.RETURNED,
            StepKind.COMPLETED,
            StepKind.READY,
            StepKind.HANDED_OVER,
        ):
            assert kind in kinds
        assert [step.at for step in told.steps] == sorted(step.at for step in told.steps)
        assert not any(step.by for step in told.steps)
        said = {step.kind: step.params for step in told.steps if step.params}
        assert said == {StepKind.HANDED_OVER: {"to": "applicant"}}
        held = letters.arrival(world.registrar, arrival)
        assert held.row.state is ArrivalState.CLOSED
        assert relay.queue_depth(world.counter) == relay.queue_depth(world.secretariat) == 0
        assert relay.quarantined(limit=10) == []
        patterns = [fate.pattern for fate in notices.fates(accepted.letter_id)]
        assert set(patterns) == {
            Pattern.ACCEPTED,
            Pattern.RETURNED,
            Pattern.READY,
            Pattern.HANDED_OVER,
        }
        deeds = [entry.kind for entry in journal.entries_of(accepted.letter_id)]
        for deed in (
            "letter.accepted",
            "letter.registered",
            "letter.referred",
            "letter.returned",
            "letter.completed",
            "letter.signed",
            "letter.dispatched",
            "letter.handed_over",
        ):
            assert deed in deeds


def test_the_answer_is_handed_over_once(world: World) -> None:
    accepted, _ = world.answered()
    pair: dict[str, Any] = {"national_id": ME, "tracking_code": accepted.tracking_code}
    letters.hand_over(world.clerk, accepted.letter_id, **pair)
    with pytest.raises(Refused) as refused:
        letters.hand_over(world.second_clerk, accepted.letter_id, **pair)
    assert refused.value.code == "letters.not-now"
