"""What changed between two versions of a draft, word by word where lines differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

MOST_WORDS = 4_000
"""Words of a changed passage up to which it is compared word by word; the time grows by squares."""

_WORD = re.compile(r"\s+|[^\s]+")


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text: `same`, `added` or `removed`."""

    kind: str
    text: str


def between(old: str, new: str) -> list[Piece]:
    """Return the pieces of both texts in reading order, removed before added."""
    pieces: list[Piece] = []
    for tag, left, right in _runs(old.splitlines(keepends=True), new.splitlines(keepends=True)):
        if tag == "replace":
            pieces += _by_words(left, right)
        else:
            pieces += _plain(left, right)
    return _joined(pieces)


def _by_words(left: str, right: str) -> list[Piece]:
    old, new = _WORD.findall(left), _WORD.findall(right)
    if len(old) + len(new) > MOST_WORDS:
        return _plain(left, right)
    return [
        piece for _tag, gone, come in _runs(old, new) for piece in _plain(gone, come) if piece.text
    ]


def _runs(old: Sequence[str], new: Sequence[str]) -> list[tuple[str, str, str]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return [
        (tag, "".join(old[a:b]), "".join(new[c:d])) for tag, a, b, c, d in matcher.get_opcodes()
    ]


def _plain(left: str, right: str) -> list[Piece]:
    if left == right:
        return [Piece("same", left)]
    found = []
    if left:
        found.append(Piece("removed", left))
    if right:
        found.append(Piece("added", right))
    return found


def _joined(pieces: list[Piece]) -> list[Piece]:
    found: list[Piece] = []
    for piece in pieces:
        if found and found[-1].kind == piece.kind:
            found[-1] = Piece(piece.kind, found[-1].text + piece.text)
        else:
            found.append(piece)
    return found
