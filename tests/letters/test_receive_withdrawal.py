from __future__ import annotations

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    ArrivalState,
    DraftState,
    ReferralState,
    StepKind,
    SubmissionState,
)
from tests.letters.world import World, drain, national_id


def test_a_letter_in_progress_is_withdrawn_on_request(world: World):
    accepted, arrival = world.referred()
    letters.draft(world.expert, arrival, subject="پاسخ", body="متن")
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="مشکل برطرف شد")
    drain()
    view = letters.arrival(world.expert, arrival)
    assert view.row.state is ArrivalState.WITHDRAWN
    assert view.referrals[0].state is ReferralState.CLOSED
    assert view.drafts[0].state is DraftState.ABANDONED
    assert view.deeds.allowed == frozenset()
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.WITHDRAWN


def test_a_request_that_meets_an_answer_changes_nothing(world: World):
    accepted, arrival = world.referred(to=world.deputy)
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="انصراف")
    letters.close(world.registrar, arrival, outcome="تکراری")
    drain()
    view = letters.arrival(world.registrar, arrival)
    assert view.row.state is ArrivalState.CLOSED
    assert view.steps[-1].kind is StepKind.WITHDRAWAL_ASKED
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert (seen.row.state, seen.withdrawal_asked) == (SubmissionState.CLOSED, False)
    assert seen.steps[-1].kind is StepKind.WITHDRAWAL_ASKED
    assert seen.steps[-1].params["refused"] == "too-late"
    told = letters.track(accepted.tracking_code, national_id(1))
    assert told.steps[-1].params == {"refused": "too-late"}
    letters.reopen(world.registrar, arrival, reason="بررسی دوباره")
    drain()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="باز هم انصراف")
    drain()
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.WITHDRAWN
