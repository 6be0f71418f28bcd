"""Reading a secretariat's indicators."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, OfficeKind, Right
from pishkhan.kernel.errors import NotFound
from pishkhan.letters import numbering
from pishkhan.letters.access import arrival_for, secretariat_of
from pishkhan.letters.contracts import NumberRef, NumberState, SeriesView, Way
from pishkhan.letters.models import Indicator, LetterNumber, NumberSeries

_COLUMNS = ("id", "name", "way", "kind", "unit", "template", "active")


def series_of(secretariat_id: UUID) -> list[SeriesView]:
    """Return the indicators of a secretariat, its first one first. One query."""
    rows = NumberSeries.objects.filter(secretariat_id=secretariat_id).order_by("id")
    return [
        first_of(secretariat_id),
        *(
            SeriesView(
                id=id_,
                secretariat_id=secretariat_id,
                name=name,
                way=Way(way) if way else None,
                kind=kind,
                unit=unit,
                template=template,
                active=active,
            )
            for id_, name, way, kind, unit, template, active in rows.values_list(*_COLUMNS)
        ),
    ]


def first_of(secretariat_id: UUID) -> SeriesView:
    """Return the indicator that every secretariat has."""
    return SeriesView(
        id=secretariat_id,
        secretariat_id=secretariat_id,
        name="",
        way=None,
        kind="",
        unit="",
        template=numbering.PLAIN,
    )


def series(actor: Actor) -> list[SeriesView]:
    """Return the indicators of the actor's secretariat; Forbidden for another seat."""
    return series_of(secretariat_of(actor).id)


def series_for(actor: Actor, arrival_id: UUID) -> list[SeriesView]:
    """Return the indicators of the secretariat that holds the letter; raises as `arrival`."""
    return series_of(arrival_for(actor, arrival_id).secretariat_id)


def series_of_office(actor: Actor, secretariat_id: UUID) -> list[SeriesView]:
    """Return the indicators of a secretariat with their last numbers, for the administrator.

    Raises Forbidden, NotFound `directory.no-office`. Three queries.
    """
    actor.require(Right.ADMIN)
    if directory.office(secretariat_id).kind is not OfficeKind.SECRETARIAT:
        raise NotFound("directory.no-office")
    found = series_of(secretariat_id)
    given = Indicator.objects.filter(series_id__in=[each.id for each in found], last__gt=0)
    last = {id_: (year, n) for id_, year, n in given.order_by("year").values_list(*_LAST)}
    return [_with_last(each, last.get(each.id)) for each in found]


_LAST = ("series_id", "year", "last")


def _with_last(each: SeriesView, last: tuple[int, int] | None) -> SeriesView:
    if last is None:
        return each
    year, number = last
    text = numbering.written(each.template, year=year, number=number, unit=each.unit)
    return SeriesView(
        each.id,
        each.secretariat_id,
        each.name,
        each.way,
        each.kind,
        each.unit,
        each.template,
        active=each.active,
        used=True,
        last=text,
    )


def one_of(secretariat_id: UUID, series_id: UUID | None) -> SeriesView:
    """Return one of a secretariat's indicators (None: its first); NotFound `letters.no-series`."""
    for each in series_of(secretariat_id):
        if series_id is None or each.id == series_id:
            return each
    raise NotFound("letters.no-series")


def number_of(actor: Actor, arrival_id: UUID) -> NumberRef:
    """Return the number that the letter was registered with; NotFound `letters.no-number`."""
    arrival = arrival_for(actor, arrival_id)
    row = None
    if arrival.number is not None and arrival.year is not None:
        issued = LetterNumber.objects.filter(
            item_id=arrival.id,
            secretariat_id=arrival.secretariat_id,
            year=arrival.year,
            number=arrival.number,
            state=NumberState.ISSUED.value,
        )
        row = issued.values_list("series_id", "year", "number").first()
    if row is None:
        raise NotFound("letters.no-number")
    return NumberRef(*row)
