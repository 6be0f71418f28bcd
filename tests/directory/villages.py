"""A small county with four villages, an office of the county and one of the district."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any
from uuid import UUID

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, DivisionLevel

COUNTY = "شهرستان نمونه"
VILLAGES = (
    ("sarab", "سراب نمونه"),
    ("cham", "چم نمونه"),
    ("gol", "گل نمونه"),
    ("tang", "تنگ نمونه"),
)


def county() -> SimpleNamespace:
    """Add its divisions and offices; the villages' codes are 9901010001000001 and on."""
    w = SimpleNamespace()
    add = api.add_division
    w.province = add(SYSTEM, code="99", level=DivisionLevel.PROVINCE, name="استان نمونه")
    w.county = add(
        SYSTEM, code="9901", level=DivisionLevel.COUNTY, name=COUNTY, parent_id=w.province
    )
    w.district = add(
        SYSTEM, code="990101", level=DivisionLevel.DISTRICT, name="مرکزی", parent_id=w.county
    )
    w.rural = add(
        SYSTEM,
        code="9901010001",
        level=DivisionLevel.RURAL_DISTRICT,
        name="دهستان نمونه",
        parent_id=w.district,
    )
    for n, (key, name) in enumerate(VILLAGES, 1):
        id_ = add(
            SYSTEM,
            code=f"9901010001{n:06}",
            level=DivisionLevel.VILLAGE,
            name=name,
            parent_id=w.rural,
        )
        setattr(w, key, id_)
    w.county_office = api.add_agency(
        SYSTEM, code="f1", name="فرمانداری نمونه", division_id=w.county
    )
    w.district_office = api.add_agency(
        SYSTEM,
        code="b1",
        name="بخشداری مرکزی",
        parent_id=w.county_office,
        division_id=w.district,
    )
    for office, name in ((w.county_office, "فرمانداری"), (w.district_office, "بخشداری")):
        api.add_secretariat(SYSTEM, agency_id=office, name=f"دبیرخانهٔ {name}")
    return w


def dehyari(
    place: SimpleNamespace, code: str, name: str, *villages: UUID, hosts: bool = False, **more: Any
) -> UUID:
    """Add a dehyari under the district's office."""
    given = {"superior_id": place.district_office, **more}
    return api.add_dehyari(
        SYSTEM, code=code, name=name, village_ids=villages, hosts_counter=hosts, **given
    )
