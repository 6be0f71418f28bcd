"""Writes the public holidays that Pishkhan ships, from the library that keeps them.

`tools/public_holidays.py [--check]`. A node needs a table of four hundred days, not the library
of the whole world (19 MB of memory in each process): `src/pishkhan/kernel/data/holidays.csv`.
Days of the lunar calendar that are not announced yet are marked as estimated.
"""

from __future__ import annotations

import csv
import io
import re
import sys
from pathlib import Path

from holidays.countries.iran import Iran

FILE = Path(__file__).resolve().parent.parent / "src/pishkhan/kernel/data/holidays.csv"
YEARS = range(2025, 2041)
ESTIMATED = re.compile(r"\s*\((?:تخمینی|estimated)\)")
# Names as the library has them, in the spelling of a calendar on a wall.
SPELT = {"عیدنوروز": "عید نوروز", "؛": "؛ ", ";": "؛ "}


def table() -> str:
    """Return the file: day, name in Persian, name in English, 1 where the day is estimated."""
    fa, en = Iran(years=YEARS, language="fa_IR"), Iran(years=YEARS, language="en_US")
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(("day", "fa", "en", "estimated"))
    for day in sorted(fa):
        estimated = bool(ESTIMATED.search(fa[day]))
        writer.writerow((day.isoformat(), _spelt(fa[day]), _bare(en[day]), int(estimated)))
    return out.getvalue()


def _bare(name: str) -> str:
    return ESTIMATED.sub("", name).strip()


def _spelt(name: str) -> str:
    name = _bare(name)
    for old, new in SPELT.items():
        name = name.replace(old, new)
    return re.sub(r"\s+", " ", name)


if __name__ == "__main__":
    if "--check" in sys.argv:
        sys.exit(
            0 if FILE.read_text(encoding="utf-8") == table() else "run tools/public_holidays.py"
        )
    FILE.parent.mkdir(exist_ok=True)
    FILE.write_text(table(), encoding="utf-8")
