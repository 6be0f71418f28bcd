"""Nodes whose backups are tested."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.node import live
from tests.node.backups import Ground, Place, command, store


@pytest.fixture
def ground(tmp_path: Path) -> Iterator[Ground]:
    made = Ground(tmp_path)
    yield made
    made.clear()


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """A seeded node with its key, some files of letters and one backup; nobody changes it."""
    ground = Ground(tmp_path_factory.mktemp("first"))
    place = ground.place("node")
    place.told = live.seed(place.home, database=place.database)
    command(place, "migrate")
    store(place.home, 40)
    command(place, "backup", ground.root / "backup")
    yield place
    ground.clear()


@pytest.fixture
def node(ground: Ground, first: Place) -> Place:
    """A node of one's own, as the first one is."""
    place = ground.place("node", like=first)
    place.told = first.told
    shutil.copytree(first.home, place.home)
    shutil.rmtree(place.home / "upkeep")
    return place


@pytest.fixture
def folder(first: Place, tmp_path: Path) -> Path:
    """A copy of the first node's backup."""
    return shutil.copytree(first.home.parent / "backup", tmp_path / "backup")
