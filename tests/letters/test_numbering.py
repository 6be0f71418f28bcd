"""How numbers are written and read back, and which indicator a letter takes: pure."""

from __future__ import annotations

from uuid import UUID, uuid5

import pytest

from pishkhan.kernel.errors import Invalid
from pishkhan.letters import numbering
from pishkhan.letters.contracts import SeriesView, Way

OFFICE = UUID(int=7)


@pytest.fixture(autouse=True)
def _tables():
    """Nothing here asks the database."""


def series(name: str, **changes: object) -> SeriesView:
    given = {"way": None, "kind": "", "unit": "", "template": "{year}/{number}", "active": True}
    own = OFFICE if not name else uuid5(OFFICE, name)
    return SeriesView(own, OFFICE, name, **(given | changes))  # type: ignore[arg-type] # as given


@pytest.mark.parametrize(
    ("template", "unit", "text"),
    [
        ("{year}/{number}", "", "1405/12"),
        ("م/{year}/{number}", "", "م/1405/12"),
        ("{number}-{unit}-{yy}", "ف2", "12-ف2-05"),
        ("{unit}/{yy}/{number}", "10", "10/05/12"),
    ],
)
def test_what_is_written_is_read_back(template: str, unit: str, text: str):
    assert numbering.checked_template(template, unit) == template
    assert numbering.written(template, year=1405, number=12, unit=unit) == text
    assert numbering.read_back(template, unit, text) == (1405, 12)
    for other in ("", "12", "1405/", text + "0x", "ن" + text):
        assert numbering.read_back(template, unit, other) is None


@pytest.mark.parametrize(
    ("template", "unit", "field"),
    [
        ("{number}", "", "template"),  # numbers begin anew in each year
        ("{year}", "", "template"),
        ("{year}{number}", "", "template"),
        ("{year}/{yy}/{number}", "", "template"),
        ("{year}/{number}/{number}", "", "template"),
        ("{year}/{number}/{unit}", "", "unit"),
        ("{year}/{number}", "م", "unit"),
        ("{unit}/{year}/{number}", "م م", "unit"),
        ("{month}/{year}/{number}", "", "template"),
        ("{year}/7/{number}", "", "template"),  # a digit of the template's own
        ("{year} {number}", "", "template"),
        ("<{year}/{number}>", "", "template"),
        ("کارگزینی-ستاد/{year}/{number}", "", "template"),  # more than 20 signs
        ("{0}/{year}/{number}", "", "template"),
    ],
)
def test_a_template_that_cannot_be_read_back_is_refused(template: str, unit: str, field: str):
    with pytest.raises(Invalid) as error:
        numbering.checked_template(template, unit)
    assert set(error.value.fields) == {field}


@pytest.mark.parametrize(
    ("template", "unit", "twin"),
    [
        ("{number}/{year}", "", True),  # 1405/1406 would be two numbers
        ("{yy}/{number}", "", True),
        ("{year}-{number}", "", False),
        ("م/{year}/{number}", "", False),
        ("{unit}/{number}-{year}", "14", False),
        ("{unit}/{year}/{number}", "14", True),
        ("{unit}/{year}/{number}", "15", False),
        ("{unit}/{year}/{number}", "م", False),
    ],
)
def test_no_two_indicators_of_a_secretariat_write_the_same(template: str, unit: str, twin: bool):
    others = [("{year}/{number}", ""), ("{unit}/{year}/{number}", "14")]
    if twin:
        with pytest.raises(Invalid):
            numbering.refuse_twins(template, unit, others)
    else:
        numbering.refuse_twins(template, unit, others)


def test_a_rule_of_the_kind_goes_before_one_of_the_way_and_the_first_takes_the_rest():
    main = series("")
    out = series("out", way=Way.OUTGOING)
    order = series("order", kind="order")
    unit = series("unit", unit="ف")
    shut = series("shut", way=Way.INCOMING, active=False)
    known = [main, out, order, unit, shut]
    assert numbering.usual(known, Way.INCOMING, "letter") is main
    assert numbering.usual(known, Way.OUTGOING, "letter") is out
    assert numbering.usual(known, Way.OUTGOING, "order") is order
    assert numbering.chosen(known, Way.INCOMING, "letter", unit.id) is unit
    assert numbering.chosen(known, Way.OUTGOING, "order", main.id) is main
    for wrong in (shut.id, out.id, UUID(int=9)):
        with pytest.raises(Invalid):
            numbering.chosen(known, Way.INCOMING, "letter", wrong)
