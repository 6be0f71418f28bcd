"""What lies where in the post, and what of it the operator is told."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.db.models import QuerySet
from tests.relay.conftest import Post

from pishkhan.kernel import clock
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Depth, InboundState, OutgoingState
from pishkhan.relay.logic import depths as depths_of
from pishkhan.relay.logic.pack import pack
from pishkhan.relay.models import Envelope, Inbound, Outgoing

NOON = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)
NOTHING = Depth(0, None)

pytestmark = pytest.mark.django_db(transaction=True)


def test_an_empty_post_has_no_depth_and_no_finding(post: Post) -> None:
    found = relay.depths()
    assert (found.to_carry, found.held, found.stopped) == (NOTHING, NOTHING, NOTHING)
    assert relay.preflight() == []


def test_what_is_written_and_what_is_packed_wait_to_be_carried(post: Post) -> None:
    time = clock.FakeClock(NOON)
    with clock.use(time):
        post.send("packed")
        assert relay.depths().to_carry == Depth(1, NOON)
        pack(limit=10)
        time.advance(timedelta(minutes=3))
        post.send("written")
        assert relay.depths().to_carry == Depth(2, NOON)
        assert relay.preflight() == []
        time.advance(timedelta(minutes=8))
        (finding,) = relay.preflight()
        assert (finding.code, finding.count, finding.serious) == ("relay.not-carried", 2, False)
        assert finding.message.params["minutes"] == 11
        relay.drain()
        assert relay.depths().to_carry == NOTHING
        assert relay.preflight() == []


def test_what_waits_for_its_pages_is_held(post: Post) -> None:
    missing = hashlib.sha256(b"not here").hexdigest()
    time = clock.FakeClock(NOON)
    with clock.use(time):
        post.send("paper", blobs=(missing,))
        relay.drain()
        found = relay.depths()
        assert (found.held, found.stopped) == (Depth(1, NOON), NOTHING)
        assert relay.preflight() == []
        time.advance(timedelta(hours=2))
        (finding,) = relay.preflight()
        assert (finding.code, finding.message.params["minutes"]) == ("relay.held", 120)


def test_what_was_stopped_is_serious_at_once(post: Post) -> None:
    post.faults["poison"] = ZeroDivisionError()
    post.send("poison")
    relay.drain()
    assert relay.depths().stopped.count == 1
    (finding,) = relay.preflight()
    assert (finding.code, finding.count, finding.serious) == ("relay.stopped", 1, True)


def test_a_depth_ends_at_the_most_that_is_counted(post: Post, monkeypatch) -> None:
    monkeypatch.setattr(depths_of, "MOST_COUNTED", 2)
    for name in "abc":
        post.send(name)
    assert relay.depths().to_carry.count == 2


def test_each_question_is_answered_by_an_index(post: Post) -> None:
    questions: dict[str, QuerySet[Inbound] | QuerySet[Outgoing] | QuerySet[Envelope]] = {
        "relay_out_pending": Outgoing.objects.filter(state=OutgoingState.PENDING),
        "relay_out_stopped": Outgoing.objects.filter(state=OutgoingState.UNSENDABLE),
        "relay_out_unsettled": Outgoing.objects.filter(
            from_office=post.counter, settled_at__isnull=True
        ),
        "relay_env_to_carry": Envelope.objects.filter(to_carry__isnull=False, to_node__isnull=True),
        "relay_env_to_send": Envelope.objects.filter(to_carry__isnull=False, to_node=new_id()),
        "relay_in_ready": Inbound.objects.filter(state=InboundState.VERIFIED),
        "relay_in_received": Inbound.objects.filter(state=InboundState.RECEIVED),
        "relay_in_waiting": Inbound.objects.filter(state=InboundState.WAITING),
        "relay_in_stopped": Inbound.objects.filter(state=InboundState.QUARANTINED),
    }
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # a table of no rows is read without an index
            cursor.execute("SET enable_seqscan = off")
        try:
            for index, rows in questions.items():
                assert index in rows.order_by()[:10].explain(), index
        finally:
            if connection.vendor == "postgresql":
                cursor.execute("RESET enable_seqscan")
