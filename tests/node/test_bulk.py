"""`pishkhan demo --letters N`: many letters, fast, each as good as an accepted one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.letters import api as letters
from pishkhan.node import demo
from pishkhan.node.demo import bulk
from pishkhan.relay import api as relay


@pytest.fixture(autouse=True)
def province(transactional_db: None, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    settings.BLOB_ROOT = tmp_path / "blobs"
    settings.DEMO = True
    demo.make(letters=1)


def test_letters_are_loaded_in_batches_and_arrive(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH", 40)
    steps: list[int] = []
    assert demo.load(90, step=steps.append) == {"loaded": 90}
    assert steps == [40, 40, 10]
    secretary = directory.actor_for(directory.user_named("demo-secretary").id, None)
    assert secretary is not None
    arrived = letters.arrivals(secretary, limit=100).rows
    assert 20 < len(arrived) < 70
    kinds = {entry.kind for entry in journal.entries_of(letter_of(arrived[-1].id))}
    assert {"letter.accepted", "letter.arrived", "custody.released"} <= kinds
    assert relay.step().idle


def letter_of(arrival: Any) -> Any:
    secretary = directory.actor_for(directory.user_named("demo-secretary").id, None)
    assert secretary is not None
    return letters.arrival(secretary, arrival).letter_id


def test_more_can_be_loaded_after_the_first() -> None:
    demo.load(5)
    demo.load(5)
    secretary = directory.actor_for(directory.user_named("demo-secretary").id, None)
    assert secretary is not None
    assert len(letters.arrivals(secretary, limit=100).rows) >= 2
