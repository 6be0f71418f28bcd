"""How a letter's number is written: templates of indicators, and which indicator is taken. Pure.

A template is text with tokens: `{year}` (four digits), `{yy}` (the year's last two), `{number}`
(the running number) and `{unit}` (the indicator's own code). Two indicators of one secretariat
never write the same text, and a text is read back to one year and number.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from uuid import UUID

from pishkhan.kernel.errors import Invalid, Message
from pishkhan.kernel.i18n import N_
from pishkhan.letters.contracts import SeriesView, Way

PLAIN = "{year}/{number}"
"""How every secretariat's first indicator writes its numbers."""

LONGEST = 20
"""Signs of a number, by the circular on SHAMS (110718 of 1398/9/3)."""
_ROOM = 99_999
"""A running number that must fit; no office in the country registers more in a year."""

_TOKEN = re.compile(r"\{([a-z]+)\}")
_TOKENS = frozenset({"year", "yy", "number", "unit"})
_LITERAL = re.compile(r"[^\W\d]|[/\-._]")
_UNIT = re.compile(r"(?:[^\W_]|-){0,8}")


def checked_template(template: str, unit: str) -> str:
    """Return the template if it can be read back; Invalid names `template` or `unit`."""
    if _UNIT.fullmatch(unit) is None:
        raise _wrong("unit", N_("A code has at most 8 letters and digits, without spaces."))
    tokens = _TOKEN.findall(template)
    if set(tokens) - _TOKENS:
        raise _wrong("template", N_("The tokens are {year}, {yy}, {number} and {unit}."))
    if tokens.count("number") != 1 or tokens.count("year") + tokens.count("yy") != 1:
        raise _wrong("template", N_("Write {number} once, and the year once: {year} or {yy}."))
    if tokens.count("unit") > 1 or ("unit" in tokens) != bool(unit):
        raise _wrong("unit", N_("A code and its token {unit} go together, once."))
    literal = _TOKEN.sub("", template)
    if any(_LITERAL.fullmatch(each) is None for each in literal):
        raise _wrong("template", N_("Beside tokens write letters and the signs / - . _ only."))
    if re.search(r"\}\{", template) is not None:
        raise _wrong("template", N_("Put a sign between two tokens, else they run together."))
    if len(written(template, year=1405, number=_ROOM, unit=unit)) > LONGEST:
        raise _wrong("template", N_("The number would be longer than 20 signs."))
    return template


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid("letters.bad-template", fields={field: Message(sentence)})


def written(template: str, *, year: int, number: int, unit: str) -> str:
    """Return the number as it is printed, in Latin digits."""
    values = {"year": str(year), "yy": f"{year % 100:02}", "number": str(number), "unit": unit}
    return _TOKEN.sub(lambda found: values[found[1]], template)


def read_back(template: str, unit: str, text: str) -> tuple[int, int] | None:
    """Return the year and number that a printed number says; None where it is not of this form."""
    pattern = ""
    for n, part in enumerate(_TOKEN.split(template)):
        pattern += _PART[part] if n % 2 and part != "unit" else re.escape(unit if n % 2 else part)
    found = re.fullmatch(pattern, text)
    if found is None:
        return None
    given = found.groupdict()
    return int(given.get("year") or f"14{given['yy']}"), int(given["number"])


_PART = {
    "year": "(?P<year>1[2-5][0-9]{2})",
    "yy": "(?P<yy>[0-9]{2})",
    "number": "(?P<number>[0-9]{1,9})",
}


def refuse_twins(template: str, unit: str, others: Iterable[tuple[str, str]]) -> None:
    """Raise Invalid where another indicator, given as (template, unit), could write the same."""
    mine = _shape(template, unit)
    for other in others:
        theirs = _shape(*other)
        if len(mine) == len(theirs) and all(map(_may_be_same, mine, theirs)):
            raise _wrong(
                "template",
                N_("Another indicator of this secretariat could write the same; add a letter."),
            )


def _shape(template: str, unit: str) -> list[str]:
    """Return the number's parts: runs of other signs, runs of digits, "" for a varying run."""
    text = _TOKEN.sub(lambda found: unit if found[1] == "unit" else "\0", template)
    return ["" if part == "\0" else part for part in re.findall(r"\0|\d+|[^\d\0]+", text)]


def _may_be_same(mine: str, theirs: str) -> bool:
    if mine and theirs:
        return mine == theirs
    return (mine or theirs or "0").isdigit()


def usual(series: Sequence[SeriesView], way: Way, kind: str) -> SeriesView:
    """Return the indicator that a letter takes when nobody chooses: the first whose rule fits.

    A rule of the letter's kind goes before one of its way alone; the first indicator takes what
    no rule names.
    """
    fitting = [each for each in offered(series, way) if each.kind in ("", kind)]
    ruled = [each for each in fitting if each.kind or each.way is not None]
    return next(iter(sorted(ruled, key=lambda each: not each.kind)), series[0])


def offered(series: Sequence[SeriesView], way: Way) -> list[SeriesView]:
    """Return the indicators that may be chosen for letters of a way; the first is always one."""
    return [each for each in series if each.main or (each.active and each.way in (None, way))]


def chosen(series: Sequence[SeriesView], way: Way, kind: str, given: UUID | None) -> SeriesView:
    """Return the indicator that was chosen, or the usual one; Invalid names `series`."""
    if given is None:
        return usual(series, way, kind)
    for each in offered(series, way):
        if each.id == given:
            return each
    raise Invalid("letters.no-series", fields={"series": Message(N_("Choose one of the list."))})
