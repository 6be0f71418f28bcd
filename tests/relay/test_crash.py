"""Killed between any two statements and around every commit: then one function mends all."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from tests.relay.conftest import Killed, Post, killed_at

from pishkhan.kernel import clock
from pishkhan.kernel.errors import Refused
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState
from pishkhan.relay.logic.apply import LEASE
from pishkhan.relay.models import Custody, Inbound, Outgoing

pytestmark = pytest.mark.django_db(transaction=True)


def one_custodian_at_most(items: dict[str, UUID]) -> None:
    for name, item in items.items():
        held = Custody.objects.filter(item=item, state=CustodyState.HELD).count()
        assert held <= 1, name


def test_nothing_is_lost_or_doubled_wherever_the_worker_dies(post: Post) -> None:
    time = clock.FakeClock(datetime(2026, 11, 1, 8, 30, tzinfo=UTC))
    with clock.use(time):
        dies_everywhere(post, time)


def dies_everywhere(post: Post, time: clock.FakeClock) -> None:
    post.faults["refused"] = Refused("test.not-here")
    event, alive = 1, False
    while not alive:
        items = {name: post.accept(name) for name in (f"plain {event}", "refused")}
        with killed_at(event):
            try:
                relay.step()
                alive = True
            except Killed:
                pass
        one_custodian_at_most(items)
        time.advance(LEASE)
        relay.drain()
        one_custodian_at_most(items)
        plain, refused = items.values()
        assert relay.custodian_state(plain, post.agency) is CustodyState.HELD, event
        assert relay.custodian_state(plain, post.counter) is CustodyState.RELEASED, event
        assert relay.custodian_state(refused, post.counter) is CustodyState.HELD, event
        assert post.names().count(f"plain {event}") == 1, event
        event += 1
    assert event > 40
    assert sorted(post.names()) == sorted(f"plain {n}" for n in range(1, event))
    assert not Inbound.objects.exclude(state__in=["applied", "refused"]).exists()
    assert not Outgoing.objects.exclude(state__in=["applied", "refused"]).exists()
    for stream in relay.streams():
        assert stream.holes == ()
        assert stream.applied_upto == stream.last


def test_a_deed_that_dies_leaves_neither_custody_nor_message(post: Post) -> None:
    event, alive = 1, False
    while not alive:
        before = (Custody.objects.count(), Outgoing.objects.count())
        with killed_at(event) as passed:
            try:
                post.accept("x")
                alive = True
            except Killed:
                pass
        after = (Custody.objects.count(), Outgoing.objects.count())
        # Died after the commit, the deed stands whole; anywhere before, nothing of it does.
        assert after in {before, (before[0] + 1, before[1] + 1)}
        assert passed[0] == event or alive
        event += 1
    assert event > 4
