"""Tracking codes: thirteen digits that a person reads aloud, made with the line down.

    bbbbbb ssssss d
    block: six digits, given by the centre to one (counter, epoch)
    serial: six digits, the counter's own count in a keyed order
    check: one Damm digit over the twelve before it

A block holds a million codes; a counter that fills one asks for the next. The key and the
block in the tweak hide how many letters a counter takes, and neighbours in time are not
neighbours in number. It is no secret: status needs the national ID besides.

The permutation is a decimal Feistel network of ten rounds over two halves of three digits,
round function HMAC-SHA-256. The Damm digit catches every single wrong digit and every swap of
two neighbours (H. Michael Damm, "Total anti-symmetrische Quasigruppen", Marburg 2004).
"""

from __future__ import annotations

import hmac
import re

from pishkhan.kernel.errors import N_, Invalid
from pishkhan.kernel.text import latin_digits, strip_controls

BLOCKS = 10**6
SERIALS = 10**6
LENGTH = 13

_HALF = 1000
_ROUNDS = 10
_LABEL = b"pishkhan/tracking/v1"
_CODE = re.compile(r"[0-9]{13}")
_SEPARATORS = re.compile(r"[\s\-‐‑–./\u200c]+")

_DAMM = (
    (0, 3, 1, 7, 5, 9, 8, 6, 4, 2),
    (7, 0, 9, 2, 1, 5, 4, 8, 6, 3),
    (4, 2, 0, 6, 8, 7, 1, 3, 5, 9),
    (1, 7, 5, 0, 9, 8, 3, 4, 2, 6),
    (6, 1, 2, 3, 0, 4, 5, 9, 7, 8),
    (3, 6, 7, 4, 2, 0, 9, 5, 8, 1),
    (5, 8, 6, 9, 7, 2, 0, 1, 3, 4),
    (8, 9, 4, 5, 3, 6, 2, 0, 1, 7),
    (9, 4, 3, 8, 6, 1, 7, 2, 0, 5),
    (2, 5, 8, 1, 4, 3, 6, 7, 9, 0),
)


def make(key: bytes, block: int, serial: int) -> str:
    """Return the code of a counter's `serial` (0–999999) in `block` (0–999999).

    ValueError outside these ranges: a full block is the caller's to notice.
    """
    if not (0 <= block < BLOCKS and 0 <= serial < SERIALS):
        raise ValueError("block or serial out of range")
    left, right = divmod(serial, _HALF)
    for n in range(_ROUNDS):
        left, right = right, (left + _round(key, block, n, right)) % _HALF
    body = f"{block:06}{left * _HALF + right:06}"
    return f"{body}{_damm(body)}"


def serial_of(key: bytes, code: str) -> int:
    """Return the serial that `make` turned into this code; Invalid when it is no code.

    Another key gives another serial: nothing here tells whether the key is the right one.
    """
    if not is_valid(code):
        raise _not_a_code()
    block = block_of(code)
    left, right = divmod(int(code[6:12]), _HALF)
    for n in reversed(range(_ROUNDS)):
        left, right = (right - _round(key, block, n, left)) % _HALF, left
    return left * _HALF + right


def block_of(code: str) -> int:
    """Return the block of a valid code: it says which counter to ask."""
    return int(code[:6])


def is_valid(code: str) -> bool:
    """Return whether this is thirteen Latin digits whose last one fits the others."""
    return _CODE.fullmatch(code) is not None and _damm(code) == 0


def parse(s: str) -> str:
    """Return the thirteen digits of a code as people type it: any digits, spaces, dashes.

    Raises Invalid (`checks.tracking-code`).
    """
    code = _SEPARATORS.sub("", latin_digits(strip_controls(s)))
    if not is_valid(code):
        raise _not_a_code()
    return code


def grouped(code: str) -> str:
    """Return the code as it is shown and read aloud: «721-409-338-1260»; "" for none."""
    if not code:
        return ""
    return "-".join((code[:3], code[3:6], code[6:9], code[9:]))


def _round(key: bytes, block: int, n: int, half: int) -> int:
    tweak = _LABEL + block.to_bytes(4, "big") + bytes((n,)) + half.to_bytes(2, "big")
    return int.from_bytes(hmac.digest(key, tweak, "sha256")[:8], "big") % _HALF


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = _DAMM[interim][int(digit)]
    return interim


def _not_a_code() -> Invalid:
    return Invalid(
        "checks.tracking-code", N_("The tracking code is not right; look at the digits again.")
    )
