"""The overview: what waits in the post, what became of notices, whether the worker lives."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.kernel import clock, pulse
from pishkhan.notices import api as notices
from pishkhan.relay import api as relay
from tests.letters.world import World
from tests.web import tus
from tests.web.desks import words


@pytest.fixture(params=["fa", "en"])
def admin(world: World, request, settings, tmp_path: Path) -> Client:
    settings.HOME = tmp_path
    directory.set_language(world.admin, language=request.param)
    return tus.logged_in(world.admin)


CARRIED = ("در صف ارسال", "wait to be carried")


def main(client: Client) -> str:
    """Return the words of the overview, without mark-up."""
    page = client.get("/admin/")
    assert page.status_code == 200
    found = re.search(r"<main[^>]*>(.*?)</main>", page.content.decode(), re.S)
    assert found is not None
    return " ".join(re.sub(r"<[^>]+>", " ", found[1]).split())


def says(words: str, *either: str) -> bool:
    return any(sentence in words for sentence in either)


def figure(client: Client, *either: str) -> tuple[int, bool]:
    """Return the figure beside a word, and whether the age of the oldest is told with it."""
    page = client.get("/admin/").content.decode()
    word = "|".join(either)
    found = re.search(rf'muted">(?:{word})(.*?)</span><b class="[^"]*">(\d+)</b>', page)
    assert found is not None
    return int(found[2]), "the oldest" in found[1] or "کهنه‌ترین" in found[1]


def beat(folder: Path, *jobs: str) -> None:
    for job in jobs:
        pulse.beating(folder / "pulse", job, lambda: 0)()


def test_a_worker_that_never_came_is_told_with_what_to_do(admin):
    words = main(admin)
    assert says(words, "هنوز هیچ‌گاه دیده نشده", "has never been seen")
    assert says(words, "نگهداری دستگاه", "looks after the machine")
    assert "pishkhan-worker" in words


def test_a_silent_worker_is_told_in_minutes(admin, tmp_path):
    now = clock.current().now()
    with clock.use(clock.FakeClock(now - timedelta(minutes=7))):
        beat(tmp_path, "relay", "notices")
    words = main(admin)
    assert says(words, "۷ دقیقه است دیده نشده", "has not been seen for 7 minutes")


def test_a_worker_at_work_and_one_part_that_stands_still(admin, tmp_path):
    beat(tmp_path, "relay", "notices", "web", "files")
    words = main(admin)
    assert says(words, "کارگر سامانه سرگرم کار است", "The worker is at work")
    assert "pishkhan-worker" not in words
    with clock.use(clock.FakeClock(clock.current().now() - timedelta(hours=1))):
        beat(tmp_path, "notices")
    assert says(main(admin), "بخشی از کارگر", "A part of the worker")


def test_what_waits_in_the_post_is_shown_with_its_age(admin, world):
    world.accept()
    assert figure(admin, *CARRIED) == (1, True)
    relay.drain()
    assert figure(admin, *CARRIED) == (0, False)


def test_what_waits_too_long_is_something_to_look_at(admin, world):
    with clock.use(clock.FakeClock(clock.current().now() - timedelta(minutes=30))):
        world.accept()
    assert says(main(admin), "دقیقه است که مانده", "see that the worker runs")


def test_notices_are_shown_by_their_fate_without_anybody(admin, world, settings):
    notices.set_quiet_hours(world.admin, begin="", end="")
    accepted = world.accept()
    assert figure(admin, "در صف", "in the queue") == (1, True)
    notices.step()
    kept = ("نگه‌داشته تا تعیین سرویس‌دهنده", "kept until a provider is set")
    assert figure(admin, *kept) == (1, False)
    settings.PISHKHAN_SMS_URL = "json://127.0.0.1:9/?:to={to}"
    notices.step()
    page = admin.get("/admin/").content.decode()
    assert says(main(admin), "سرویس‌دهنده نپذیرفت", "were not taken by their provider")
    assert f"/admin/notices/{accepted.letter_id}/" in page
    for part in ("0912", "۰۹۱۲", "4567", "۴۵۶۷", accepted.tracking_code):
        assert part not in words(page)
