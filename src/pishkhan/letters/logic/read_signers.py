"""Read a list of signers as it is pasted from a sheet. Pure."""

from __future__ import annotations

import re

from pishkhan.kernel import checks
from pishkhan.kernel.errors import Invalid
from pishkhan.letters.contracts import IdKind, Signer

_CELLS = re.compile(r"[\t,;،؛|]+")
_ORDINAL = re.compile(r"[0-9]{1,5}[.)\-]?")
_NUMBER = re.compile(r"[A-Z]{0,3}[0-9][A-Z0-9]{6,15}")


def read_signers(pasted: str) -> tuple[Signer, ...]:
    """Return one signer for each line with words: a name, and a number beside it if there is one.

    Cells are parted by tabs, commas or semicolons, a name and a number in one cell by a space; in
    any order, with or without a running number. A number of ten digits is a national ID, three
    letters and a number are a passport, other digits a foreign national's. Nothing is checked.
    """
    return tuple(each for line in pasted.splitlines() if (each := _signer(line)) is not None)


def _signer(line: str) -> Signer | None:
    cells = [cell.strip() for cell in _CELLS.split(line)]
    words = [word for cell in cells for word in cell.split()]
    number, name = "", []
    for place, word in enumerate(words):
        bare = checks.bare(word)
        if not number and _NUMBER.fullmatch(bare):
            number = bare
        elif place in (0, len(words) - 1) and _ORDINAL.fullmatch(bare):
            continue  # the list's own running number
        else:
            name.append(word)
    if number and name and len(name[-1]) == 3 and name[-1].isascii() and name[-1].isalpha():
        number = name.pop().upper() + number  # «AFG P1234567» in two words
    return Signer(" ".join(name), number, _kind(number)) if name or number else None


def _kind(number: str) -> IdKind:
    if not number.isdigit():
        return IdKind.PASSPORT if number else IdKind.NATIONAL
    try:
        checks.national_id(number)
    except Invalid:
        return IdKind.NATIONAL if len(number) == 10 else IdKind.FOREIGN
    return IdKind.NATIONAL
