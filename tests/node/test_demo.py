"""The demonstration province: what it holds, that it comes out the same, where it is refused."""

from __future__ import annotations

import os
import random
import subprocess
import sys
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN, FakeClock
from pishkhan.letters import api as letters
from pishkhan.letters.models import Submission
from pishkhan.node import demo, preflight
from pishkhan.node.commands import demo as command
from pishkhan.node.console import Stop
from pishkhan.node.demo import plan
from pishkhan.relay import api as relay

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A Monday, half past noon in Tehran."""


@pytest.fixture(autouse=True)
def home(transactional_db: None, settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path
    settings.BLOB_ROOT = tmp_path / "blobs"
    settings.DEMO = True
    return tmp_path


def make(count: int) -> dict[str, int]:
    with clock.use(FakeClock(NOW)):
        return demo.make(letters=count)


def person(role: str) -> Actor:
    actor = directory.actor_for(directory.user_named(f"demo-{role}").id, None)
    assert actor is not None
    return actor


def test_the_province_is_whole_invented_in_the_past_and_its_letters_are_in_all_states() -> None:
    made = make(100)
    lies_in_the_past_and_in_working_hours()
    names_its_people_as_invented()
    assert (made["counters"], made["connected"], made["letters"]) == (245, 195, 100)
    with clock.use(FakeClock(NOW)):
        assert demo.made() == made
        assert preflight.marked_demo()
        clerk, secretary = person("clerk"), person("secretary")
        own = Counter(row.state.value for row in letters.submissions(clerk, limit=100).rows)
        there = Counter(row.state.value for row in letters.arrivals(secretary, limit=100).rows)
        # Which desk a letter comes to is drawn; how many come to each end is not.
        assert {"handed_over", "in_progress"} <= set(own)
        assert {"in_progress", "answered"} <= set(there)
        sent = set(Submission.objects.values_list("state", flat=True))
        assert sent >= {
            "queued", "arrived", "registered", "in_progress", "returned", "ready",
            "handed_over", "closed", "withdrawn",
        }  # fmt: skip
        assert letters.cartable(person("head"), folder="to_sign").rows
        assert letters.cartable(person("expert"), folder="open").rows
        assert secretary.office is not None
        assert secretary.office.agency_name == directory.find_agencies("آبفا")[0].name
        assert person("operator").rights
        assert relay.quarantined(limit=1) == []


def lies_in_the_past_and_in_working_hours() -> None:
    entries = journal.entries(limit=500)
    assert entries
    while entries:
        for entry in entries:
            assert NOW - timedelta(days=plan.DAYS + 2) <= entry.at <= NOW
            if entry.kind in {"letter.accepted", "letter.registered", "letter.signed"}:
                local = entry.at.astimezone(TEHRAN)
                assert local.weekday() != plan.FRIDAY
                assert 8 <= local.hour < 15
        entries = journal.entries(after=entries[-1].number, limit=500)


def names_its_people_as_invented() -> None:
    page = directory.users(limit=500)
    assert len(page.rows) > 300
    assert page.next is None
    assert all(row.full_name.endswith("نمونه") for row in page.rows)


def test_the_plan_is_the_same_for_the_same_moment_and_no_deed_comes_before_its_turn() -> None:
    plans = [
        plan.plan(random.Random(1), calendar, 300)
        for calendar in (plan.beats(NOW), plan.beats(NOW))
    ]
    assert plans[0] == plans[1]
    for letter in range(300):
        deeds = [stage.deed for stage in plans[0] if stage.letter == letter]
        assert tuple(deeds) in {fate for _, fate in plan.FATES}
        beats = [stage.beat for stage in plans[0] if stage.letter == letter]
        assert beats == sorted(set(beats))


@pytest.mark.parametrize("hours", range(0, 24 * 8, 5))
def test_a_story_can_be_told_at_any_hour_of_the_week(hours: int) -> None:
    now = NOW + timedelta(hours=hours)
    calendar = plan.beats(now)
    assert all(beat.at + timedelta(minutes=20) <= now for beat in calendar)
    assert len(plan.plan(random.Random(2), calendar, 300)) > 1000


def test_a_node_with_people_of_its_own_gets_no_demonstration() -> None:
    directory.add_user(SYSTEM, username="zahra", full_name="زهرا نمونه")
    with pytest.raises(Stop) as stop:
        command.refuse_real_data()
    assert "offices and people of its own" in stop.value.sentence
    assert not preflight.marked_demo()


def test_a_node_that_could_write_to_strangers_gets_no_demonstration(settings: Any) -> None:
    settings.PISHKHAN_SMS_URL = "json://localhost"
    with pytest.raises(Stop):
        command.refuse_real_data()


def test_a_production_node_does_not_start_on_demonstration_data(settings: Any) -> None:
    with clock.use(FakeClock(NOW - timedelta(days=30))):
        preflight.mark_demo()
    settings.DEMO = False
    with pytest.raises(Stop) as stop:
        preflight.refuse_foreign_data()
    assert "demonstration data" in stop.value.sentence
    assert any(f.name == "demo" and f.level == "error" for f in preflight.findings())


def test_a_making_that_was_broken_off_begins_anew(tmp_path: Path) -> None:
    code = """
import django
django.setup()
from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.node import preflight
from pishkhan.node.commands import demo
from pishkhan.node.commands.migrate import migrate
migrate()
preflight.mark_demo()
directory.add_user(SYSTEM, username="half", full_name="half made")
demo.clear_half_made()
print(len(directory.users(limit=5).rows), preflight.marked_demo())
"""
    environ = {
        **{name: value for name, value in os.environ.items() if "PISHKHAN" not in name},
        "PISHKHAN_HOME": str(tmp_path / "home"),
        "PISHKHAN_DEMO": "1",
        "DJANGO_SETTINGS_MODULE": "pishkhan.node.settings",
    }
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["0", "True"]
