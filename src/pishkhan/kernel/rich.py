"""Plain text with a little form: paragraphs, lists, bold. Read alike for screen and paper.

The text itself is what is kept and signed; this only says how it is drawn. An empty line parts
paragraphs, a line break stays one. A line that begins with "- " or "• " is an item of a list,
one that begins with a number and ". ", ") " or "- " is a numbered item **with the number that was
typed**: a reader that counts anew (as Markdown's do) would print what nobody signed. Two stars
on either side make words bold. There is nothing else, and nothing can be wrong: what does not
fit stands as it was typed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

_BULLET = re.compile(r"[ \t]*[-•–*][ \t]+(?=\S)")
_NUMBER = re.compile(r"[ \t]*([0-9۰-۹٠-٩]{1,3})[ \t]*([.)]|[-–](?=[ \t]))[ \t]+(?=\S)")
_BOLD = re.compile(r"\*\*(?=\S)([^*\n]+?)(?<=\S)\*\*")


class Kind(StrEnum):
    """What a block is."""

    TEXT = "text"
    BULLETS = "bullets"
    NUMBERS = "numbers"


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one weight."""

    text: str
    bold: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a paragraph, or an item with the mark that was typed before it."""

    runs: tuple[Run, ...]
    mark: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or a list."""

    kind: Kind
    lines: tuple[Line, ...]


def blocks(text: str) -> tuple[Block, ...]:
    """Return the blocks of a text in their order; one pass, whatever the text holds."""
    found: list[tuple[Kind, list[Line]]] = []
    open_ = False  # whether the next line goes on with the last block
    for line in text.splitlines():
        if not line.strip():
            open_ = False
            continue
        kind, mark, rest = _read(line)
        if not (open_ and found[-1][0] is kind):
            found.append((kind, []))
        found[-1][1].append(Line(runs(rest), mark))
        open_ = True
    return tuple(Block(kind, tuple(lines)) for kind, lines in found)


def _read(line: str) -> tuple[Kind, str, str]:
    if number := _NUMBER.match(line):
        return Kind.NUMBERS, number[1] + number[2], line[number.end() :].rstrip()
    if bullet := _BULLET.match(line):
        return Kind.BULLETS, "•", line[bullet.end() :].rstrip()
    return Kind.TEXT, "", line.strip()


def runs(line: str) -> tuple[Run, ...]:
    """Return a line's words by weight."""
    found: list[Run] = []
    at = 0
    for bold in _BOLD.finditer(line):
        if bold.start() > at:
            found.append(Run(line[at : bold.start()]))
        found.append(Run(bold[1], bold=True))
        at = bold.end()
    if at < len(line):
        found.append(Run(line[at:]))
    return tuple(found)
