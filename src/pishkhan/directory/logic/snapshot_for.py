"""What a counter's own node must know of the directory of its centre."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import NameKind, SecretariatKind
from pishkhan.directory.logic.common import the
from pishkhan.directory.logic.place_office import offices_at
from pishkhan.directory.logic.revoke_node import refuse_revoked
from pishkhan.directory.logic.snapshot_cells import (
    SHARED_SETTINGS,
    write_degrees,
    write_time,
)
from pishkhan.directory.logic.snapshot_reader import VERSION
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
)
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_

Snapshot = dict[str, Any]
Rows = list[dict[str, Any]]

_AT_ONCE = 500


def snapshot_for(node_id: UUID) -> Snapshot:
    """Return the directory as another node gets it: JSON without floats, for `take_snapshot`.

    A province of 600 agencies with two secretariats each takes about 0.5 MiB of JSON (521,477
    bytes in the test) of the 4 MiB that a payload may have. Raises NotFound `directory.no-node`;
    Refused `directory.own-node`, `directory.node-revoked`. Never people, posts, logins, clients.
    """
    node = the(Node.objects.all(), node_id, "node")
    if node.is_self:
        raise Refused("directory.own-node", N_("This node needs no directory of its own."))
    refuse_revoked(node)
    # The moment first, and what refers before what it refers to: a row that comes in between
    # is not missed, it is told by the next snapshot.
    at = clock.current().now()
    here = set(offices_at(node_id))
    places = dict(OfficePlace.objects.exclude(node_id=node_id).values_list("office", "node_id"))
    counters = _counters(here)
    secretariats = _secretariats(here)
    agencies = _agencies(here)
    known = {row["id"] for row in agencies}
    secretariats = [row for row in secretariats if row["agency"] in known]
    elsewhere = [
        {"office": row["id"], "node": str(places[UUID(row["id"])])}
        for row in secretariats
        if UUID(row["id"]) in places
    ]
    divisions = {row["division"] for row in (*agencies, *counters)} - {None}
    return {
        "v": VERSION,
        "at": write_time(at),
        "for": str(node_id),
        "offices": [row["id"] for row in counters],
        "tables": {
            "nodes": _nodes({UUID(row["node"]) for row in elsewhere}),
            "divisions": _divisions({UUID(each) for each in divisions}),
            "agencies": agencies,
            "secretariats": secretariats,
            "counters": counters,
            "settings": _settings(at),
            "places": elsewhere,
        },
    }


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _nodes(others: Iterable[UUID]) -> Rows:
    rows = Node.objects.filter(is_self=True) | Node.objects.filter(pk__in=list(others))
    return [
        {
            "id": str(node.id),
            "name": node.name,
            "role": node.role,
            "epoch": node.epoch,
            "key": bytes(node.public_key).hex(),
            "recipient": node.recipient,
            "revoked": None if node.revoked_at is None else write_time(node.revoked_at),
        }
        for node in rows.order_by("id")
    ]


def _divisions(wanted: set[UUID]) -> Rows:
    """Return these divisions and all above them."""
    found: dict[str, dict[str, Any]] = {}
    while wanted:
        some = sorted(wanted)[:_AT_ONCE]
        wanted.difference_update(some)
        for row in Division.objects.filter(pk__in=some):
            found[str(row.id)] = {
                "id": str(row.id),
                "code": row.code,
                "level": row.level,
                "name": row.name,
                "name_en": row.name_en,
                "parent": _text(row.parent_id),
            }
            if row.parent_id is not None and str(row.parent_id) not in found:
                wanted.add(row.parent_id)
    return sorted(found.values(), key=lambda row: str(row["code"]))


def _agencies(here: set[UUID]) -> Rows:
    """Return all agencies, closed ones too, but those with a secretariat at the receiver.

    What such an agency is, its own node says.
    """
    theirs = Secretariat.objects.filter(pk__in=list(here)).values("agency_id")
    rows = list(Agency.objects.exclude(pk__in=theirs).order_by("id"))
    known = {row.id for row in rows}
    names: dict[UUID, list[list[str]]] = {}
    others = AgencyName.objects.exclude(kind=NameKind.OFFICIAL.value).order_by("id")
    for agency_id, kind, name in others.values_list("agency_id", "kind", "name"):
        names.setdefault(agency_id, []).append([kind, name])
    identities = {row.agency_id: row for row in AgencyIdentity.objects.all()}
    return [
        {
            "id": str(row.id),
            "parent": _text(row.parent_id) if row.parent_id in known else None,
            "code": row.code,
            "name": row.name,
            "short": row.short,
            "names": names.get(row.id, []),
            "division": _text(row.division_id),
            "email": identities[row.id].email if row.id in identities else "",
            "national_id": identities[row.id].national_id if row.id in identities else "",
            "active": row.active,
        }
        for row in rows
    ]


def _secretariats(here: set[UUID]) -> Rows:
    rows = Secretariat.objects.exclude(kind=SecretariatKind.CONFIDENTIAL.value).order_by("id")
    return [
        {
            "id": str(row.id),
            "agency": str(row.agency_id),
            "name": row.name,
            "kind": row.kind,
            "is_default": row.is_default,
            "active": row.active,
        }
        for row in rows
        if row.id not in here
    ]


def _counters(here: set[UUID]) -> Rows:
    return [
        {
            "id": str(row.id),
            "code": row.code,
            "name": row.name,
            "kind": row.kind,
            "licence_number": row.licence_number,
            "licence_from": _text(row.licence_from),
            "licence_until": _text(row.licence_until),
            "division": _text(row.division_id),
            "address": row.address,
            "phone": row.phone,
            "hours": row.hours,
            "lat": write_degrees(row.lat),
            "lon": write_degrees(row.lon),
            "connected": row.connected,
            "active": row.active,
        }
        for row in Counter.objects.filter(pk__in=list(here)).order_by("id")
    ]


def _settings(at: datetime) -> Rows:
    """Return the value of each shared setting that holds, and those that lie ahead."""
    rows: Rows = []
    for key in sorted(SHARED_SETTINGS):
        given = Setting.objects.filter(key=key)
        holds = given.filter(from_at__lte=at).order_by("-from_at")[:1]
        ahead = given.filter(from_at__gt=at).order_by("from_at")
        rows += [
            {"key": key, "from": write_time(row.from_at), "value": row.value}
            for row in (*holds, *ahead)
        ]
    return rows
