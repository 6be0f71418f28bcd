"""Completion of a returned letter, under the same code."""

from __future__ import annotations

from uuid import UUID

import pytest

from pishkhan.kernel.errors import Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, StepKind, SubmissionState
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState
from tests.letters.world import World, drain, page


def returned(world: World) -> tuple[Accepted, UUID]:
    accepted, arrival = world.referred()
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند")
    drain()
    return accepted, arrival


def test_what_was_missing_joins_the_letter_at_both_offices(world: World) -> None:
    accepted, arrival = returned(world)
    letters.complete(world.clerk, accepted.letter_id, pages=(page("deed", leaves=3),))
    view = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is SubmissionState.IN_PROGRESS
    assert (view.missing, view.missing_until) == ("", None)
    assert [(p.seq, p.round) for p in view.pages] == [(1, 0), (2, 0), (3, 1)]
    assert view.sheets == 5
    assert view.steps[-1].kind is StepKind.COMPLETED
    drain()
    held = letters.arrival(world.registrar, arrival)
    assert [(p.seq, p.round) for p in held.pages] == [(1, 0), (2, 0), (3, 1)]
    # The letter stays where it is: only pages travelled.
    assert relay.custodian_state(accepted.letter_id, world.secretariat) is CustodyState.HELD


def test_a_note_alone_completes_and_nothing_at_all_does_not(world: World) -> None:
    accepted, _ = returned(world)
    with pytest.raises(Invalid) as refused:
        letters.complete(world.clerk, accepted.letter_id, pages=(), note="  ")
    assert set(refused.value.fields) == {"pages"}
    letters.complete(world.clerk, accepted.letter_id, pages=(), note="سند ندارم")


def test_the_second_submit_of_a_completion_changes_nothing(world: World) -> None:
    accepted, _ = returned(world)
    letters.complete(world.clerk, accepted.letter_id, pages=(page("deed"),))
    with pytest.raises(Refused) as refused:
        letters.complete(world.clerk, accepted.letter_id, pages=(page("deed"),))
    assert refused.value.code == "letters.not-now"
    assert len(letters.submission(world.clerk, accepted.letter_id).pages) == 3


def test_a_letter_can_be_returned_and_completed_again(world: World) -> None:
    accepted, arrival = returned(world)
    letters.complete(world.clerk, accepted.letter_id, pages=(page("a"),))
    drain()
    letters.return_for_deficiency(world.expert, arrival, missing="کارت ملی")
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(page("b"),))
    drain()
    rounds = [p.round for p in letters.arrival(world.registrar, arrival).pages]
    assert rounds == [0, 0, 1, 2]


def test_a_letter_that_was_not_returned_takes_no_pages(world: World) -> None:
    accepted = world.accept()
    with pytest.raises(Refused):
        letters.complete(world.clerk, accepted.letter_id, pages=(page("x"),))


def test_another_counter_completes_nothing(world: World) -> None:
    accepted, _ = returned(world)
    with pytest.raises(NotFound):
        letters.complete(world.other_clerk, accepted.letter_id, pages=(page("x"),))


def test_a_completion_waits_for_the_letter_it_completes(world: World) -> None:
    """Both lie in the outbox of a counter whose line was down: the letter is applied first."""
    accepted, arrival = returned(world)
    letters.complete(world.clerk, accepted.letter_id, pages=(page("deed"),))
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="حل شد")
    drain()
    assert relay.quarantined(limit=5) == []
    assert len(letters.arrival(world.registrar, arrival).pages) == 3
