from pathlib import Path
from typing import Any

import pytest

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from tests.audit import ground
from tests.letters.world import World


@pytest.fixture
def world(transactional_db, tmp_path: Path, settings: Any) -> World:
    settings.HOME = tmp_path
    journal.found_log()
    return World.make()


@pytest.fixture
def auditor(world: World) -> Actor:
    return ground.auditor()
