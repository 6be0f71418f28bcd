"""Writes the rows of a snapshot that was read, after it is seen that they may be written."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Model

from pishkhan.directory.contracts import NameKind
from pishkhan.directory.logic.place_office import close_block
from pishkhan.directory.logic.snapshot_cells import write_time
from pishkhan.directory.logic.snapshot_reader import Directory, Row, Rows, bad
from pishkhan.directory.models import (
    Agency,
    AgencyIdentity,
    AgencyName,
    Counter,
    Division,
    Node,
    OfficePlace,
    Secretariat,
    Setting,
    Told,
)
from pishkhan.directory.rules import norm, padded
from pishkhan.journal.api import Act

_AT_ONCE = 500

_CODED: dict[str, type[Model]] = {"divisions": Division, "agencies": Agency, "counters": Counter}
_MODELS = _CODED | {"secretariats": Secretariat}


@dataclass(frozen=True, slots=True)
class Known:
    """What of a snapshot's rows is here already."""

    told: dict[tuple[str, str], UUID]
    """Which node told a row, by table and row; a row that is not named here is our own."""
    there: dict[str, set[UUID]]
    divisions: dict[UUID, UUID]
    """Divisions of the country that stand here under another id: all nodes have the provinces."""

    def division(self, id_: UUID | None) -> UUID | None:
        return None if id_ is None else self.divisions.get(id_, id_)


def known_here(found: Directory, origin: UUID) -> Known:
    """Return what is here of the snapshot's rows; Invalid when it is not for this node."""
    if not Node.objects.filter(is_self=True, pk=found.receiver).exclude(pk=origin).exists():
        raise bad("for")
    rows = Told.objects.values_list("table", "row", "origin")
    told = {(table, row): by for table, row, by in rows}
    there: dict[str, set[UUID]] = {
        table: set(model._default_manager.values_list("pk", flat=True)) & _ids(found, table)
        for table, model in _MODELS.items()
    }
    divisions = {}
    levels = {row["code"]: (id_, row["level"]) for id_, row in found.divisions.items()}
    for id_, code, level in Division.objects.values_list("id", "code", "level"):
        theirs, its_level = levels.get(code, (id_, level))
        if its_level != level:
            raise bad("divisions", theirs)
        if theirs != id_:
            divisions[theirs] = id_
    return Known(told, there, divisions)


def may_change(found: Directory, known: Known, origin: UUID, *, joining: bool) -> None:
    """Raise Invalid unless every row is new or came from this origin; nothing is written."""
    _may_change_rows(found, known, origin)
    _may_change_offices(found, known, joining=joining)
    _may_change_settings(found, known, origin)
    _may_change_nodes(found, origin)


def _may_change_rows(found: Directory, known: Known, origin: UUID) -> None:
    for table, there in known.there.items():
        for id_ in there:
            if known.told.get((table, str(id_))) != origin:
                raise bad(table, id_)
    for table, model in (("agencies", Agency), ("counters", Counter)):
        rows: Rows = getattr(found, table)
        ids = {row["code"]: id_ for id_, row in rows.items()}
        for id_, code in model._default_manager.values_list("pk", "code"):
            if ids.get(code, id_) != id_:
                raise bad(table, ids[code])


def _may_change_offices(found: Directory, known: Known, *, joining: bool) -> None:
    """See that one id names one office, and that none comes to live here unless joining."""
    if found.secretariats.keys() & set(Counter.objects.values_list("pk", flat=True)):
        raise bad("secretariats")
    if found.counters.keys() & set(Secretariat.objects.values_list("pk", flat=True)):
        raise bad("counters")
    away = set(OfficePlace.objects.values_list("office", flat=True))
    held = known.there["counters"] - away
    for id_ in found.counters:
        if not joining and id_ not in held:
            raise bad("counters", id_)


def _may_change_settings(found: Directory, known: Known, origin: UUID) -> None:
    here = {_setting(key, at) for key, at in Setting.objects.values_list("key", "from_at")}
    for row in found.settings:
        name = _setting(row["key"], row["from"])
        if name in here and known.told.get(("settings", name)) != origin:
            raise bad("settings", name)


