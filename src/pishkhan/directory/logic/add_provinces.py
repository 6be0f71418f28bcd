from __future__ import annotations

import csv
from importlib import resources

from pishkhan.directory.contracts import Actor, DivisionLevel, Right
from pishkhan.directory.logic.add_division import add_division
from pishkhan.directory.models import Division
from pishkhan.journal import api as journal


def add_provinces(actor: Actor) -> int:
    """Add those of the 31 provinces that are missing and return how many were.

    Codes are the Statistical Centre's. Does nothing when all are there. Needs ADMIN.
    """
    actor.require(Right.ADMIN)
    text = (resources.files("pishkhan.directory") / "data" / "provinces.csv").read_text("utf-8")
    known = set(
        Division.objects.filter(level=DivisionLevel.PROVINCE).values_list("code", flat=True)
    )
    missing = [row for row in csv.DictReader(text.splitlines()) if row["code"] not in known]
    if not missing:
        return 0
    with journal.act():
        for row in missing:
            add_division(
                actor,
                code=row["code"],
                level=DivisionLevel.PROVINCE,
                name=row["name"],
                name_en=row["name_en"],
            )
    return len(missing)
