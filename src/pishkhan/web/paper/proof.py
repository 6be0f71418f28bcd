"""The QRs on a paper: those by which it proves itself, and an answer's SHAMS identifier.

In the size that a printer of 203 dots an inch can do. What proves is the address of the verify page
with the digits behind `#`, which no browser sends to a server (docs/protocol/journal.md). The
address is one part of the QR and the digits another, in numeric mode: a third of the size that the
same bytes would take as text.
"""

from __future__ import annotations

import io
from base64 import b64encode
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

    @property
    def uri(self) -> str:
        """The picture itself as an address, for a page that only its reader may see."""
        return f"data:image/svg+xml;base64,{b64encode(self.svg).decode()}"


def promise_square(proof: PaperProof) -> Square:
    """Return the QR of a promise: level M, six dots a module; 61 mm at most."""
    return _square(_at_home(proof.promise), error="m", dots=6)


def path_square(proof: PaperProof) -> Square:
    """Return the QR of a path: level L, five dots a module; 66 mm for a log of a million."""
    return _square(_at_home(proof.path), error="l", dots=5)


def shams_square(told: str) -> Square:
    """Return the QR of a SHAMS identifier: level M, five dots a module; 54 mm at most."""
    return _square(told, error="m", dots=5)


def verify_home() -> str:
    """Return the address of the verify page, as a person types it."""
    return verify_address().partition("://")[2]


def verify_address() -> str:
    """Return the whole address of the verify page."""
    return str(settings.PISHKHAN_URL).rstrip("/") + "/verify"


def _at_home(digits: str) -> Any:
    return [f"{verify_address()}#", digits]


def _square(content: Any, *, error: str, dots: int) -> Square:
    # Content may be parts, each in a mode of its own; segno's types do not say so.
    made = segno.make(content, error=error, boost_error=False, micro=False)
    module = dots * DOT
    drawn = io.BytesIO()
    made.save(
        drawn, kind="svg", border=BORDER, scale=module, unit="mm", xmldecl=False,
        svgclass=None, lineclass=None,
    )  # fmt: skip
    return Square(drawn.getvalue(), made.symbol_size(border=BORDER)[0] * module)
