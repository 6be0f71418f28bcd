"""The demonstration province: made by deeds, under a clock of its own, the same every time.

With the same `now` the same ids, people and letters come out; only keys, and what is signed or
permuted by them, are each home's own.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import timedelta

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel import clock, ids
from pishkhan.kernel.clock import TEHRAN, FakeClock
from pishkhan.node import preflight, wiring
from pishkhan.node.demo import between, circular, dehyari, plan, posts, ready, words
from pishkhan.node.demo.bulk import load
from pishkhan.node.demo.founding import found
from pishkhan.node.demo.lives import Lives
from pishkhan.notices import api as notices
from pishkhan.relay import api as relay

__all__ = ["LETTERS", "MADE", "STEPS", "load", "made", "make"]

SEED = 1405
LETTERS = 300
CIRCULAR = 6
"""Beats before the end at which the circular goes out: some have taken note of it since."""

MADE = "demonstration-made"
"""The setting that says that the province was made to its end."""

STEPS = sum(county[3] for county in words.COUNTIES) + len(words.COUNTIES) + len(words.BODIES) + 1
STEPS += LETTERS
"""How often `make` calls `step(1)`: for each counter, agency and letter."""


def made() -> dict[str, int] | None:
    """Return what was made here, or None when the demonstration is not here or not whole."""
    counts: dict[str, int] | None = directory.setting(MADE)
    return counts


def make(
    *, step: Callable[[int], None] = lambda _done: None, letters: int = LETTERS
) -> dict[str, int]:
    """Make the province and its letters in an empty node and return how many of each.

    The clock in use tells when the story ends; it begins four weeks before. Also introduces
    the node to itself and marks the data as a demonstration.
    """
    now = clock.current().now()
    dice = random.Random(SEED)
    past = FakeClock(now - timedelta(days=plan.DAYS + 2))
    with clock.use(past), ids.use_random(dice.randbytes):
        preflight.mark_demo()
        wiring.introduce()
        directory.add_provinces(SYSTEM)
        province = found(dice, past.now().astimezone(TEHRAN).date(), step)
        ready.keep(body for bodies in province.bodies.values() for body in bodies)
        lives = Lives(dice, past, province)
        calendar = plan.beats(now)
        stages, late = plan.plan(dice, calendar, letters), len(calendar) - CIRCULAR
        _tell(past, lives, calendar, [each for each in stages if each.beat < late], step)
        circular.write(province, past)
        dehyari.write(province, past)
        _tell(past, lives, calendar, [each for each in stages if each.beat >= late], step)
        between.write(province, past)
        past.set(now)
        posts.stand_in(province.bodies[words.WATER][0])
        posts.prepare(province.bodies[words.WATER][0])
        posts.file(province.bodies[words.WATER][0])
        posts.leave_vacant(province.bodies[words.WATER][0])
        posts.hand_over(next(iter(province.bodies.values()))[0])
        counts = {**province.made, "letters": letters}
        directory.set_setting(SYSTEM, key=MADE, value=counts)
    return counts


def _tell(
    past: FakeClock,
    lives: Lives,
    calendar: list[plan.Beat],
    stages: list[plan.Stage],
    step: Callable[[int], None],
) -> None:
    """Play the plan beat by beat; after each the post is moved, but after the last."""
    at = -1
    for stage in stages:
        if stage.beat != at:
            _post(at)
            at = stage.beat
            past.set(max(calendar[at].at, past.now()))
        lives.do(stage.letter, stage.deed)
        if stage.deed == "accept":
            step(1)


def _post(beat: int) -> None:
    if beat >= 0:
        relay.step()
        notices.step()