def _may_change_nodes(found: Directory, origin: UUID) -> None:
    keys = {row["key"]: id_ for id_, row in found.nodes.items()}
    for id_, key in Node.objects.values_list("id", "public_key"):
        if keys.get(bytes(key), id_) != id_:
            raise bad("nodes", keys[bytes(key)])
        # By which key the sender signs is never told by what it signed.
        if id_ == origin and found.nodes[id_]["key"] != bytes(key):
            raise bad("nodes", id_)


def write(act: Act, found: Directory, known: Known, origin: UUID) -> None:
    """Write all rows of the snapshot, and close what came from this origin and is gone there."""
    nodes = _write_nodes(found, known, origin)
    divisions = {id_: row for id_, row in found.divisions.items() if id_ not in known.divisions}
    _upsert(Division, [_division(known, row) for row in divisions.values()])
    _upsert(Agency, [_agency(known, row) for row in found.agencies.values()])
    _write_names(found)
    _write_identities(found)
    # The default office may have changed: one at a time.
    for some in _chunks(sorted(_told(known, origin, "secretariats"))):
        Secretariat.objects.filter(pk__in=some, is_default=True).update(is_default=False)
    _upsert(Secretariat, [_secretariat(row) for row in found.secretariats.values()])
    _upsert(Counter, [_counter(known, row) for row in found.counters.values()])
    for row in found.settings:
        Setting.objects.update_or_create(
            key=row["key"], from_at=row["from"], defaults={"value": row["value"]}
        )
    _place(act, found, known, origin)
    _tell(found, nodes, divisions, origin)
    _close(found, known, origin)


def _write_nodes(found: Directory, known: Known, origin: UUID) -> list[UUID]:
    """Write the sender's name and recipient, and what came from it or is new; return those."""
    written = []
    for id_, row in found.nodes.items():
        node = Node.objects.filter(pk=id_).first()
        theirs = node is None or known.told.get(("nodes", str(id_))) == origin
        if not theirs and id_ != origin:
            continue  # somebody here registered it: his word holds
        node = node or Node(id=id_)
        node.name, node.role, node.recipient = row["name"], row["role"], row["recipient"]
        if theirs:
            node.epoch, node.public_key = row["epoch"], row["key"]
            node.key_id = hashlib.sha256(row["key"]).hexdigest()[:16]
            node.revoked_at = node.revoked_at or row["revoked"]
        if id_ != origin:
            written.append(id_)
        node.save()
    return written


def _division(known: Known, row: Row) -> Division:
    return Division(
        id=row["id"],
        code=row["code"],
        level=row["level"],
        name=row["name"],
        name_en=row["name_en"],
        norm=norm(row["name"], 130),
        parent_id=known.division(row["parent"]),
    )


def _agency(known: Known, row: Row) -> Agency:
    return Agency(
        id=row["id"],
        parent_id=row["parent"],
        code=row["code"],
        name=row["name"],
        short=row["short"],
        norm=norm(row["name"], 210),
        division_id=known.division(row["division"]),
        active=row["active"],
    )


def _secretariat(row: Row) -> Secretariat:
    return Secretariat(
        id=row["id"],
        agency_id=row["agency"],
        name=row["name"],
        kind=row["kind"],
        is_default=row["is_default"],
        active=row["active"],
    )


def _counter(known: Known, row: Row) -> Counter:
    values = {name: value for name, value in row.items() if name != "division"}
    return Counter(
        **values, norm=norm(row["name"], 210), division_id=known.division(row["division"])
    )


