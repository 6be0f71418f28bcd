"""The worker's pulse: who beats, who is silent, who is stuck."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pishkhan.kernel import clock, pulse

NOW = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)


@pytest.fixture
def time():
    with clock.use(clock.FakeClock(NOW)) as _:
        yield clock.current()


def beat(folder: Path, job: str, done: int = 0) -> int:
    return pulse.beating(folder, job, lambda: done)()


def test_a_worker_that_never_came_is_silent(tmp_path, time):
    seen = pulse.look(tmp_path / "pulse")
    assert (seen.last, seen.silent, seen.silent_minutes, seen.stuck) == (None, True, 0, ())


def test_a_round_beats_and_gives_what_it_did(tmp_path, time):
    assert beat(tmp_path / "pulse", "relay", 7) == 7
    seen = pulse.look(tmp_path / "pulse")
    assert (dict(seen.jobs), seen.silent) == ({"relay": NOW}, False)


def test_silence_is_told_in_minutes(tmp_path, time):
    beat(tmp_path / "pulse", "relay")
    time.advance(timedelta(minutes=2))
    assert not pulse.look(tmp_path / "pulse").silent
    time.advance(timedelta(minutes=5, seconds=59))
    seen = pulse.look(tmp_path / "pulse")
    assert (seen.silent, seen.silent_minutes, seen.stuck) == (True, 7, ())
    beat(tmp_path / "pulse", "notices")  # another worker, the same files
    assert not pulse.look(tmp_path / "pulse").silent


def test_one_job_is_stuck_while_others_go_on(tmp_path, time):
    beat(tmp_path / "pulse", "relay")
    time.advance(timedelta(minutes=21))
    beat(tmp_path / "pulse", "notices")
    assert pulse.look(tmp_path / "pulse").stuck == ("relay",)


def test_a_round_that_raised_does_not_beat(tmp_path, time):
    def fails() -> int:
        raise ValueError

    with pytest.raises(ValueError):  # noqa: PT011 - the test's own, without words
        pulse.beating(tmp_path / "pulse", "relay", fails)()
    assert pulse.look(tmp_path / "pulse").last is None


def test_rounds_that_follow_each_other_fast_beat_once(tmp_path, time, monkeypatch):
    beats: list[Path] = []
    monkeypatch.setattr(pulse, "_beat", beats.append)
    step = pulse.beating(tmp_path, "relay", lambda: 0)
    for _ in range(1000):
        step()
    assert len(beats) == 1


def test_a_home_that_can_not_be_written_stops_no_round(tmp_path, time):
    (tmp_path / "file").write_text("no folder")
    assert beat(tmp_path / "file", "relay", 3) == 3


def test_jobs_of_an_older_version_are_forgotten(tmp_path, time):
    for job in ("relay", "telegraph"):
        beat(tmp_path, job)
    pulse.forget(tmp_path, but=["relay", "notices"])
    assert list(pulse.look(tmp_path).jobs) == ["relay"]
    pulse.forget(tmp_path / "nowhere", but=[])
