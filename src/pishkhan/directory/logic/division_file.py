"""Read the Statistical Centre's file of divisions (تقسیمات کشوری), as its sheet is saved to CSV.

A line names one unit and all above it, a code and a name for each level: province, county,
district, rural district or city, village (columns OSTAN, OSTANNAME, SHAHRESTAN, … ABADI,
ABADINAME of the GEO sheets, with or without a header; Persian and English headers too). The
unit is the deepest level filled. Sheets lose leading zeros and get them back here; a code may be
local to its parent or whole. Reads line by line; holds one small tuple for each unit.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from pishkhan.directory.contracts import DivisionLevel
from pishkhan.directory.contracts.imports import BadLine
from pishkhan.directory.rules import line as clean
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.text import latin_digits, normalise

WIDTHS = {
    DivisionLevel.PROVINCE: 2,
    DivisionLevel.COUNTY: 2,
    DivisionLevel.DISTRICT: 2,
    DivisionLevel.RURAL_DISTRICT: 4,
    DivisionLevel.CITY: 4,
    DivisionLevel.VILLAGE: 6,
}
"""Digits of each level's own part of the code, in the order of the sheet's columns."""

_NAMES = {
    DivisionLevel.PROVINCE: ("ostan", "province", "استان"),
    DivisionLevel.COUNTY: ("shahrestan", "county", "شهرستان"),
    DivisionLevel.DISTRICT: ("bakhsh", "district", "بخش"),
    DivisionLevel.RURAL_DISTRICT: ("dehestan", "ruraldistrict", "دهستان"),
    DivisionLevel.CITY: ("shahr", "city", "شهر"),
    DivisionLevel.VILLAGE: ("abadi", "village", "آبادی", "روستا"),
}
_GEO_COLUMNS = 12
_CHUNK = 1 << 16
_REPORTED = 1000
"""Bad lines kept with their reasons; beyond it they are only counted."""

_LETTERS = str.maketrans("يىك", "ییک")

Columns = dict[DivisionLevel, tuple[int, int]]
"""Where each level's code and name stand in a line."""


@dataclass(slots=True)
class DivisionFile:
    """What was read: `units` maps a whole code to (level, name, parent's code)."""

    units: dict[str, tuple[DivisionLevel, str, str]] = field(default_factory=dict)
    named: set[str] = field(default_factory=set)
    """Codes that had a line of their own."""
    lines: int = 0
    duplicates: int = 0
    bad_lines: int = 0
    bad: list[BadLine] = field(default_factory=list)


def read_divisions(path: Path, progress: Callable[[float], None]) -> DivisionFile:
    """Return the units in a file and the lines that could not be read.

    `progress` gets the share of the file that is done, 0 to 1. Raises Invalid
    `directory.division-file` when nothing in it looks like this sheet, OSError from the disk.
    """
    size = max(1, path.stat().st_size)
    result = DivisionFile()
    columns: Columns | None = None
    with path.open("rb") as raw:
        text = io.TextIOWrapper(raw, encoding=encoding_of(path), newline="")
        for number, cells in _lines(text, result):
            if columns is None:
                columns = _columns(cells) or _positional(cells)
                if columns is None:
                    raise Invalid("directory.division-file", N_("The columns are not known."))
                if not cells[columns[DivisionLevel.PROVINCE][0]].strip().isdecimal():
                    continue  # the header itself
            if any(cell.strip() for cell in cells):
                result.lines += 1
                _take(result, columns, number, cells)
            if number % 1000 == 0:
                progress(min(1.0, raw.tell() / size))
    if columns is None:
        raise Invalid("directory.division-file", N_("The file is empty."))
    progress(1.0)
    return result


def encoding_of(path: Path) -> str:
    """Return UTF-16 or UTF-8 as the file begins or proves to be, else the old Windows page."""
    with path.open("rb") as raw:
        head = raw.read(2)
        if head in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
            return "utf-16"
        decoder = codecs.getincrementaldecoder("utf-8")()
        raw.seek(0)
        try:
            while chunk := raw.read(_CHUNK):
                decoder.decode(chunk)
            decoder.decode(b"", final=True)
        except UnicodeDecodeError:
            return "cp1256"
    return "utf-8-sig"


def _lines(text: io.TextIOWrapper, result: DivisionFile) -> Iterator[tuple[int, list[str]]]:
    """Yield (number, cells) of each line that is CSV; report the others."""
    first = text.readline()
    delimiter = max(",;\t", key=first.count)
    if first.strip():
        yield 1, next(csv.reader([first], delimiter=delimiter))
    reader = csv.reader(text, delimiter=delimiter)
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return
        except (csv.Error, UnicodeDecodeError):
            result.lines += 1
            _report(result, reader.line_num + 1, Message(N_("This line is damaged.")))
            continue
        yield reader.line_num + 1, cells


