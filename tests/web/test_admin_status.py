"""The status on one page: every alarm has a colour, a word and a remedy, in both languages."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client
from django.utils import translation

from pishkhan.directory import api as directory
from pishkhan.kernel import clock, pulse, upkeep
from pishkhan.notices import api as notices
from pishkhan.sealing import api as sealing
from pishkhan.web.admin import status
from tests.letters.world import World
from tests.web import tus


@pytest.fixture
def home(settings, tmp_path: Path) -> Iterator[Path]:
    settings.HOME = tmp_path
    with translation.override("en"):
        yield tmp_path


def passed(**by: float) -> clock.FakeClock:
    return clock.FakeClock(clock.current().now() + timedelta(**by))


@pytest.mark.parametrize("language", ["fa", "en"])
def test_each_reading_has_a_colour_a_word_and_what_to_do(world: World, home, language):
    directory.set_language(world.admin, language=language)
    page = tus.logged_in(world.admin).get("/admin/status/").content.decode()
    rows = re.findall(r'<li class="row-line" id="(\w+)">(.*?)</li>', page, re.S)
    assert {name for name, _row in rows} == {
        "disk", "backup", "drill", "tls", "worker", "queues", "sms", "clock",
    }  # fmt: skip
    remedy = {"fa": "چاره:", "en": "What to do:"}[language]
    for name, row in rows:
        tone = re.search(r"chip--(good|wait|bad)", row)
        assert tone, name
        chip = re.search(r'<span class="chip.*?</svg>(.*?)</span>', row, re.S)
        assert chip
        assert chip[1].strip(), "a colour alone says nothing to who does not see it"
        assert (remedy in row) is (tone[1] != "good"), name
    tones = [re.search(r"chip--(\w+)", row)[1] for _name, row in rows]  # type: ignore[index] # seen above
    assert tones == sorted(tones, key=("bad", "wait", "good").index)
    assert '<bdi dir="ltr" class="code">pishkhan backup FOLDER</bdi>' in page


def test_only_the_administrator_sees_it(world: World, home):
    assert Client().get("/admin/status/").status_code == 302
    for actor in (world.clerk, world.registrar, world.head):
        assert tus.logged_in(actor).get("/admin/status/").status_code == 403


def test_the_age_of_backup_and_drill_raises_alarms(home):
    assert (status.backup().tone, status.drill().tone) == ("wait", "wait")
    upkeep.note(home, "backup", {"missing": 0})
    upkeep.note(home, "drill", {"ok": True})
    assert (status.backup().tone, status.drill().tone) == ("good", "good")
    with clock.use(passed(days=3)):
        assert status.backup().tone == "bad"
        assert "3 days old" in status.backup().sentence
        assert status.drill().tone == "good"
    with clock.use(passed(days=120)):
        assert status.drill().tone == "wait"
    upkeep.note(home, "drill", {"ok": False, "why": "damaged"})
    assert status.drill().tone == "bad"
    upkeep.note(home, "backup", {"missing": 2})
    assert status.backup().tone == "bad"
    (home / "upkeep" / "backup.json").write_text("{")
    assert status.backup().tone == "wait"


def test_the_end_of_the_certificate_raises_alarms(home, settings):
    settings.NODE = node = type("Node", (), {"https": True, "proxy_hops": 0})()
    settings.PISHKHAN_URL = "https://letters.example.ir"
    assert status.tls().tone == "bad"
    node.proxy_hops = 1
    assert status.tls().tone == "good"
    node.proxy_hops = 0
    sealing.make_certificate(home / "tls", ["other.example.ir"])
    assert "does not name letters.example.ir" in status.tls().sentence
    sealing.make_certificate(home / "tls", ["letters.example.ir"])
    assert status.tls().tone == "good"
    with clock.use(passed(days=380)):
        assert status.tls().tone == "wait"
        assert "tls renew" in status.tls().remedy
    with clock.use(passed(days=399)):
        assert status.tls().tone == "bad"
    node.https = False
    settings.PISHKHAN_URL, settings.DEMO = "http://10.0.0.5", False
    assert status.tls().tone == "bad"
    settings.PISHKHAN_URL = "http://127.0.0.1:8000"
    assert status.tls().tone == "good"


def fill(home: Path, monkeypatch, *, per_day: int, days: int, free: int) -> None:
    """Let a disk fill for some days, looked at four times a day."""
    start = clock.current().now() - timedelta(days=days)
    usage = type("Usage", (), {"total": 500 * 2**30})
    monkeypatch.setattr(shutil, "disk_usage", lambda _home: usage)
    for quarter in range(days * 4 + 1):
        usage.used = quarter * per_day // 4  # type: ignore[attr-defined] # as the system's has
        usage.free = free  # type: ignore[attr-defined] # as the system's has
        with clock.use(clock.FakeClock(start + quarter * timedelta(hours=6))):
            assert upkeep.sample(home) == 1
            assert upkeep.sample(home) == 0


def test_a_disk_that_fills_is_told_before_it_is_full(home, monkeypatch):
    fill(home, monkeypatch, per_day=2**30, days=10, free=20 * 2**30)
    found = status.disk()
    assert found.tone == "wait"
    assert found.facts["full_in_days"] in {19, 20}
    assert "full in" in found.sentence
    assert found.remedy


def test_a_disk_that_does_not_fill_is_well_and_a_full_one_is_not(home, monkeypatch):
    assert "after a day" in status.disk().sentence
    fill(home, monkeypatch, per_day=0, days=40, free=20 * 2**30)
    assert status.disk().tone == "good"
    assert len(upkeep._samples(home)) == upkeep.SAMPLES
    monkeypatch.setattr(shutil.disk_usage(home), "free", 2**29)
    assert status.disk().tone == "bad"


def test_a_clock_that_went_back_and_one_nobody_sets_are_told(home, monkeypatch):
    monkeypatch.setattr(status, "synchronised", lambda: True)
    upkeep.sample(home)
    assert status.machine_clock().tone == "good"
    with clock.use(passed(hours=-3)):
        assert status.machine_clock().tone == "bad"
    monkeypatch.setattr(status, "synchronised", lambda: False)
    assert status.machine_clock().tone == "wait"
    monkeypatch.undo()
    assert status.synchronised() in {True, False, None}


def test_a_silent_worker_and_a_late_queue_are_told(world: World, home):
    assert status.worker().tone == "bad"
    pulse.beating(home / "pulse", "relay", lambda: 0)()
    assert status.worker().tone == "good"
    world.accept()
    assert status.post().tone == "good"
    with clock.use(passed(hours=2)):
        assert status.post().tone == "wait"


def test_the_last_sms_is_told(world: World, home, settings):
    assert status.sms().tone == "wait"
    settings.PISHKHAN_SMS_URL = "json://127.0.0.1:9/?:to={to}"
    assert "No SMS was ever sent" in status.sms().sentence
    assert notices.last_sent() is None
