"""A centre and the node of a village: one directory after the other in one database."""

from __future__ import annotations

import copy
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.db import DEFAULT_DB_ALIAS, connection, connections

from pishkhan.directory import api
from pishkhan.directory.contracts import (
    SYSTEM,
    DivisionLevel,
    NodeRole,
    SecretariatKind,
)
from pishkhan.directory.contracts.calendars import Whose
from pishkhan.directory.contracts.terms import Table
from pishkhan.directory.logic import snapshot_cells
from pishkhan.directory.models import Agency, Counter, Secretariat
from pishkhan.journal import api as journal
from pishkhan.kernel import canonical, clock
from pishkhan.kernel.ids import new_id
from tests import emptying

LATER = datetime(2099, 1, 1, tzinfo=UTC)


def by_id(snapshot, table, id_):
    return next(row for row in snapshot["tables"][table] if row["id"] == str(id_))


def edited(snapshot, change=None, *, seconds=1):
    """Return a later snapshot in which `change` was made."""
    new = copy.deepcopy(snapshot)
    at = datetime.fromisoformat(new["at"]) + timedelta(seconds=seconds)
    new["at"] = snapshot_cells.write_time(at)
    if change is not None:
        change(new)
    return new


def take(snapshot, origin, *, joining=False):
    with journal.act() as act:
        return api.take_snapshot(act, snapshot, origin=origin, joining=joining)


def code_of(counter):
    with journal.act() as act:
        code = api.next_tracking(act, counter)
        act.append("letter.accepted", subject=new_id(), actor="system")
    return code


def rows():
    """Return everything that a snapshot may write, to see that nothing changed."""
    with connection.cursor() as cursor:
        found = {}
        for name in sorted(connection.introspection.table_names(cursor)):
            if name.startswith("directory_") or name == "journal_entry":
                cursor.execute(f"SELECT count(*) FROM {name}")
                found[name] = cursor.fetchone()
    found["agencies"] = list(Agency.objects.order_by("id").values_list())
    found["secretariats"] = list(Secretariat.objects.order_by("id").values_list())
    found["counters"] = list(Counter.objects.order_by("id").values_list())
    found["nodes"] = [api.node_self(), *api.other_nodes()]
    return found


@pytest.fixture
def centre(world):
    """A centre whose counter lives at a village's node and one of whose offices is at a third."""
    c = SimpleNamespace(**vars(world))
    api.add_provinces(SYSTEM)
    c.province = api.divisions(level=DivisionLevel.PROVINCE).rows[0]
    c.county = api.add_division(
        SYSTEM,
        code=c.province.code + "01",
        level=DivisionLevel.COUNTY,
        name="شهرستان نمونه",
        parent_id=c.province.id,
    )
    c.node = api.register_node(
        SYSTEM, name="مرکز", role=NodeRole.CENTRE, public_key=b"c" * 32, is_self=True
    )
    c.village = api.register_node(SYSTEM, name="روستا", role=NodeRole.COUNTER, public_key=b"v" * 32)
    c.third = api.register_node(
        SYSTEM,
        name="اداره",
        role=NodeRole.AGENCY,
        public_key=b"a" * 32,
        recipient="age1" + "q" * 58,
    )
    api.register_node(SYSTEM, name="دیگر", role=NodeRole.AGENCY, public_key=b"o" * 32)
    c.hidden = api.add_secretariat(
        SYSTEM, agency_id=c.water, name="دبیرخانهٔ محرمانه", kind=SecretariatKind.CONFIDENTIAL
    )
    c.second = api.add_secretariat(SYSTEM, agency_id=c.water, name="دبیرخانهٔ دوم")
    c.branch = api.add_agency(
        SYSTEM, code="branch", name="امور آب", parent_id=c.water, division_id=c.county
    )
    api.set_identity(SYSTEM, agency_id=c.water, email="info@example.ir", national_id="")
    api.rename_agency(SYSTEM, agency_id=c.power, name="برق استان")
    api.change_counter(
        SYSTEM,
        counter_id=c.counter,
        division_id=c.county,
        lat=35.123,
        lon=-51.5,
        hours={"sat": [["08:00", "14:00"]]},
        licence_from=date(2026, 1, 2),
    )
    c.stays = api.add_counter(SYSTEM, code="15-0009", name="پیشخوان شهر")
    tariff = {"state": 5, "commission": 7, "epoch": "rial"}
    api.set_setting(SYSTEM, key="tariff.letter", value={"state": 1, "commission": 2})
    api.set_setting(SYSTEM, key="tariff.letter", value=tariff)
    api.set_setting(SYSTEM, key="tariff.letter", value=tariff, from_at=LATER)
    api.set_setting(SYSTEM, key="notices.quiet-hours", value={"from": "22:00"})
    api.add_term(SYSTEM, table=Table.KIND, fa="بخشنامهٔ نو", en="New circular")
    today = clock.current().now().astimezone(clock.TEHRAN).date()
    api.settle_day(SYSTEM, day=today + timedelta(days=3), whose=Whose.ALL, works=False, name="برف")
    api.set_thursday(SYSTEM, c.water, works=True)
    api.place_office(SYSTEM, office_id=c.counter, node_id=c.village)
    api.place_office(SYSTEM, office_id=c.power_office, node_id=c.third)
    return c


@pytest.fixture
def snapshot(centre):
    """Return the village's snapshot, over the wire, in the village's directory: an empty one."""
    centre.terms, centre.calendars = api.terms(), api.calendars()
    centre.view = api.counter(centre.counter)
    centre.agency = api.agency(centre.power)
    told = canonical.loads(canonical.dumps(api.snapshot_for(centre.village)))
    emptying.empty(connections[DEFAULT_DB_ALIAS])
    api.add_provinces(SYSTEM)
    api.register_node(
        SYSTEM,
        node_id=centre.village,
        name="همین‌جا",
        role=NodeRole.COUNTER,
        public_key=b"v" * 32,
        is_self=True,
    )
    return told


@pytest.fixture
def joined(centre, snapshot):
    take(snapshot, centre.node, joining=True)
    return snapshot
