"""Loading in bulk and accepting one by one must leave the same behind."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from pishkhan.journal import api as journal
from pishkhan.journal.models import Entry
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Acceptance, Applicant, IdKind, PayWay
from pishkhan.relay import api as relay
from pishkhan.relay.logic.pack import pack
from tests.letters.world import NOON, World, drain, free, national_id, page

MANY = 60
"""Every mix of what the letters below differ in comes once in so many."""


def acceptances(world: World, first: int) -> list[Acceptance]:
    """Letters that differ in all that can differ, the same for each `first`."""
    pages = [page("one"), page("two")]
    return [
        world.acceptance(
            nonce=new_id(),
            applicant=Applicant(
                id_kind=IdKind.NATIONAL,
                number=national_id(first + n // 2),
                name="فرد نمونه",
                mobile="" if n % 10 == 0 else "09121234567",
            ),
            agency_id=world.other_agency if n % 3 == 0 else world.agency,
            body="متن" if n % 4 == 0 else "",
            pages=tuple(pages[: n % 3]) or (pages[0],),
            fee=free() if n % 5 == 0 else letters.letter_fee(world.clerk),
        )
        for n in range(MANY)
    ]


VARYING = re.compile(
    r"[0-9]{10}|[0-9]{13}|[0-9a-f]{64}|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"
    r"|[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+Z"
)
"""Personal numbers, codes, digests, ids and moments: alike when they have the same form."""


def shape(value: Any) -> Any:
    """Return what must be alike of a value: itself, or its form where it names or proves."""
    if isinstance(value, str):
        if value[:1] in ("{", "["):
            return shape(json.loads(value))
        return f"form of {len(value)}" if VARYING.fullmatch(value) else value
    if isinstance(value, dict):
        return {name: shape(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [shape(inner) for inner in value]
    if value is None or isinstance(value, bool):
        return value
    return type(value).__name__


def tables() -> Iterable[type[models.Model]]:
    for label in ("letters", "relay", "notices", "journal"):
        yield from apps.get_app_config(label).get_models()


def keys() -> dict[str, set[Any]]:
    return {
        model._meta.db_table: set(model._default_manager.values_list("pk", flat=True))
        for model in tables()
    }


def work(world: World, *, bulk: bool) -> dict[str, Counter[str]]:
    """Do it one way and return how often each shape of row was written, by table."""
    before = keys()
    given = acceptances(world, first=1000 if bulk else 5000)
    if bulk:
        letters.load_bulk(world.clerk, given)
    else:
        for one in given:
            letters.accept(world.clerk, one)
    drain()
    return {
        model._meta.db_table: Counter(
            json.dumps({k: shape(v) for k, v in row.items()}, sort_keys=True)
            for row in model._default_manager.values()
            if row[model._meta.pk.attname] not in before[model._meta.db_table]
        )
        for model in tables()
    }


# In how many batches the worker packs and acknowledges is not the letters' affair.
BATCHED = {"envelopes.packed", "receipt.written"}


def comparable(found: dict[str, Counter[str]]) -> dict[str, Counter[str]]:
    kept = dict(found)
    for table in ("relay_outgoing", "relay_envelope", "relay_inbound", "relay_stream"):
        kept[table] = Counter({s: n for s, n in kept[table].items() if "relay.receipt" not in s})
    kept["journal_entry"] = Counter(
        {
            s: n
            for s, n in kept["journal_entry"].items()
            if not any(kind in s for kind in BATCHED) and "relay.receipt" not in s
        }
    )
    for only_batches in ("relay_envelope", "relay_stream", "letters_lookupthrottle"):
        kept.pop(only_batches, None)
    return kept


def test_both_ways_leave_the_same_rows_and_entries(world: World) -> None:
    with clock.use(FakeClock(NOON)):
        drain()
        one_by_one = comparable(work(world, bulk=False))
        at_once = comparable(work(world, bulk=True))
    assert one_by_one.keys() == at_once.keys()
    for table, shapes in one_by_one.items():
        assert at_once[table] == shapes, table
    assert sum(one_by_one["letters_submission"].values()) == MANY


def test_every_loaded_letter_can_be_worked_on(world: World) -> None:
    with clock.use(FakeClock(NOON)):
        accepted = letters.load_bulk(world.clerk, acceptances(world, first=1000)[:4])
        assert letters.track(accepted[1].tracking_code, national_id(1000)).state == "arrived"
        arrival = world.arrival_of(accepted[1])
        assert letters.register(world.registrar, arrival).number == 1
        drain()
        assert letters.submission(world.clerk, accepted[1].letter_id).row.state == "registered"
        assert relay.queue_depth(world.counter) == 0
        assert {e.kind for e in journal.entries_of(accepted[1].letter_id)} >= {
            "letter.accepted",
            "letter.arrived",
            "letter.registered",
            "custody.released",
        }


def test_a_faulty_letter_stops_the_whole_batch(world: World) -> None:
    given = acceptances(world, first=1000)[:3]
    given.append(world.acceptance(subject=" "))
    before = Entry.objects.count()
    with pytest.raises(Invalid):
        letters.load_bulk(world.clerk, given)
    assert Entry.objects.count() == before


def test_nothing_is_loaded_over_post_that_is_under_way(world: World) -> None:
    with clock.use(FakeClock(NOON)):
        world.accept()
        pack_only()
        with pytest.raises(Refused) as refused:
            letters.load_bulk(world.clerk, acceptances(world, first=1000)[1:3])
    assert refused.value.code == "relay.post-under-way"


def pack_only() -> None:
    """Let the worker die between packing and carrying."""
    assert pack(limit=10).packed == 1


def test_the_loader_takes_a_fee_as_the_tariff_asks(world: World) -> None:
    wrong = world.acceptance(fee=free())
    assert wrong.fee.way is PayWay.FREE
    assert letters.load_bulk(world.clerk, [wrong])[0].tracking_code
