"""Reference data of others: Certificate Transparency, RFC 8785, this project's frozen vectors."""

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from pishkhan_verify import canonical, jalali
from pishkhan_verify.entry import field_hash, read_opening
from pishkhan_verify.errors import Unreadable
from pishkhan_verify.merkle import EMPTY, leaf_hash, root, root_of_path
from tests import maker

# The eight leaves, and the roots of the first n, of the Certificate Transparency reference.
CT_LEAVES = [
    bytes.fromhex(each)
    for each in (
        "",
        "00",
        "10",
        "2021",
        "3031",
        "40414243",
        "5051525354555657",
        "606162636465666768696a6b6c6d6e6f",
    )
]
CT_ROOT_OF_8 = "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
VECTORS = Path(__file__).parents[2] / "tests" / "vectors" / "journal-entry.json"


def test_roots_of_the_certificate_transparency_reference():
    assert EMPTY.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    assert root([]) == EMPTY
    hashes = [leaf_hash(leaf) for leaf in CT_LEAVES]
    assert root(hashes[:1]).hex() == (
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
    )
    assert root(hashes).hex() == CT_ROOT_OF_8


@pytest.mark.parametrize("size", range(1, 20))
def test_every_path_of_small_trees_leads_to_the_root(size):
    hashes = [leaf_hash(bytes([i])) for i in range(size)]
    for index, leaf in enumerate(hashes):
        reached = root_of_path(index, size, leaf, maker.path(index, hashes))
        assert reached == maker.mth(hashes) == root(hashes)


def test_frozen_entries_open_as_they_were_written():
    entries = json.loads(VECTORS.read_text("utf-8"))["entries"]
    assert entries
    for entry in entries:
        shown = read_opening(canonical.write(entry["opening"]))
        assert shown.commit.hex() == entry["commit"]
        values = {**entry["header"], **entry["fields"]}
        for place, name in enumerate(entry["names"]):
            salt = bytes.fromhex(entry["salts"][64 * place : 64 * place + 64])
            assert field_hash(salt, name, values[name]) == leaf_hash(
                bytes.fromhex(entry["hashes"][place])
            )


@pytest.mark.parametrize(
    ("value", "text"),  # RFC 8785, appendix B, and the edges of its exponents
    [
        (0.0, "0"),
        (-0.0, "0"),
        (5e-324, "5e-324"),
        (-5e-324, "-5e-324"),
        (1.7976931348623157e308, "1.7976931348623157e+308"),
        (9007199254740992.0, "9007199254740992"),
        (295147905179352830000.0, "295147905179352830000"),
        (1e21, "1e+21"),
        (9.999999999999997e22, "9.999999999999997e+22"),
        (1e-7, "1e-7"),
        (0.000001, "0.000001"),
        (0.0001234, "0.0001234"),
        (333333333.3333332, "333333333.3333332"),
        (1424953923781206.2, "1424953923781206.2"),
        (4.5, "4.5"),
        (100.0, "100"),
        (123456.5, "123456.5"),
    ],
)
def test_numbers_are_written_as_rfc_8785_writes_them(value, text):
    assert canonical.number(value) == text


def test_strings_and_names_are_written_as_rfc_8785_writes_them():
    text = '{"\\r":"a","1":"\\u000f\\n/","ö":"€$","\U0001f600":[],"\ufb33":{"a":null,"b":true}}'
    assert canonical.write(canonical.read(text.encode())) == text.encode()


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"b":1,"a":1}',
        '{"a": 1}',
        "1.0",
        "01",
        "NaN",
        "Infinity",
        "1e400",
        "1e2",
        "-0",
        "9007199254740993",
        '"\\u0061"',
        '"\\ud800"',
        "[" * 200_000,
        "9" * 5000,
        '"' + "a" * 256 * 1024 + '"',
        "\ufeff1",
        "",
    ],
)
def test_json_in_any_other_form_is_not_read(text):
    with pytest.raises(Unreadable):
        canonical.read(text.encode())


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 11, 22), (1405, 9, 1)),
        (date(2026, 3, 21), (1405, 1, 1)),
        (date(2025, 3, 20), (1403, 12, 30)),
        (date(2025, 3, 21), (1404, 1, 1)),
        (date(1979, 2, 11), (1357, 11, 22)),
        (date(1921, 3, 21), (1300, 1, 1)),
        (date(1921, 3, 20), None),
        (date(2500, 1, 1), None),
    ],
)
def test_days_of_the_jalali_calendar(day, expected):
    assert jalali.day_of(day) == expected


def test_the_day_turns_at_midnight_in_tehran():
    assert jalali.text(datetime(2026, 11, 21, 20, 29, tzinfo=UTC)) == "1405/08/30 23:59"
    assert jalali.text(datetime(2026, 11, 21, 20, 30, tzinfo=UTC)) == "1405/09/01 00:00"
