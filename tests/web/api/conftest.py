"""What the tests of the API share: tables, files of their own, and the province."""

from __future__ import annotations

import pytest

from tests.letters.world import World


@pytest.fixture(autouse=True)
def _tables(transactional_db, settings, tmp_path):
    """Acts insist on being the outermost transaction. Each test has files of its own."""
    settings.BLOB_ROOT = tmp_path / "blobs"
    settings.HOME = tmp_path


@pytest.fixture
def world() -> World:
    return World.make()
