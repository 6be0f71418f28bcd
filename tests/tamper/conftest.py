"""One honest node for all tests here; each gets a copy of its home, and its rows for itself."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections
from django.test import override_settings

from pishkhan.journal import guard, triggers
from pishkhan.kernel import clock
from tests import emptying
from tests.letters.world import NOON
from tests.tamper import node as making
from tests.tamper.auditor import Auditor
from tests.tamper.node import Node
from tests.tamper.switching import chain

__all__ = ["chain"]


def home_is(folder: Path) -> override_settings:
    return override_settings(
        HOME=folder, BLOB_ROOT=folder / "blobs", KEYS_ROOT=folder / "keys", DEMO=False
    )


@pytest.fixture(scope="package")
def honest(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Node]:
    """The node after two days of work, everything in order."""
    connection = connections["default"]
    moment = clock.FakeClock(NOON)
    home = tmp_path_factory.mktemp("home")
    with django_db_blocker.unblock():
        emptying.empty(connection)
        with home_is(home), clock.use(moment):
            made = making.make(home, tmp_path_factory.mktemp("others"), moment)
    yield made
    with django_db_blocker.unblock():
        emptying.empty(connection)


@pytest.fixture
def node(honest: Node, db: None, tmp_path: Path) -> Iterator[Node]:
    """The node in the hands of the cheater: no guard, no triggers. All is taken back at the end."""
    mine = honest.in_home(tmp_path / "home")
    with home_is(mine.home), clock.use(mine.clock), guard.suspended("flush"):
        triggers.drop(connections["default"])
        yield mine


@pytest.fixture
def auditor(node: Node, tmp_path: Path) -> Auditor:
    return Auditor(node, tmp_path / "auditor")


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """Where the cheater's log is copied to, as it is served after the cheat."""
    return tmp_path / "cheaters-log"
