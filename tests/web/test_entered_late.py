"""A letter that was taken on paper on an earlier day says so wherever it is shown."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.urls import reverse

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import Invalid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import StepKind
from pishkhan.letters.logic.receive_submission import receive_submission
from pishkhan.letters.models import Arrival
from tests.letters.test_receive_submission import delivery
from tests.letters.world import World, drain, national_id
from tests.web.desks import sit, text

WHY = "قطع برق دفتر"


def three_days_ago() -> date:
    return clock.current().now().astimezone(TEHRAN).date() - timedelta(days=3)


def test_the_day_and_the_reason_stand_wherever_the_letter_is_shown(world: World) -> None:
    day = three_days_ago()
    accepted, arrival = world.arrive(taken_on=day, backdate_reason=WHY)
    clerk, registrar = sit(world.clerk), sit(world.registrar)
    pages = [
        text(clerk.get(reverse("counter:letter", args=[accepted.letter_id]))),
        text(clerk.get(reverse("counter:receipt", args=[accepted.letter_id]))),
        text(registrar.get(reverse("secretariat:letter", args=[arrival]))),
    ]
    for page in pages:
        assert WHY in page
        assert "entered late" in page
    view = letters.arrival(world.registrar, arrival)
    assert (view.taken_on, view.late_reason) == (day, WHY)
    step = letters.submission(world.clerk, accepted.letter_id).steps[0]
    assert step.params == {"taken_on": day.isoformat(), "reason": WHY}


def test_the_citizen_sees_the_day_and_not_the_counters_reason(world: World) -> None:
    day = three_days_ago()
    accepted, _ = world.arrive(taken_on=day, backdate_reason=WHY)
    seen = letters.track(accepted.tracking_code, national_id(1))
    [step] = [each for each in seen.steps if each.kind is StepKind.ACCEPTED]
    assert step.params == {"taken_on": day.isoformat()}
    page = text(
        sit(world.clerk).post(
            reverse("public:track"),
            {"code": accepted.tracking_code, "national_id": national_id(1)},
            follow=True,
        )
    )
    assert "Taken on paper on" in page
    assert WHY not in page


def test_a_letter_entered_at_once_says_nothing_of_it(world: World) -> None:
    accepted, arrival = world.arrive(backdate_reason=WHY)
    view = letters.arrival(world.registrar, arrival)
    assert (view.taken_on, view.late_reason) == (None, "")
    assert letters.submission(world.clerk, accepted.letter_id).steps[0].params == {}
    page = text(sit(world.clerk).get(reverse("counter:receipt", args=[accepted.letter_id])))
    assert "entered late" not in page


def test_a_day_after_the_acceptance_is_refused_at_the_agency(world: World) -> None:
    world.arrive()
    with journal.act() as act:
        receive_submission(delivery(world, taken_on="2026-11-19", late_reason=WHY), act)
    assert Arrival.objects.filter(taken_on=date(2026, 11, 19), late_reason=WHY).count() == 1
    with pytest.raises(Invalid) as refused, journal.act() as act:
        receive_submission(delivery(world, taken_on="2026-11-22"), act)
    assert refused.value.code == "letters.bad-message"


def test_a_message_of_an_older_node_without_the_reason_is_taken(world: World) -> None:
    world.arrive()
    with journal.act() as act:
        receive_submission(delivery(world, taken_on=None), act)
    drain()
    assert Arrival.objects.filter(taken_on=None, late_reason="").count() == 2
