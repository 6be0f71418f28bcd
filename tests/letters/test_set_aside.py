from __future__ import annotations

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, StepKind, SubmissionState
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Pattern
from tests.letters.world import World, drain, national_id

WHY = "صفحه‌ها خوانا نیست"


def test_a_letter_that_is_not_registrable_uses_no_number_and_is_listed_with_its_reason(
    world: World,
):
    _, first = world.arrive()
    _, second = world.arrive()
    letters.set_aside(world.registrar, first, reason=WHY)
    letters.register(world.registrar, second)
    view = letters.arrival(world.registrar, first)
    assert (view.row.state, view.row.number_text) == (ArrivalState.SET_ASIDE, "")
    assert view.steps[-1].kind is StepKind.SET_ASIDE
    assert letters.arrival(world.registrar, second).row.number_text.endswith("/1")
    (row,) = letters.arrivals(world.registrar, state=ArrivalState.SET_ASIDE).rows
    assert (row.id, row.outcome) == (first, WHY)
    assert [
        row.id for row in letters.arrivals(world.registrar, state=ArrivalState.ARRIVED).rows
    ] == []


def test_the_counter_and_the_applicant_learn_why(world: World):
    accepted, arrival = world.arrive()
    letters.set_aside(world.registrar, arrival, reason=WHY)
    drain()
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.SET_ASIDE
    assert seen.steps[-1].params["note"] == WHY
    told = letters.track(accepted.tracking_code, national_id(1))
    assert told.state is SubmissionState.SET_ASIDE
    assert told.steps[-1].params == {"note": WHY}
    patterns = [fate.pattern for fate in notices.fates(accepted.letter_id)]
    assert patterns.count(Pattern.SET_ASIDE) == 1
    with pytest.raises(Refused):
        letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="x")


def test_it_is_taken_up_again_as_an_arrival(world: World):
    accepted, arrival = world.arrive()
    letters.set_aside(world.registrar, arrival, reason=WHY)
    letters.reopen(world.registrar, arrival, reason="اشتباه بود")
    drain()
    row = letters.arrival(world.registrar, arrival).row
    assert (row.state, row.outcome) == (ArrivalState.ARRIVED, "")
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.ARRIVED
    assert letters.register(world.registrar, arrival).number == 1


def test_a_wish_to_withdraw_that_crosses_it_is_granted(world: World):
    accepted, arrival = world.arrive()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="x")
    letters.set_aside(world.registrar, arrival, reason=WHY)
    drain()
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.WITHDRAWN
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.WITHDRAWN


def test_the_entry_holds_the_reasons_digest_alone(world: World):
    accepted, arrival = world.arrive()
    letters.set_aside(world.registrar, arrival, reason=WHY)
    entry = next(e for e in journal.entries_of(accepted.letter_id) if e.kind == "letter.set_aside")
    assert set(entry.fields) == {"reason_digest"}
    assert WHY not in str(entry.fields)


def test_what_has_a_number_is_not_set_aside(world: World):
    _, arrival = world.referred()
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.set_aside(world.registrar, arrival, reason=WHY)


def test_only_the_secretariat_that_holds_it_sets_it_aside_with_a_reason(world: World):
    _, arrival = world.arrive()
    for stranger in (world.other_registrar, world.clerk, world.expert, world.head, world.admin):
        with pytest.raises((NotFound, Forbidden)):
            letters.set_aside(stranger, arrival, reason=WHY)
    with pytest.raises(Invalid) as caught:
        letters.set_aside(world.registrar, arrival, reason=" ")
    assert set(caught.value.fields) == {"reason"}
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.ARRIVED
