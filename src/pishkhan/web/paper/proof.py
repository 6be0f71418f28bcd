"""The QRs by which a paper proves itself, in the size that a printer of 203 dots an inch can do.

Their content is the address of the verify page with the digits behind `#`, which no browser sends
to a server (docs/protocol/journal.md). The address is one part of the QR and the digits another,
in numeric mode: a third of the size that the same bytes would take as text.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

import segno
from django.conf import settings

from pishkhan.letters.contracts import PaperProof

DOT = 25.4 / 203
"""Millimetres. Dots a module decide whether a phone can read it, not the level of correction."""
BORDER = 4
"""Modules of white around it (ISO/IEC 18004)."""


@dataclass(frozen=True, slots=True)
class Square:
    """A QR as SVG, and its width and height in millimetres with its border."""

    svg: bytes
    size: float


def promise_square(proof: PaperProof) -> Square:
    """Return the QR of a promise: level M, six dots a module; 61 mm at most."""
    return _square(proof.promise, error="m", dots=6)


def path_square(proof: PaperProof) -> Square:
    """Return the QR of a path: level L, five dots a module; 66 mm for a log of a million."""
    return _square(proof.path, error="l", dots=5)


def verify_home() -> str:
    """Return the address of the verify page, as a person types it."""
    return verify_address().partition("://")[2]


def verify_address() -> str:
    """Return the whole address of the verify page."""
    return str(settings.PISHKHAN_URL).rstrip("/") + "/verify"


def _square(digits: str, *, error: str, dots: int) -> Square:
    parts: Any = [
        f"{verify_address()}#",
        digits,
    ]  # it takes parts; its types do not say so
    made = segno.make(parts, error=error, boost_error=False, micro=False)
    module = dots * DOT
    drawn = io.BytesIO()
    made.save(
        drawn, kind="svg", border=BORDER, scale=module, unit="mm", xmldecl=False,
        svgclass=None, lineclass=None,
    )  # fmt: skip
    return Square(drawn.getvalue(), made.symbol_size(border=BORDER)[0] * module)
