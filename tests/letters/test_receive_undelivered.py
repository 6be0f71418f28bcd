"""What the counter's other messages leave behind when the agency's side refuses them."""

from __future__ import annotations

from datetime import timedelta

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, ArrivalState, StepKind, SubmissionState
from pishkhan.letters.logic import wire
from tests.letters.world import World, drain, national_id, page, refusing


def last(world: World, accepted: Accepted) -> tuple[StepKind, str]:
    step = letters.submission(world.clerk, accepted.letter_id).steps[-1]
    return step.kind, step.params.get("what", "")


def test_a_refused_completion_leaves_the_letter_returned_and_is_added_again(world: World) -> None:
    accepted, arrival = world.referred()
    until = clock.current().now().astimezone(TEHRAN).date() + timedelta(days=7)
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند", until=until)
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(page("deed"),))
    with refusing(wire.COMPLETED, "letters.bad-message"):
        drain()
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.RETURNED
    assert (view.missing, view.missing_until) == ("تصویر سند", until)
    assert last(world, accepted) == (StepKind.UNDELIVERED, "completion")
    letters.complete(world.clerk, accepted.letter_id, pages=(page("again"),))
    drain()
    held = letters.arrival(world.registrar, arrival)
    assert held.row.state is ArrivalState.IN_PROGRESS
    assert [p.round for p in held.pages] == [0, 0, 2]
    assert letters.submission(world.clerk, accepted.letter_id).row.state is (
        SubmissionState.IN_PROGRESS
    )


def test_a_refused_wish_to_withdraw_may_be_told_again(world: World) -> None:
    accepted, arrival = world.arrive()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="حل شد")
    with refusing(wire.WITHDRAWAL, "letters.bad-message"):
        drain()
    view = letters.submission(world.clerk, accepted.letter_id)
    assert (view.row.state, view.withdrawal_asked) == (SubmissionState.ARRIVED, False)
    assert last(world, accepted) == (StepKind.UNDELIVERED, "withdrawal")
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="حل شد")
    drain()
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.WITHDRAWN


def test_a_letter_whose_withdrawal_was_asked_is_withdrawn_when_it_is_refused(world: World) -> None:
    accepted = world.accept()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="اشتباه شد")
    with refusing(wire.SUBMITTED, "letters.bad-message"):
        drain()
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.WITHDRAWN
    assert [step.kind for step in view.steps[-2:]] == [StepKind.UNDELIVERED, StepKind.WITHDRAWN]


def test_a_refused_word_of_the_hand_over_is_told_and_changes_nothing(world: World) -> None:
    accepted, _ = world.answered()
    letters.hand_over(
        world.clerk,
        accepted.letter_id,
        national_id=national_id(1),
        tracking_code=accepted.tracking_code,
    )
    with refusing(wire.HANDED_OVER, "letters.bad-message"):
        drain()
    assert last(world, accepted) == (StepKind.UNDELIVERED, "hand_over")
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.HANDED_OVER
    kinds = [e.kind for e in journal.entries_of(accepted.letter_id)]
    assert "letter.undelivered" in kinds
