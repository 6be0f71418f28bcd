"""What the tests of pages share: the province of `tests.letters.world`."""

from __future__ import annotations

import pytest

from tests.letters.world import World


@pytest.fixture
def world(transactional_db) -> World:
    """Acts insist on being the outermost transaction: the tables are emptied, not rolled back."""
    return World.make()
