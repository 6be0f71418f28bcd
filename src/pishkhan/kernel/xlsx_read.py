"""The cells of a small workbook's first sheet (XLSX, ECMA-376), as text.

Only what a list of people needs: shared and inline text, numbers as they are written. Formulas give
the value that was last worked out; dates come as the number they are kept as.
"""

from __future__ import annotations

import re
import zipfile
from abc import ABC, abstractmethod
from io import BytesIO
from xml.parsers import expat

LARGEST_PART = 8 * 1024 * 1024
"""Bytes of one part when unpacked; a list of some hundred people has some ten thousand."""
MOST_ROWS, MOST_COLUMNS = 2_000, 50

_SHEET = re.compile(r"xl/worksheets/sheet(\d+)\.xml")


class NotASheet(ValueError):
    """The bytes are no workbook that can be read."""


def rows(data: bytes) -> list[list[str]]:
    """Return the rows of the first sheet, empty ones left out; NotASheet for anything else."""
    try:
        with zipfile.ZipFile(BytesIO(data)) as book:
            names = sorted(
                (int(found[1]), name)
                for name in book.namelist()
                if (found := _SHEET.fullmatch(name))
            )
            if not names:
                raise NotASheet
            shared = _Texts()
            if "xl/sharedStrings.xml" in book.namelist():
                shared.read(_part(book, "xl/sharedStrings.xml"))
            cells = _Cells(shared.found)
            cells.read(_part(book, names[0][1]))
    except (zipfile.BadZipFile, expat.ExpatError, LookupError, ValueError, EOFError, OSError,
            RuntimeError) as error:  # fmt: skip
        raise NotASheet from error
    return [row for row in cells.found if any(row)]


def _part(book: zipfile.ZipFile, name: str) -> bytes:
    with book.open(name) as file:
        data = file.read(LARGEST_PART + 1)
    if len(data) > LARGEST_PART:
        raise NotASheet
    return data


class _Reader(ABC):
    """Reads a part; text stands in <t> and <v>. No entity of the file's own is taken."""

    def read(self, data: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.StartElementHandler = lambda name, given: self.begin(name.split(" ")[-1], given)
        parser.EndElementHandler = lambda name: self.end(name.split(" ")[-1])
        parser.CharacterDataHandler = self.text
        parser.EntityDeclHandler = _refuse
        parser.Parse(data, True)

    @abstractmethod
    def begin(self, name: str, given: dict[str, str]) -> None:
        """Note that an element begins."""

    @abstractmethod
    def end(self, name: str) -> None:
        """Note that an element ends."""

    @abstractmethod
    def text(self, text: str) -> None:
        """Note text."""


def _refuse(*_given: object) -> None:
    raise NotASheet


class _Texts(_Reader):
    """The texts that cells share, by their place."""

    def __init__(self) -> None:
        self.found: list[str] = []
        self.inside = False

    def begin(self, name: str, _given: dict[str, str]) -> None:
        if name == "si":
            self.found.append("")
        self.inside = name == "t"

    def end(self, _name: str) -> None:
        self.inside = False

    def text(self, text: str) -> None:
        if self.inside and self.found:
            self.found[-1] += text


class _Cells(_Reader):
    """The rows of a sheet; a cell's own address says in which column it stands."""

    def __init__(self, shared: list[str]) -> None:
        self.shared = shared
        self.found: list[list[str]] = []
        self.column = self.kind = self.said = ""
        self.inside = False

    def begin(self, name: str, given: dict[str, str]) -> None:
        if name == "row":
            if len(self.found) >= MOST_ROWS:
                raise NotASheet
            self.found.append([])
        elif name == "c":
            self.column = re.sub(r"\d", "", given.get("r", ""))
            self.kind, self.said = given.get("t", ""), ""
        self.inside = name in {"v", "t"}

    def end(self, name: str) -> None:
        self.inside = False
        if name != "c" or not self.found:
            return
        row = self.found[-1]
        at = _place(self.column) if self.column else len(row)
        if at >= MOST_COLUMNS:
            return
        row += [""] * (at + 1 - len(row))
        row[at] = self.shared[int(self.said)] if self.kind == "s" and self.said else self.said

    def text(self, text: str) -> None:
        if self.inside:
            self.said += text


def _place(letters: str) -> int:
    """Return 0 for "A", 26 for "AA"."""
    at = 0
    for letter in letters.upper():
        at = at * 26 + ord(letter) - 64
    return at - 1
