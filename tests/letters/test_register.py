from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    ArrivalState,
    LinkRef,
    Relation,
    StepKind,
    SubmissionState,
)
from tests.letters.world import World, drain


def test_registering_gives_the_next_number_and_tells_the_counter(world: World):
    accepted, arrival = world.arrive()
    issued = letters.register(
        world.registrar,
        arrival,
        sender_number="۱۲/الف",
        sender_date=date(2026, 11, 1),
        links=[LinkRef(Relation.FOLLOWS, "۱۲۳", 1404, "استانداری")],
    )
    assert (issued.number, issued.text) == (1, f"{issued.year}/1")
    drain()
    view = letters.arrival(world.registrar, arrival)
    assert view.row.state is ArrivalState.REGISTERED
    assert view.row.number_text == issued.text
    assert view.links == (LinkRef(Relation.FOLLOWS, "123", 1404, "استانداری"),)
    assert StepKind.REGISTERED in {step.kind for step in view.steps}
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.REGISTERED
    assert seen.row.number_text == issued.text
    entry = [e for e in journal.entries_of(accepted.letter_id) if e.kind == "letter.registered"]
    assert entry[0].fields["number"] == 1


def test_a_letter_is_registered_once(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.register(world.registrar, arrival)
    assert letters.register(world.registrar, world.arrive()[1]).number == 2


def test_only_the_clerk_of_the_secretariat_registers(world: World):
    _, arrival = world.arrive()
    for stranger in (world.other_registrar, world.head, world.admin, world.clerk):
        with pytest.raises((NotFound, Forbidden)):
            letters.register(stranger, arrival)
    _, referred = world.referred()
    with pytest.raises(Forbidden, match=r"letters\.no-right"):
        letters.register(world.expert, referred)


def test_what_is_entered_wrongly_takes_no_number(world: World):
    _, arrival = world.arrive()
    with pytest.raises(Invalid) as caught:
        letters.register(world.registrar, arrival, sender_number="x" * 41)
    assert set(caught.value.fields) == {"sender_number"}
    with pytest.raises(Invalid) as caught:
        letters.register(world.registrar, arrival, links=[LinkRef(Relation.ANSWERS, "1", 2026, "")])
    assert set(caught.value.fields) == {"links"}
    with pytest.raises(Invalid) as caught:
        letters.register(world.registrar, arrival, sender_date=date.min)
    assert set(caught.value.fields) == {"sender_date"}
    assert letters.register(world.registrar, arrival).number == 1


def test_each_secretariat_and_each_jalali_year_begins_at_one(world: World):
    # The Jalali year 1406 begins at Tehran's midnight, 20:30 UTC on 20 March 2027.
    turn = datetime(2027, 3, 20, 20, 30, tzinfo=UTC)
    with clock.use(FakeClock(turn - timedelta(minutes=10))) as now:
        _, first = world.arrive()
        _, second = world.arrive()
        other = world.accept(agency_id=world.other_agency)
        drain()
        assert isinstance(now, FakeClock)
        now.set(turn - timedelta(seconds=1))
        assert letters.register(world.registrar, first).text == "1405/1"
        theirs = letters.arrivals(world.other_registrar).rows[0]
        assert theirs.tracking_code == other.tracking_code
        assert letters.register(world.other_registrar, theirs.id).text == "1405/1"
        now.set(turn)
        assert letters.register(world.registrar, second).text == "1406/1"
