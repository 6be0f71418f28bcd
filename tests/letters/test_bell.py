"""What leaves the worker something to do wakes it, once committed; nothing else does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel import bell
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.notices import api as notices
from pishkhan.notices.contracts import Channel, Pattern
from tests.letters.world import World, national_id

Rung = Callable[[], bool]


class Crash(Exception):
    """What a test raises in the middle of an act."""


@pytest.fixture
def rung(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rung:
    """Ask whether the bell rang since it was last asked."""
    monkeypatch.setattr(bell, "of_this_node", lambda: tmp_path / "bell")

    def asked() -> bool:
        rang = (tmp_path / "bell").exists()
        (tmp_path / "bell").unlink(missing_ok=True)
        return rang

    return asked


def test_an_accepted_letter_rings_and_one_that_is_looked_up_does_not(
    world: World, rung: Rung
) -> None:
    accepted = world.accept()
    assert rung()
    letters.track(accepted.tracking_code, national_id(1))
    with pytest.raises(NotFound):
        letters.track(accepted.tracking_code, national_id(2))
    assert not rung()


def test_what_is_not_committed_does_not_ring(rung: Rung) -> None:
    with journal.act() as act:
        queue_one(act)
        assert not rung()
    assert rung()
    with pytest.raises(Crash):
        queue_and_crash()
    assert not rung()


def queue_and_crash() -> None:
    with journal.act() as act:
        queue_one(act)
        raise Crash


def queue_one(act: journal.Act) -> None:
    subject = new_id()
    notices.queue(
        act,
        channel=Channel.SMS,
        to="09120000001",
        pattern=Pattern.READY,
        params={},
        subject=subject,
    )
    act.append("letter.accepted", subject=subject, actor="system")
