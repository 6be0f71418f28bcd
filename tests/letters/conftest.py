"""What the tests of letters share: tables, and the province of `world.py`."""

from __future__ import annotations

import pytest

from tests.letters.world import World


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction: no test here runs inside another one."""


@pytest.fixture
def world() -> World:
    return World.make()
