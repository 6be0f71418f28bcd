"""A test that asks no engine runs in one lane; one that does can not fall out of the other."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from tests import conftest, lanes
from tests.letters.world import World

CHECKS = Path(__file__).parents[2] / "tools" / "checks.py"


def test_a_test_without_a_mark_is_refused_the_database_and_its_name():
    with pytest.raises(lanes.AsksAnEngine):
        connection.cursor()
    with pytest.raises(lanes.AsksAnEngine):
        assert connection.vendor


def test_what_a_test_without_a_mark_starts_knows_no_database_of_the_lane():
    assert lanes.ADDRESS not in os.environ
    told = subprocess.run(
        [sys.executable, "-c", f"import os; print({lanes.ADDRESS!r} in os.environ)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert told.stdout.strip() == "False"


def test_a_test_without_a_mark_asks_no_engine(request, tmp_path):
    assert not lanes.asks(request.node)


@pytest.mark.engine
def test_the_mark_lets_a_test_ask_which_engine_it_has(request):
    assert lanes.asks(request.node)
    assert connection.vendor in {"sqlite", "postgresql"}


@pytest.mark.django_db
def test_a_test_of_the_database_runs_in_each_lane(request):
    assert lanes.asks(request.node)


def test_a_test_with_a_fixture_of_the_database_runs_in_each_lane(request, db):
    assert lanes.asks(request.node)


@pytest.fixture
def province(transactional_db) -> World:
    return World.make()


@pytest.fixture
def its_counter(province):
    return province.counter


def test_a_fixture_that_needs_the_database_takes_its_test_along(request, its_counter):
    assert lanes.asks(request.node)


@pytest.fixture
def let_in(django_db_blocker):
    return django_db_blocker


def test_a_fixture_that_lifts_the_refusal_takes_its_test_along(request, let_in):
    assert lanes.asks(request.node)


def test_the_option_leaves_out_just_those_that_ask_nothing(request):
    everyone: list[Any] = list(request.session.items)
    left_out: list[pytest.Item] = []
    kept = list(everyone)

    def deselected(*, items: list[pytest.Item]) -> None:
        left_out.extend(items)

    config: Any = SimpleNamespace(
        getoption=lambda name: name == "--of-the-engine",
        hook=SimpleNamespace(pytest_deselected=deselected),
    )
    conftest.pytest_collection_modifyitems(config, kept)
    assert request.node in left_out
    assert all(lanes.asks(item) for item in kept)
    assert len(kept) + len(left_out) == len(everyone)


def test_one_lane_leaves_nothing_out():
    asked = [line for line in CHECKS.read_text().splitlines() if "--of-the-engine" in line]
    assert len(asked) == 1
    assert "postgresql" in asked[0]
