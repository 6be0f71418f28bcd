from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, SubmissionState
from tests.letters.world import World, drain, refer


def test_a_closed_letter_is_taken_up_again_under_its_number(world: World):
    accepted, arrival = world.referred()
    letters.close(world.expert, arrival, outcome="تکراری")
    with pytest.raises(Forbidden):
        letters.reopen(world.expert, arrival, reason="x")
    letters.reopen(world.registrar, arrival, reason="اعتراض")
    drain()
    view = letters.arrival(world.registrar, arrival)
    assert view.row.state is ArrivalState.IN_PROGRESS
    assert view.row.number_text.endswith("/1")
    assert letters.submission(world.clerk, accepted.letter_id).row.state is (
        SubmissionState.IN_PROGRESS
    )
    refer(world.registrar, arrival, world.expert)
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.reopen(world.registrar, arrival, reason="x")


def test_a_letter_closed_before_it_had_a_number_is_registered_when_it_is_taken_up_again(
    world: World,
):
    accepted, arrival = world.arrive()
    letters.return_for_deficiency(world.registrar, arrival, missing="امضا")
    letters.close(world.registrar, arrival, outcome="مهلت گذشت")
    letters.reopen(world.registrar, arrival, reason="مدرک رسید")
    drain()
    view = letters.arrival(world.registrar, arrival)
    assert (view.row.state, view.missing) == (ArrivalState.ARRIVED, "")
    assert letters.submission(world.clerk, accepted.letter_id).row.state is SubmissionState.ARRIVED
    assert letters.register(world.registrar, arrival).number == 1
