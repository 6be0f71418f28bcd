"""A counter's rows and an agency's are joined by the envelope alone: by no key, no query."""

from __future__ import annotations

import ast
import re
from itertools import product
from pathlib import Path

from django.apps import apps
from django.db import connection
from django.db.models import ForeignKey
from django.test.utils import CaptureQueriesContext

import pishkhan.letters
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from tests.letters.test_main_job import do_main_job
from tests.letters.world import NOON, World

SOURCE = Path(pishkhan.letters.__file__).parent
SIDES = {
    module: {
        model.__name__: model
        for model in apps.get_app_config("letters").get_models()
        if model.__module__ == f"pishkhan.letters.models.{module}"
    }
    for module in ("counter", "agency")
}
# Steps and pages are either's, under its office; readings too, under their own keys.
EITHERS = {"Reading"}


def tables(side: str) -> set[str]:
    return {m._meta.db_table for name, m in SIDES[side].items() if name not in EITHERS}


OF = {side: re.compile("|".join(rf'"{table}"' for table in tables(side))) for side in SIDES}


def test_the_sides_are_what_this_test_believes() -> None:
    assert "letters_submission" in tables("counter")
    assert "letters_arrival" in tables("agency")
    assert len(tables("counter")) >= 5
    assert len(tables("agency")) >= 8


def touched(sql: str) -> set[str]:
    """Return the sides whose tables stand in a statement."""
    return {side for side, pattern in OF.items() if pattern.search(sql)}


def test_no_key_leads_from_one_side_to_the_other() -> None:
    keys = 0
    for module, models in SIDES.items():
        other = {"counter": "agency", "agency": "counter"}[module]
        for model in models.values():
            for field in model._meta.get_fields():
                if isinstance(field, ForeignKey):
                    keys += 1
                    assert field.related_model not in SIDES[other].values()
    assert keys >= 2


def _functions(path: Path) -> list[tuple[str, set[str]]]:
    """Return each function's name and the names of models that it uses."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        (node.name, {n.id for n in ast.walk(node) if isinstance(n, ast.Name)})
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef)
    ]


OVER_BOTH = ("access.py: audited", "access.py: closed_to_auditor", "audit_", "evidence_", "fsck_")
"""Auditors and fsck see what each office holds, one beside the other; no statement joins them."""


def test_no_function_handles_rows_of_both_sides() -> None:
    counters = set(SIDES["counter"]) - EITHERS
    agencys = set(SIDES["agency"]) - EITHERS
    looked_at, both = 0, set[str]()
    for path in sorted(SOURCE.rglob("*.py")):
        if "migrations" in path.parts:
            continue
        for name, used in _functions(path):
            looked_at += 1
            if used & counters and used & agencys:
                both.add(f"{path.name}: {name}")
    assert not {each for each in both if not each.startswith(OVER_BOTH)}
    assert looked_at > 100


def test_no_statement_of_the_whole_main_job_joins_the_two(world: World) -> None:
    time = FakeClock(NOON)
    with clock.use(time), CaptureQueriesContext(connection) as queries:
        do_main_job(world, time)
    assert len(queries) > 200
    seen = dict.fromkeys(SIDES, 0)
    for query in queries:
        sql = query["sql"]
        sides = touched(sql)
        assert len(sides) < 2, sql
        for side in sides:
            seen[side] += 1
    assert min(seen.values()) > 10


def test_the_pattern_would_find_a_join() -> None:
    for left, right in product(tables("counter"), tables("agency")):
        assert touched(f'SELECT 1 FROM "{left}" INNER JOIN "{right}" ON (1 = 1)') == set(SIDES)
        assert touched(f'UPDATE "{left}" SET "state" = 1') == {"counter"}
        assert touched(f'DELETE FROM "{right}"') == {"agency"}