def _columns(cells: list[str]) -> Columns | None:
    """Return where the levels stand by a header line, None when it is none we know."""
    heads = {
        "".join(ch for ch in normalise(cell) if ch.isalnum()): at for at, cell in enumerate(cells)
    }
    found: Columns = {}
    for level, names in _NAMES.items():
        words = [normalise(name) for name in names]
        code = _first(heads, [f for w in words for f in (f"{w}code", f"code{w}", f"کد{w}")])
        name = _first(heads, [f for w in words for f in (f"{w}name", f"نام{w}", f"name{w}")])
        bare = _first(heads, words)
        if code is None and name is not None:
            code = bare
        elif name is None and code is not None:
            name = bare
        if code is not None and name is not None:
            found[level] = (code, name)
    return found if DivisionLevel.PROVINCE in found else None


def _first(heads: dict[str, int], names: list[str]) -> int | None:
    return next((heads[name] for name in names if name in heads), None)


def _positional(cells: list[str]) -> Columns | None:
    """Return the GEO sheet's own order for a file that begins without a header."""
    if len(cells) < _GEO_COLUMNS or not latin_digits(cells[0]).strip("\ufeff ").isdecimal():
        return None
    return {level: (2 * at, 2 * at + 1) for at, level in enumerate(WIDTHS)}


def _take(result: DivisionFile, columns: Columns, number: int, cells: list[str]) -> None:
    try:
        chain = _chain(columns, cells)
    except Invalid as error:
        _report(result, number, next(iter(error.fields.values()), error.message))
        return
    own = chain[-1][0]
    for code, level, _, _ in chain:
        if code in result.units and result.units[code][0] is not level:
            _report(result, number, Message(N_("The code belongs to a unit of another level.")))
            return
    if own in result.named:
        result.duplicates += 1
        return
    result.named.add(own)
    for code, level, name, parent in chain:
        if code == own or code not in result.units:
            result.units[code] = (level, name, parent)


def _chain(columns: Columns, cells: list[str]) -> list[tuple[str, DivisionLevel, str, str]]:
    """Return (whole code, level, name, parent's code) from the province down to the line's unit.

    Raises Invalid with the reason when a level is missing in between, or code or name is bad.
    """
    chain: list[tuple[str, DivisionLevel, str, str]] = []
    levels = [level for level in WIDTHS if level in columns and _cell(cells, columns[level][0])]
    if DivisionLevel.VILLAGE in levels and DivisionLevel.RURAL_DISTRICT in levels:
        levels = [level for level in levels if level is not DivisionLevel.CITY]
    for level in levels:
        if not _stands_under(level, chain[-1][1] if chain else None):
            raise Invalid("directory.division-line", N_("A level above this unit is missing."))
        parent = chain[-1][0] if chain else ""
        code = _code(_cell(cells, columns[level][0]), parent, WIDTHS[level])
        name = clean("name", _cell(cells, columns[level][1]).translate(_LETTERS), longest=120)
        chain.append((code, level, name, parent))
    if not chain:
        raise Invalid("directory.division-line", N_("The line has no code."))
    return chain


def _stands_under(level: DivisionLevel, above: DivisionLevel | None) -> bool:
    order = {
        DivisionLevel.PROVINCE: None,
        DivisionLevel.COUNTY: DivisionLevel.PROVINCE,
        DivisionLevel.DISTRICT: DivisionLevel.COUNTY,
        DivisionLevel.RURAL_DISTRICT: DivisionLevel.DISTRICT,
        DivisionLevel.CITY: DivisionLevel.DISTRICT,
        DivisionLevel.VILLAGE: DivisionLevel.RURAL_DISTRICT,
    }
    return order[level] is above


def _cell(cells: list[str], at: int) -> str:
    return cells[at].strip("\ufeff \t") if at < len(cells) else ""


def _code(written: str, parent: str, width: int) -> str:
    """Return the whole code of a unit; Invalid when it is no number or not under its parent."""
    digits = latin_digits(written).removesuffix(".0")
    if digits.isascii() and digits.isdecimal():
        if len(digits) <= width:
            return parent + digits.zfill(width)
        whole = digits.zfill(len(parent) + width)
        if len(whole) == len(parent) + width and whole.startswith(parent):
            return whole
    raise Invalid("directory.division-line", N_("The code is not a number of this level."))


def _report(result: DivisionFile, number: int, reason: Message) -> None:
    result.bad_lines += 1
    if len(result.bad) < _REPORTED:
        result.bad.append(BadLine(number, reason))
