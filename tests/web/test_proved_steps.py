"""The timeline of a letter says how far each step's proof is, and when it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from pishkhan.journal import api as journal
from pishkhan.journal.api import Level
from pishkhan.kernel import clock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, Step, StepKind, TrackView
from pishkhan.sealing.api import LogKey
from pishkhan.web.letter.proved import told
from pishkhan.web.public.status import PROVED
from tests.journal.asking import World as Asking
from tests.letters.world import World, national_id
from tests.web.desks import sit, text


@pytest.fixture
def asking(world: World, tmp_path: Path, settings: Any) -> Any:
    """Give this node a log of its own, two witnesses, and a clock."""
    settings.HOME = tmp_path
    journal.found_log()
    made = Asking(tmp_path)
    with clock.use(made.clock):
        yield made


def steps(world: World, letter: Any) -> tuple[Step, ...]:
    return letters.submission(world.clerk, letter).steps


def logged() -> None:
    while journal.step(LogKey()):
        pass


def witnessed(asking: Asking) -> None:
    """Let a minute pass in which what waits is logged, cosigned and anchored."""
    logged()
    asking.later(seconds=61)
    asking.ask()
    journal.anchor_step()
    logged()


def page(actor: Any, language: str, name: str, letter: Any) -> str:
    """Return a page as it is drawn today: sessions live by the true clock."""
    with clock.use(clock.SystemClock()):
        return text(sit(actor, language).get(reverse(name, args=(letter,))))


def test_a_step_is_promised_then_logged_then_witnessed(world: World, asking: Asking):
    done = world.accept().letter_id
    assert [step.proof and step.proof.level for step in steps(world, done)] == [Level.PROMISED]
    logged()
    assert [step.proof and step.proof.level for step in steps(world, done)] == [Level.LOGGED]
    witnessed(asking)
    (step,) = steps(world, done)
    assert step.proof is not None
    assert step.proof.level is Level.WITNESSED
    assert step.proof.not_before is None
    assert step.proof.not_after == asking.clock.now().replace(microsecond=0)


def test_a_later_letter_stands_between_two_moments(world: World, asking: Asking):
    world.accept()
    witnessed(asking)
    first = asking.clock.now()
    asking.later(hours=1)
    done = world.accept().letter_id
    witnessed(asking)
    (step,) = steps(world, done)
    assert step.proof is not None
    assert (step.proof.not_before, step.proof.not_after) == (
        first.replace(microsecond=0),
        asking.clock.now().replace(microsecond=0),
    )
    shown = page(world.clerk, "fa", "counter:letter", done)
    with override("fa"):
        assert f"<span>{told(step.proof)}</span>" in shown
    assert "میان" in shown
    assert "timeline-proof--witnessed" in shown


def test_the_agency_s_desk_draws_it_too(world: World, asking: Asking):
    _accepted, arrival = world.answered()
    witnessed(asking)
    found = letters.arrival(world.registrar, arrival).steps
    assert {step.proof.level for step in found if step.proof} == {Level.WITNESSED}
    assert "In the log and witnessed" in page(world.registrar, "en", "secretariat:letter", arrival)


def test_as_many_questions_for_many_steps_as_for_few(
    world: World, asking: Asking, django_assert_num_queries: Any
):
    with clock.use(clock.SystemClock()):  # no two steps at one moment
        accepted, _arrival = world.answered()
    witnessed(asking)
    moments = {step.at for step in steps(world, accepted.letter_id)}
    assert len(moments) > 3
    for some in (list(moments)[:1], moments):
        with django_assert_num_queries(4):
            journal.states_at(accepted.letter_id, some)


def test_without_a_log_there_is_still_a_timeline(world: World):
    done = world.accept().letter_id
    assert "timeline-proof--promised" in page(world.clerk, "fa", "counter:letter", done)


# --- the citizen's page --------------------------------------------------------------------------


def tracked(done: Accepted) -> TrackView:
    return letters.track(done.tracking_code, national_id(1), proofs=True)


def citizen(done: Accepted, language: str) -> str:
    client = Client()
    client.cookies["pishkhan_language"] = language
    pair = {"code": done.tracking_code, "national_id": national_id(1)}
    return text(client.post(reverse("public:track"), pair))


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_citizen_reads_how_far_each_step_is_in_one_short_sentence(
    world: World, asking: Asking, language: str
):
    done = world.accept()
    for level, go_on in (
        (Level.PROMISED, lambda: None),
        (Level.LOGGED, logged),
        (Level.WITNESSED, lambda: witnessed(asking)),
    ):
        go_on()
        shown = citizen(done, language)
        with override(language):
            said = [each for each in Level if f"<span>{PROVED[each]}</span>" in shown]
        assert said == [level]
        assert shown.count(f"timeline-proof--{level}") == shown.count("timeline-proof--") == 1


def test_the_citizen_s_steps_are_the_same_and_an_entry_without_a_step_is_none(
    world: World, asking: Asking
):
    with clock.use(clock.SystemClock()):  # no two steps at one moment
        done, _arrival = world.answered()
    witnessed(asking)
    plain = letters.track(done.tracking_code, national_id(1))
    proved = tracked(done)
    assert [(step.kind, step.at) for step in proved.steps] == [
        (step.kind, step.at) for step in plain.steps
    ]
    assert {step.proof for step in plain.steps} == {None}
    assert {step.proof.level for step in proved.steps if step.proof} == {Level.WITNESSED}
    assert StepKind.INITIALLED not in {step.kind for step in proved.steps}
    again = letters.track_again(proved.proof, proofs=True)
    assert again.steps == proved.steps


def test_the_citizen_s_page_asks_as_much_for_many_steps_as_for_one(
    world: World, asking: Asking, django_assert_num_queries: Any
):
    one = world.accept()
    with clock.use(clock.SystemClock()):
        many, _arrival = world.answered()
    witnessed(asking)
    assert len({step.at for step in tracked(many).steps}) > 3
    for done in (one, many):
        with django_assert_num_queries(6):
            tracked(done)
        with django_assert_num_queries(2):
            letters.track(done.tracking_code, national_id(1))


def test_without_witnesses_the_citizen_s_page_asks_nothing_of_them(
    world: World, tmp_path: Path, settings: Any, django_assert_num_queries: Any
):
    settings.HOME = tmp_path
    journal.found_log()
    with clock.use(clock.SystemClock()):
        done, _arrival = world.answered()
    logged()
    with django_assert_num_queries(4):
        proved = tracked(done)
    assert {step.proof.level for step in proved.steps if step.proof} == {Level.LOGGED}
