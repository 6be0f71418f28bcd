"""Read a list of dehyaris: a sheet (XLSX) or CSV with a header, one dehyari a line.

Columns by their heads, Persian or English, in any order: code, name, villages (codes), superior
(code or name of the office over it), dehyar (his name, may be empty), counter (yes or no).
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pishkhan.directory.contracts.imports import BadLine
from pishkhan.directory.logic.division_file import encoding_of
from pishkhan.directory.rules import line as clean
from pishkhan.kernel import xlsx_read
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.text import latin_digits, normalise

MOST_LINES = 20_000
"""Lines of a file; the whole country has some 38,000 dehyaris, a province a tenth of that."""

REPORTED = 1000

HEADS = {
    "code": ("code", "کد", "کد دهیاری", "شناسه", "dehyari code"),
    "name": ("name", "نام", "نام دهیاری", "دهیاری", "dehyari"),
    "villages": ("villages", "village codes", "روستاها", "کد روستاها", "کد روستا", "آبادی ها"),
    "superior": ("superior", "بالادست", "دستگاه بالادست", "بخشداری", "بخشداری یا فرمانداری"),
    "dehyar": ("dehyar", "دهیار", "نام دهیار", "نام و نام خانوادگی دهیار"),
    "counter": ("counter", "hosts counter", "پیشخوان", "میزبان پیشخوان", "پیشخوان دارد"),
}
REQUIRED = ("code", "name", "villages", "superior")
_YES = {
    normalise(each) for each in ("yes", "y", "1", "true", "بله", "بلی", "آری", "دارد", "✓", "x")
}
_NO = {normalise(each) for each in ("", "no", "n", "0", "false", "خیر", "نه", "ندارد", "-")}
_BETWEEN = re.compile(r"[\s,،;؛/|+]+|-")
_LETTERS = str.maketrans("يىك", "ییک")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that could be read; `superior` is still what was typed."""

    number: int
    code: str
    name: str
    villages: tuple[str, ...]
    superior: str
    dehyar: str
    hosts: bool


@dataclass(slots=True)
class DehyariFile:
    """What was read; `bad` holds the first REPORTED of `bad_lines`."""

    lines: list[Line] = field(default_factory=list)
    read: int = 0
    bad_lines: int = 0
    bad: list[BadLine] = field(default_factory=list)

    def report(self, number: int, reason: Message) -> None:
        """Note that a line is bad, and why."""
        self.bad_lines += 1
        if len(self.bad) < REPORTED:
            self.bad.append(BadLine(number, reason))


def read_dehyaris(path: Path) -> DehyariFile:
    """Return the lines of a file. Raises Invalid `directory.dehyari-file` when it is none."""
    result = DehyariFile()
    columns: dict[str, int] | None = None
    for number, cells in _cells(path):
        if not any(cell.strip("\ufeff \t") for cell in cells):
            continue
        if columns is None:
            columns = _columns(cells)
            continue
        result.read += 1
        if result.read > MOST_LINES:
            raise Invalid("directory.dehyari-file", N_("The file has too many lines."))
        try:
            result.lines.append(_line(number, columns, cells))
        except Invalid as error:
            result.report(number, next(iter(error.fields.values()), error.message))
    if columns is None:
        raise Invalid("directory.dehyari-file", N_("The file is empty."))
    return result


def _cells(path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield (number, cells) of each line, of a workbook or of CSV."""
    with path.open("rb") as file:
        workbook = file.read(4) == b"PK\x03\x04"
    if not workbook:
        yield from _csv(path)
        return
    try:
        yield from xlsx_read.numbered(path.read_bytes(), most=MOST_LINES + 1)
    except xlsx_read.NotASheet:
        raise Invalid("directory.dehyari-file", N_("This is no sheet that can be read.")) from None


def _csv(path: Path) -> Iterator[tuple[int, list[str]]]:
    with path.open(encoding=encoding_of(path), newline="", errors="replace") as text:
        first = text.readline()
        text.seek(0)
        reader = csv.reader(text, delimiter=max(",;\t", key=first.count))
        try:
            for cells in reader:
                yield reader.line_num, cells
        except csv.Error as error:
            raise Invalid("directory.dehyari-file", N_("The file is damaged.")) from error


def _columns(cells: list[str]) -> dict[str, int]:
    heads = {normalise(cell.strip("\ufeff ")).replace("_", " "): n for n, cell in enumerate(cells)}
    found = {}
    for name, words in HEADS.items():
        at = next((heads[each] for each in map(normalise, words) if each in heads), None)
        if at is not None:
            found[name] = at
    if any(name not in found for name in REQUIRED):
        raise Invalid(
            "directory.dehyari-file",
            N_("The first line must name the columns: code, name, villages, superior."),
        )
    return found


def _line(number: int, columns: dict[str, int], cells: list[str]) -> Line:
    def cell(name: str) -> str:
        at = columns.get(name, len(cells))
        return cells[at].strip().translate(_LETTERS) if at < len(cells) else ""

    code = latin_digits(clean("code", cell("code"), longest=40, required=False))
    if not code:
        raise _bad(N_("The line has no code."))
    name = clean("name", cell("name"), longest=200, required=False)
    if not name:
        raise _bad(N_("The line has no name."))
    villages = tuple(
        dict.fromkeys(each for each in _BETWEEN.split(latin_digits(cell("villages"))) if each)
    )
    if not villages:
        raise _bad(N_("The line names no village."))
    superior = clean("superior", cell("superior"), longest=200, required=False)
    if not superior:
        raise _bad(N_("The line names no superior."))
    counter = normalise(cell("counter"))
    if counter not in _YES | _NO:
        raise _bad(N_("Whether it hosts a counter is said by yes or no."))
    dehyar = clean("dehyar", cell("dehyar"), longest=120, required=False)
    return Line(number, code, name, villages, superior, dehyar, counter in _YES)


def _bad(sentence: str) -> Invalid:
    return Invalid("directory.dehyari-line", sentence)
