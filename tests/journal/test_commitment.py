import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.journal import commitment
from pishkhan.journal.contracts import Opening, ShownField

VECTORS = json.loads(
    (Path(__file__).parent.parent / "vectors" / "journal-entry.json").read_text("utf-8")
)["entries"]
HEADER = VECTORS[0]["header"]

pytestmark = pytest.mark.parametrize("vector", VECTORS, ids=lambda v: v["title"])


def made(vector: Any) -> commitment.Composed:
    return commitment.compose(vector["header"], vector["fields"], bytes.fromhex(vector["salts"]))


def opened(vector: Any) -> Opening:
    given = vector["opening"]
    return Opening(
        version=given["v"],
        size=given["size"],
        shown=tuple(
            ShownField(
                place=s["place"], name=s["name"], salt=bytes.fromhex(s["salt"]), value=s["value"]
            )
            for s in given["shown"]
        ),
        proof=tuple(bytes.fromhex(item) for item in given["proof"]),
    )


def test_the_frozen_vector_comes_out(vector):
    composed = made(vector)
    assert composed.commit.hex() == vector["commit"]
    assert composed.fields == vector["fields_text"]
    names, hashes = commitment.hashes_of(
        {**vector["header"], **vector["fields"]}, composed.salts, erased=frozenset()
    )
    assert names == vector["names"]
    assert [h.hex() for h in hashes] == vector["hashes"]


def test_the_frozen_opening_comes_out_and_is_accepted(vector):
    show = frozenset(s["name"] for s in vector["opening"]["shown"])
    values = {**vector["header"], **vector["fields"]}
    opening = commitment.make_opening(
        values, bytes.fromhex(vector["salts"]), erased=frozenset(), show=show
    )
    assert opening == opened(vector)
    assert commitment.opening_to_json(opening) == vector["opening"]
    assert commitment.check_opening(opening, bytes.fromhex(vector["commit"]))


def test_an_opening_shows_nothing_of_the_hidden_fields(vector):
    text = json.dumps(vector["opening"])
    hidden = set(vector["names"]) - {s["name"] for s in vector["opening"]["shown"]}
    assert hidden
    for name in hidden:
        value = {**vector["header"], **vector["fields"]}[name]
        assert f'"{name}"' not in text
        if isinstance(value, str) and value:
            assert json.dumps(value) not in text


def test_an_opening_that_was_touched_is_refused(vector):
    opening = opened(vector)
    commit = bytes.fromhex(vector["commit"])
    first, *rest = opening.shown
    flipped = bytes([first.salt[0] ^ 1]) + first.salt[1:]
    touched = [
        replace(opening, version=2),
        replace(opening, size=0),
        replace(opening, shown=()),
        replace(opening, shown=(*rest, first)),
        replace(opening, shown=(first, first, *rest)),
        replace(opening, proof=opening.proof[1:]),
        replace(opening, proof=(*opening.proof, commit)),
        replace(opening, proof=opening.proof[::-1]),
        *(
            replace(opening, shown=(replace(first, **change), *rest))
            for change in (
                {"value": "2026-11-22T07:12:31.000000Z"},
                {"value": None},
                {"value": "\ud800"},
                {"value": float("inf")},
                {"name": "a"},
                {"name": "At"},
                {"name": "at\x00"},
                {"salt": flipped},
                {"salt": first.salt[:31]},
                {"place": first.place + 1},
                {"place": -1},
            )
        ),
    ]
    assert commitment.check_opening(opening, commit)
    assert [o for o in touched if o != opening and commitment.check_opening(o, commit)] == []
    assert not commitment.check_opening(opening, flipped)


def test_an_erased_field_leaves_the_others_provable(vector):
    values = {**vector["header"], **vector["fields"]}
    salts = bytes.fromhex(vector["salts"])
    for gone in vector["fields"]:
        place = vector["names"].index(gone)
        kept = {name: value for name, value in values.items() if name != gone}
        slot = bytes.fromhex(vector["hashes"][place])
        left = salts[: place * 32] + slot + salts[place * 32 + 32 :]
        opening = commitment.make_opening(
            kept, left, erased=frozenset({gone}), show=frozenset(kept)
        )
        assert commitment.check_opening(opening, bytes.fromhex(vector["commit"]))
        with pytest.raises(KeyError):
            commitment.make_opening(kept, left, erased=frozenset({gone}), show=frozenset({gone}))


VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=2), inner),
    max_leaves=5,
)


@given(value=VALUES)
def test_the_fast_writer_writes_rfc_8785(vector, value):
    assert commitment.value_text(value).encode() == rfc8785.dumps(value)


@given(fields=st.dictionaries(st.from_regex(r"\A[f-z][a-z0-9_]{0,6}\Z"), VALUES, max_size=6))
def test_any_entry_opens_any_part_of_itself(vector, fields):
    fields = {name: value for name, value in fields.items() if name not in HEADER}
    salts = os.urandom(32 * (5 + len(fields)))
    composed = commitment.compose(HEADER, fields, salts)
    values = {**HEADER, **fields}
    for name in values:
        opening = commitment.make_opening(
            values, salts, erased=frozenset(), show=frozenset({name, "at"})
        )
        assert commitment.check_opening(opening, composed.commit)
    assert composed.fields.encode() == rfc8785.dumps(fields)


def test_salts_that_do_not_fit_are_refused(vector):
    salts = bytes.fromhex(vector["salts"])
    with pytest.raises(ValueError, match="salt"):
        commitment.compose(vector["header"], vector["fields"], salts[:-1])
    with pytest.raises(ValueError, match="salts"):
        commitment.hashes_of(vector["header"], salts + salts, erased=frozenset())
