"""A list of signers as it comes out of a sheet."""

from __future__ import annotations

import pytest

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import IdKind, Signer
from tests.letters.world import national_id

N = national_id(1)


@pytest.mark.parametrize(
    "line",
    [
        f"علی نمونه\t{N}",
        f"{N}\tعلی نمونه",
        f"1\tعلی نمونه\t{N}",
        f"۲- علی نمونه، {N}",
        f"علی نمونه {N}",
    ],
)
def test_a_line_holds_a_name_and_a_number_in_any_order(line: str) -> None:
    assert letters.read_signers(line) == (Signer("علی نمونه", N, IdKind.NATIONAL),)


def test_empty_lines_are_none_and_a_name_alone_is_a_signer() -> None:
    assert letters.read_signers("\n  \nعلی نمونه\n\t\n3\n") == (Signer("علی نمونه"),)


def test_other_registers_are_known_by_the_look_of_the_number() -> None:
    read = letters.read_signers("محمد\tAFG P1234567\nاحمد\t123456789012\nزهرا\t1234567890")
    assert [(each.id_kind, each.number) for each in read] == [
        (IdKind.PASSPORT, "AFGP1234567"),
        (IdKind.FOREIGN, "123456789012"),
        (IdKind.NATIONAL, "1234567890"),  # wrong, and told so where it is checked
    ]
