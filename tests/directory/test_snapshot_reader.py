from __future__ import annotations

import copy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.directory.logic import snapshot_cells
from pishkhan.directory.logic.snapshot_reader import read
from pishkhan.kernel.errors import Invalid

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["v", "at", "for", "offices", "tables", "nodes", "id"]),
            inner,
            max_size=5,
        )
    ),
    max_leaves=12,
)
SMALL: dict[str, Any] = {
    "v": 1,
    "at": "2026-01-02T03:04:05.000006Z",
    "for": "00000000-0000-7000-8000-000000000001",
    "offices": [],
    "tables": {
        "nodes": [
            {
                "id": "00000000-0000-7000-8000-000000000002",
                "name": "مرکز",
                "role": "centre",
                "epoch": 1,
                "key": "ab" * 32,
                "recipient": "",
                "revoked": None,
            }
        ],
        "divisions": [],
        "agencies": [],
        "secretariats": [],
        "counters": [],
        "settings": [
            {
                "key": "tariff.letter",
                "from": "2026-01-02T03:04:05.000006Z",
                "value": {"state": 1, "commission": 2},
            }
        ],
        "places": [],
    },
}


def places_of(value, path=()):
    yield path
    if isinstance(value, dict | list):
        inner = value.items() if isinstance(value, dict) else enumerate(value)
        for key, each in inner:
            yield from places_of(each, (*path, key))


ORIGIN = snapshot_cells.uuid("00000000-0000-7000-8000-000000000002")


@given(st.sampled_from([place for place in places_of(SMALL) if place]), JUNK)
def test_rubbish_at_any_place_is_read_as_it_is_or_told_by_its_code(place, junk):
    new = copy.deepcopy(SMALL)
    inner: Any = new
    for key in place[:-1]:
        inner = inner[key]
    inner[place[-1]] = junk
    try:
        found = read(new, origin=ORIGIN)
    except Invalid as error:
        assert error.code == "directory.bad-snapshot"  # noqa: PT017 - either is right
    else:
        assert found.nodes.keys() == {ORIGIN}


def test_what_is_no_object_is_no_snapshot():
    assert read(SMALL, origin=ORIGIN).counts["nodes"] == 1
    rubbish: list[Any] = [None, [], "x", 1, {}, {**SMALL, "more": 1}]
    for junk in rubbish:
        with pytest.raises(Invalid, match=r"directory\.bad-snapshot"):
            read(junk, origin=ORIGIN)
