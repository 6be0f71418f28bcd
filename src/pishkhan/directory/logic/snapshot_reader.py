"""Reads a snapshot of another node's directory: its form, and that it holds together in itself.

Pure. docs/protocol/directory-snapshot.md is law; what it may do here says `take_snapshot`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import (
    CounterKind,
    DivisionLevel,
    NodeRole,
    SecretariatKind,
)
from pishkhan.directory.logic import snapshot_cells as cells
from pishkhan.directory.logic.snapshot_cells import Cell, maybe, need, text
from pishkhan.directory.rules import age_recipient, padded
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message

VERSION = 1

Row = dict[str, Any]
Rows = dict[UUID, Row]

_HEAD = frozenset({"v", "at", "for", "offices", "tables"})
_MOST_ROWS = 100_000


def _recipient(value: Any) -> str:
    found: str = text(100, required=False)(value)
    need(age_recipient("recipient", found) == value)
    return found


SHAPES: dict[str, dict[str, Cell]] = {
    "nodes": {
        "id": cells.uuid,
        "name": text(120),
        "role": cells.choice(NodeRole),
        "epoch": cells.number(1, 2**31 - 1),
        "key": cells.key,
        "recipient": _recipient,
        "revoked": maybe(cells.moment),
    },
    "divisions": {
        "id": cells.uuid,
        "code": text(20),
        "level": cells.choice(DivisionLevel),
        "name": text(120),
        "name_en": text(120, required=False),
        "parent": maybe(cells.uuid),
    },
    "agencies": {
        "id": cells.uuid,
        "parent": maybe(cells.uuid),
        "code": text(40),
        "name": text(200),
        "short": text(60, required=False),
        "names": cells.listed(cells.other_name, 100),
        "division": maybe(cells.uuid),
        "email": text(100, required=False),
        "national_id": text(11, required=False),
        "active": cells.flag,
    },
    "secretariats": {
        "id": cells.uuid,
        "agency": cells.uuid,
        "name": text(200),
        "kind": cells.choice(SecretariatKind),
        "is_default": cells.flag,
        "active": cells.flag,
    },
    "counters": {
        "id": cells.uuid,
        "code": text(40),
        "name": text(200),
        "kind": cells.choice(CounterKind),
        "licence_number": text(40, required=False),
        "licence_from": maybe(cells.day),
        "licence_until": maybe(cells.day),
        "division": maybe(cells.uuid),
        "address": text(400, required=False),
        "phone": text(20, required=False),
        "hours": cells.hours,
        "lat": maybe(cells.degrees(90)),
        "lon": maybe(cells.degrees(180)),
        "connected": cells.flag,
        "active": cells.flag,
    },
    "settings": {"key": text(80), "from": cells.moment, "value": lambda value: value},
    "places": {"office": cells.uuid, "node": cells.uuid},
}
"""The tables of a snapshot, their members, and how each is read."""


@dataclass(frozen=True, slots=True)
class Directory:
    """What a snapshot tells, read; rows by their id, settings in order, places by office."""

    at: datetime
    receiver: UUID
    nodes: Rows
    divisions: Rows
    agencies: Rows
    secretariats: Rows
    counters: Rows
    settings: list[Row]
    places: Mapping[UUID, UUID]

    @property
    def counts(self) -> dict[str, int]:
        return {table: len(getattr(self, table)) for table in SHAPES}


def bad(table: str, row: object = "") -> Invalid:
    """Return the error that names what is wrong: a table and its row, or a member of the whole."""
    return Invalid(
        "directory.bad-snapshot",
        Message(
            N_("The directory that came does not hold together: %(table)s, %(row)s."),
            {"table": table, "row": str(row)},
        ),
    )


def read(snapshot: object, *, origin: UUID) -> Directory:
    """Return what a snapshot of node `origin` tells; Invalid `directory.bad-snapshot`."""
    if not isinstance(snapshot, dict) or snapshot.keys() != _HEAD:
        raise bad("snapshot")
    version, given = snapshot["v"], snapshot["tables"]
    if type(version) is not int or version != VERSION:
        raise bad("v")
    if not isinstance(given, dict) or given.keys() != SHAPES.keys():
        raise bad("tables")
    tables = {name: _rows(name, given[name]) for name in SHAPES}
    found = Directory(
        at=_cell("at", cells.moment, snapshot["at"]),
        receiver=_cell("for", cells.uuid, snapshot["for"]),
        **{
            name: _by_id(name, tables[name])
            for name in ("nodes", "divisions", "agencies", "secretariats", "counters")
        },
        settings=tables["settings"],
        places={row["office"]: row["node"] for row in tables["places"]},
    )
    offices = _cell("offices", cells.listed(cells.uuid, _MOST_ROWS), snapshot["offices"])
    if len(offices) != len(found.counters) or set(offices) != found.counters.keys():
        raise bad("offices")
    if len(found.places) != len(tables["places"]):
        raise bad("places")
    _check_nodes(found, origin)
    _check_tree(found)
    _check_agencies(found)
    _check_offices(found, origin)
    _check_settings(found)
    return found


def _cell(name: str, cell: Cell, value: Any) -> Any:
    try:
        return cell(value)
    except ValueError:
        raise bad(name) from None


def _rows(table: str, given: object) -> list[Row]:
    if not isinstance(given, list) or len(given) > _MOST_ROWS:
        raise bad(table)
    found = []
    for place, row in enumerate(given):
        try:
            found.append(cells.members(SHAPES[table], row))
        except (ValueError, Invalid):
            raise bad(table, place) from None
    return found


def _by_id(table: str, rows: Iterable[Row]) -> Rows:
    found: Rows = {}
    for row in rows:
        if row["id"] in found:
            raise bad(table, row["id"])
        found[row["id"]] = row
    return found


def _once(table: str, rows: Rows, column: str) -> None:
    seen = set()
    for id_, row in rows.items():
        if row[column] in seen:
            raise bad(table, id_)
        seen.add(row[column])


def _check_nodes(found: Directory, origin: UUID) -> None:
    _once("nodes", found.nodes, "key")
    if origin not in found.nodes or found.receiver in found.nodes:
        raise bad("nodes")


def _check_tree(found: Directory) -> None:
    """See that parents are there and that nobody stands under himself."""
    for table, rows in (("divisions", found.divisions), ("agencies", found.agencies)):
        _once(table, rows, "code")
        sound: set[UUID] = set()
        for id_ in rows:
            path: set[UUID] = set()
            above: UUID | None = id_
            while above is not None and above not in sound:
                if above in path or above not in rows:
                    raise bad(table, id_)
                path.add(above)
                above = rows[above]["parent"]
            sound |= path


def _check_agencies(found: Directory) -> None:
    for id_, row in found.agencies.items():
        forms = [padded(row["name"]), *(padded(name) for _kind, name in row["names"])]
        if row["division"] not in found.divisions.keys() | {None} or len(set(forms)) != len(forms):
            raise bad("agencies", id_)


def _check_offices(found: Directory, origin: UUID) -> None:
    main: set[UUID] = set()
    for id_, row in found.secretariats.items():
        agency = row["agency"]
        twin = row["is_default"] and agency in main
        hidden = row["kind"] == SecretariatKind.CONFIDENTIAL
        if twin or hidden or agency not in found.agencies or id_ in found.counters:
            raise bad("secretariats", id_)
        if row["is_default"]:
            main.add(agency)
    _once("counters", found.counters, "code")
    for id_, row in found.counters.items():
        begin, end = row["licence_from"], row["licence_until"]
        ends_first = begin is not None and end is not None and end < begin
        half = (row["lat"] is None) is not (row["lon"] is None)
        if row["division"] not in found.divisions.keys() | {None} or ends_first or half:
            raise bad("counters", id_)
    for office, node in found.places.items():
        if office not in found.secretariats or node not in found.nodes or node == origin:
            raise bad("places", office)


def _check_settings(found: Directory) -> None:
    seen = set()
    for row in found.settings:
        name, once = row["key"], (row["key"], row["from"])
        if name not in cells.SHARED_SETTINGS or once in seen:
            raise bad("settings", name)
        seen.add(once)
        try:
            cells.SHARED_SETTINGS[name](row["value"])
        except ValueError:
            raise bad("settings", name) from None
