from __future__ import annotations

from datetime import date, timedelta

import pytest

from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, Purpose, ReferralState, SubmissionState
from tests.letters.world import World, drain, page, refer


def test_what_is_missing_reaches_the_counter_and_what_comes_joins_the_letter(world: World):
    accepted, arrival = world.referred()
    until = clock.current().now().date() + timedelta(days=20)
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند", until=until)
    drain()
    view = letters.arrival(world.expert, arrival)
    assert (view.row.state, view.missing) == (ArrivalState.RETURNED, "تصویر سند")
    assert view.referrals[0].state is ReferralState.OPEN
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert (seen.row.state, seen.missing_until) == (SubmissionState.RETURNED, until)
    letters.complete(world.clerk, accepted.letter_id, pages=(page("deed"),), note="سند پیوست شد")
    drain()
    view = letters.arrival(world.expert, arrival)
    assert (view.row.state, view.missing, view.sheets) == (ArrivalState.IN_PROGRESS, "", 3)
    assert [p.seq for p in view.pages] == [1, 2, 3]
    found = letters.page_blob(world.expert, "agency", arrival, 3)
    assert found.digest == page("deed").digest
    assert letters.submission(world.clerk, accepted.letter_id).row.state is (
        SubmissionState.IN_PROGRESS
    )


def test_an_unregistered_letter_comes_back_to_the_clerk(world: World):
    accepted, arrival = world.arrive()
    letters.return_for_deficiency(world.registrar, arrival, missing="امضا")
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.register(world.registrar, arrival)
    with pytest.raises(Refused, match=r"letters\.not-now"):
        refer(world.registrar, arrival, world.expert)
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(page("signed"),))
    drain()
    assert letters.register(world.registrar, arrival).number == 1


def test_a_registered_letter_that_nobody_had_comes_back_to_be_referred(world: World):
    accepted, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    letters.return_for_deficiency(world.registrar, arrival, missing="امضا")
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(page("signed"),))
    drain()
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.REGISTERED
    refer(world.registrar, arrival, world.expert)


def test_pages_for_a_letter_closed_meanwhile_are_kept(world: World):
    accepted, arrival = world.referred()
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند")
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(page("late"),))
    letters.close(world.registrar, arrival, outcome="مهلت گذشت")
    drain()
    view = letters.arrival(world.registrar, arrival)
    assert view.row.state is ArrivalState.CLOSED
    assert len(view.pages) == 3


def test_it_needs_the_clerk_or_a_receiver_for_action_and_says_what_is_missing(world: World):
    _, arrival = world.referred()
    refer(world.expert, arrival, world.colleague, Purpose.OPINION)
    with pytest.raises(Forbidden):
        letters.return_for_deficiency(world.colleague, arrival, missing="سند")
    for stranger in (world.other_registrar, world.admin, world.clerk):
        with pytest.raises(NotFound):
            letters.return_for_deficiency(stranger, arrival, missing="سند")
    with pytest.raises(Invalid) as caught:
        letters.return_for_deficiency(world.expert, arrival, missing=" ")
    assert set(caught.value.fields) == {"missing"}
    with pytest.raises(Invalid) as caught:
        letters.return_for_deficiency(world.expert, arrival, missing="سند", until=date(2020, 1, 1))
    assert set(caught.value.fields) == {"until"}
    letters.return_for_deficiency(world.expert, arrival, missing="سند")
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.return_for_deficiency(world.expert, arrival, missing="باز هم")