def _write_names(found: Directory) -> None:
    """Let each agency have these names and no others; nothing refers to a name's row."""
    there: dict[UUID, list[tuple[str, str]]] = {}
    rows = AgencyName.objects.order_by("id").values_list("agency_id", "kind", "name")
    for agency_id, kind, name in rows:
        there.setdefault(agency_id, []).append((kind, name))
    wanted = {
        id_: [(NameKind.OFFICIAL.value, row["name"]), *row["names"]]
        for id_, row in found.agencies.items()
    }
    changed = [id_ for id_, names in wanted.items() if sorted(there.get(id_, [])) != sorted(names)]
    for some in _chunks(changed):
        AgencyName.objects.filter(agency_id__in=some).delete()
    AgencyName.objects.bulk_create(
        [
            AgencyName(agency_id=id_, kind=kind, name=name, norm=padded(name))
            for id_ in changed
            for kind, name in wanted[id_]
        ],
        batch_size=_AT_ONCE,
    )


def _write_identities(found: Directory) -> None:
    there = set(AgencyIdentity.objects.values_list("agency_id", flat=True))
    rows = [
        AgencyIdentity(agency_id=id_, email=row["email"], national_id=row["national_id"])
        for id_, row in found.agencies.items()
        if id_ in there or row["email"] or row["national_id"]
    ]
    _upsert(AgencyIdentity, rows)


def _place(act: Act, found: Directory, known: Known, origin: UUID) -> None:
    """Let the counters live here, and every other office at the sender or where it says."""
    OfficePlace.objects.filter(pk__in=list(found.counters)).delete()
    places = {id_: found.places.get(id_, origin) for id_ in found.secretariats}
    for id_ in _gone(found, known, origin, "counters"):
        places[id_] = origin
    rows = [OfficePlace(office=id_, node_id=node, placed_at=act.at) for id_, node in places.items()]
    _upsert(OfficePlace, rows, keep=("placed_at",))


def _close(found: Directory, known: Known, origin: UUID) -> None:
    """Close what came from this origin and is gone there; no row is deleted."""
    for table, model in (
        ("agencies", Agency),
        ("secretariats", Secretariat),
        ("counters", Counter),
    ):
        for some in _chunks(_gone(found, known, origin, table)):
            model._default_manager.filter(pk__in=some, active=True).update(active=False)
    for id_ in _gone(found, known, origin, "counters"):
        close_block(id_)


def _gone(found: Directory, known: Known, origin: UUID, table: str) -> list[UUID]:
    return sorted(_told(known, origin, table) - _ids(found, table))


def _told(known: Known, origin: UUID, table: str) -> set[UUID]:
    return {UUID(row) for (name, row), by in known.told.items() if (name, by) == (table, origin)}


def _tell(found: Directory, nodes: Iterable[UUID], divisions: Rows, origin: UUID) -> None:
    """Remember which rows came from this origin; those of others it did not touch."""
    ours = {"nodes": set(nodes), "divisions": set(divisions)}
    ours |= {name: _ids(found, name) for name in ("agencies", "secretariats", "counters")}
    rows = [(table, str(id_)) for table, ids in ours.items() for id_ in ids]
    rows += [("settings", _setting(row["key"], row["from"])) for row in found.settings]
    there = set(Told.objects.values_list("table", "row"))
    Told.objects.bulk_create(
        [
            Told(table=table, row=row, origin_id=origin)
            for table, row in rows
            if (table, row) not in there
        ],
        batch_size=_AT_ONCE,
    )


def _ids(found: Directory, table: str) -> set[UUID]:
    rows: Rows = getattr(found, table)
    return set(rows)


def _setting(key: str, from_at: datetime) -> str:
    return f"{key} {write_time(from_at)}"


def _chunks(ids: list[UUID]) -> list[list[UUID]]:
    return [ids[begin : begin + _AT_ONCE] for begin in range(0, len(ids), _AT_ONCE)]


def _upsert(model: type[Model], rows: list[Any], *, keep: tuple[str, ...] = ()) -> None:
    """Insert the rows, or let those that are there be as given, but for what is kept."""
    fields = [each for each in model._meta.concrete_fields if not each.primary_key]
    model._default_manager.bulk_create(
        rows,
        batch_size=_AT_ONCE,
        update_conflicts=True,
        unique_fields=[model._meta.pk.name],
        update_fields=[each.name for each in fields if each.name not in keep],
    )
