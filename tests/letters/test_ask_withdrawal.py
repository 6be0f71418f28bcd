"""Withdrawal is a request to the custodian; the letter is withdrawn when he says so."""

from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, StepKind, SubmissionState
from tests.letters.world import World, drain


def test_the_letter_is_withdrawn_once_the_agency_has_said_so(world: World) -> None:
    accepted, arrival = world.arrive()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="مشکل حل شد")
    view = letters.submission(world.clerk, accepted.letter_id)
    assert (view.row.state, view.withdrawal_asked) == (SubmissionState.ARRIVED, True)
    drain()
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.WITHDRAWN
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.WITHDRAWN
    assert {StepKind.WITHDRAWAL_ASKED, StepKind.WITHDRAWN} <= {step.kind for step in view.steps}


def test_it_may_be_asked_while_the_letter_still_lies_in_the_queue(world: World) -> None:
    accepted = world.accept()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="اشتباه شد")
    drain()
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.WITHDRAWN


def test_it_needs_a_reason_and_is_asked_once(world: World) -> None:
    accepted = world.accept()
    with pytest.raises(Invalid) as refused:
        letters.ask_withdrawal(world.clerk, accepted.letter_id, reason=" ")
    assert set(refused.value.fields) == {"reason"}
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="حل شد")
    with pytest.raises(Refused) as again:
        letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="حل شد")
    assert again.value.code == "letters.withdrawal-asked"


def test_an_answered_letter_is_not_withdrawn_any_more(world: World) -> None:
    accepted, _ = world.answered()
    with pytest.raises(Refused):
        letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="حل شد")


def test_another_counter_withdraws_nothing(world: World) -> None:
    accepted = world.accept()
    with pytest.raises(NotFound):
        letters.ask_withdrawal(world.other_clerk, accepted.letter_id, reason="حل شد")
