"""One round of the relay on one node: what a sender, a receiver and an operator then see."""

from __future__ import annotations

import hashlib
from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from django.db import OperationalError
from tests.relay.conftest import KIND, Post

from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.journal.api import act
from pishkhan.kernel import clock
from pishkhan.kernel.blobs import BlobStore
from pishkhan.kernel.errors import Invalid, Refused, Unavailable
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay.carriers import local
from pishkhan.relay.contracts import CustodyState, FateState
from pishkhan.relay.logic import registry
from pishkhan.relay.logic.apply import LEASE, LONGEST_WAIT, MAX_ATTEMPTS, _run, _stamp, apply
from pishkhan.relay.logic.pack import pack
from pishkhan.relay.models import Inbound, Outgoing

NOON = datetime(2026, 11, 1, 8, 30, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_step_delivers_and_releases_the_sender(post: Post) -> None:
    item = post.accept("first")
    report = relay.step()
    assert post.names() == ["first"]
    assert relay.custodian_state(item, post.counter) is CustodyState.RELEASED
    assert relay.custodian_state(item, post.agency) is CustodyState.HELD
    assert (report.applied, report.quarantined, report.refused) == (2, 0, 0)
    assert relay.step().idle
    assert relay.queue_depth(post.counter) == 0
    kinds = [entry.kind for entry in journal.entries_of(item)]
    assert kinds == ["parcel.sent", "parcel.taken", "envelope.applied", "custody.released"]


def test_before_the_step_the_item_is_frozen_at_the_sender(post: Post) -> None:
    item = post.accept("first")
    assert relay.custodian_state(item, post.counter) is CustodyState.OFFERED
    with pytest.raises(Refused, match=r"relay\.not-custodian"):
        relay.require_custody(item, post.counter)
    with pytest.raises(Refused, match=r"relay\.not-custodian"):
        post.pass_on("again", item, post.counter, new_id())


def test_a_refused_item_goes_back_to_its_sender(post: Post) -> None:
    post.faults["bad"] = Refused("test.not-here")
    item = post.accept("bad")
    relay.drain()
    assert relay.custodian_state(item, post.counter) is CustodyState.HELD
    assert relay.custodian_state(item, post.agency) is None
    assert post.names() == []
    assert [entry.kind for entry in journal.entries_of(item)][-1] == "custody.resumed"
    other = new_id()
    post.pass_on("elsewhere", item, post.counter, other)
    relay.drain()
    assert relay.custodian_state(item, other) is CustodyState.HELD


def test_an_item_can_return_and_go_out_again(post: Post) -> None:
    item = post.accept("out")
    relay.drain()
    post.pass_on("back", item, post.agency, post.counter)
    relay.drain()
    assert relay.custodian_state(item, post.counter) is CustodyState.HELD
    post.pass_on("out again", item, post.counter, post.agency)
    relay.drain()
    assert relay.custodian_state(item, post.agency) is CustodyState.HELD
    assert relay.custodian_state(item, post.counter) is CustodyState.RELEASED


def test_one_poisoned_message_does_not_block_the_others(post: Post) -> None:
    post.faults["poison"] = ZeroDivisionError()
    for name in ("a", "poison", "b"):
        post.accept(name)
    relay.drain()
    assert post.names() == ["a", "b"]
    (row,) = relay.quarantined()
    assert (row.reason, row.exception) == ("relay.handler-failed", "ZeroDivisionError")
    (queued,) = relay.queue(post.counter)
    assert queued.fate.state is FateState.QUARANTINED
    assert relay.queue_depth(post.counter) == 1


def test_a_quarantined_item_stays_frozen_until_it_is_retried(post: Post) -> None:
    post.faults["poison"] = ZeroDivisionError()
    item = post.accept("poison")
    relay.drain()
    assert relay.custodian_state(item, post.counter) is CustodyState.OFFERED
    assert relay.custodian_state(item, post.agency) is None
    post.faults.clear()
    (row,) = relay.quarantined()
    relay.retry_quarantined(SYSTEM, row.id)
    relay.drain()
    assert relay.custodian_state(item, post.agency) is CustodyState.HELD
    assert relay.custodian_state(item, post.counter) is CustodyState.RELEASED
    with pytest.raises(Refused, match=r"relay\.not-quarantined"):
        relay.refuse_quarantined(SYSTEM, row.id)


def test_a_person_can_refuse_a_quarantined_item_for_good(post: Post) -> None:
    post.faults["poison"] = ZeroDivisionError()
    item = post.accept("poison")
    relay.drain()
    (row,) = relay.quarantined()
    relay.refuse_quarantined(SYSTEM, row.id)
    relay.drain()
    assert relay.custodian_state(item, post.counter) is CustodyState.HELD
    with pytest.raises(Refused, match=r"relay\.not-quarantined"):
        relay.retry_quarantined(SYSTEM, row.id)


def test_a_handler_that_forgets_the_transfer_is_set_aside(post: Post) -> None:
    item = post.accept("forgotten")
    relay.drain()
    (row,) = relay.quarantined()
    assert row.exception == "CustodyNotTaken"
    assert post.names() == []
    assert relay.custodian_state(item, post.counter) is CustodyState.OFFERED


def test_trouble_that_passes_is_tried_again_later(post: Post) -> None:
    fake = clock.FakeClock(NOON)
    with clock.use(fake):
        post.faults["slow"] = Unavailable("test.later")
        post.accept("slow")
        relay.step()
        assert post.names() == []
        (queued,) = relay.queue(post.counter)
        assert queued.fate.state is FateState.WAITING
        post.faults.clear()
        relay.step()
        assert post.names() == []
        fake.advance(timedelta(minutes=5))
        relay.drain()
        assert post.names() == ["slow"]


def test_an_unknown_kind_is_kept_until_the_program_knows_it(post: Post) -> None:
    post.send("from the future", kind="test.novelty")
    post.send("plain")
    relay.drain()
    assert post.names() == ["plain"]
    (queued,) = relay.queue(post.counter)
    assert (queued.fate.state, queued.fate.reason) == (FateState.WAITING, "relay.unknown-kind")
    registry.register("test.novelty", 1, post.handle)
    try:
        relay.drain()
    finally:
        registry.unregister("test.novelty", 1)
    assert post.names() == ["plain", "from the future"]
    assert relay.queue_depth(post.counter) == 0


def test_a_message_waits_for_the_one_it_follows(post: Post) -> None:
    post.faults["first"] = ZeroDivisionError()
    first = post.send("first")
    post.send("second", after=(first,))
    post.send("third")
    relay.drain()
    assert post.names() == ["third"]
    waiting = {row.fate.state: row.fate for row in relay.queue(post.counter)}
    assert waiting[FateState.WAITING].blocked_by == first
    assert waiting[FateState.WAITING].reason == "relay.predecessor-stopped"
    post.faults.clear()
    relay.retry_quarantined(SYSTEM, relay.quarantined()[0].id)
    relay.drain()
    assert post.names() == ["third", "first", "second"]
    assert relay.queue_depth(post.counter) == 0


def test_files_that_are_not_here_yet_hold_a_message_back(post: Post, settings) -> None:
    store = BlobStore(settings.BLOB_ROOT)
    page = new_id().bytes * 10
    fake = clock.FakeClock(NOON)
    with clock.use(fake):
        post.send("with a page", blobs=(hashlib.sha256(page).hexdigest(),))
        relay.drain()
        assert post.names() == []
        (queued,) = relay.queue(post.counter)
        assert queued.fate.reason == "relay.files-missing"
        store.put([page])
        fake.advance(timedelta(minutes=1))
        relay.drain()
        assert post.names() == ["with a page"]


def test_trouble_of_the_database_is_no_fault_of_the_message(post: Post) -> None:
    post.faults["locked"] = OperationalError("database is locked")
    post.accept("locked")
    post.accept("fine")
    fake = clock.FakeClock(NOON)
    with clock.use(fake):
        with pytest.raises(OperationalError):
            relay.step()
        relay.step()
        assert post.names() == ["fine"]
        assert relay.quarantined() == []
        post.faults.clear()
        fake.advance(timedelta(minutes=1))
        relay.drain()
    assert sorted(post.names()) == ["fine", "locked"]


def test_a_message_that_always_breaks_the_engine_is_set_aside(post: Post) -> None:
    post.faults["locked"] = OperationalError("database is locked")
    post.accept("locked")
    fake = clock.FakeClock(NOON)
    with clock.use(fake):
        with pytest.raises(OperationalError):
            relay.step()
        for _ in range(10):
            fake.advance(timedelta(minutes=1))
            relay.step()
    (row,) = relay.quarantined()
    assert row.reason == "relay.tried-too-often"


def test_a_message_that_kills_its_worker_is_found_out(post: Post) -> None:
    class Death(BaseException):
        pass

    post.faults["killer"] = Death()
    post.accept("killer")
    post.accept("innocent")
    fake = clock.FakeClock(NOON)
    with clock.use(fake):
        for _ in range(8):
            with suppress(Death):
                relay.step()
            fake.advance(LEASE)
    assert post.names() == ["innocent"]
    (row,) = relay.quarantined()
    assert row.reason == "relay.tried-too-often"


def test_what_one_worker_began_no_other_takes_before_its_lease_is_over(post: Post) -> None:
    post.accept("slow")
    fake = clock.FakeClock(NOON)
    with clock.use(fake):
        pack(limit=10)
        local.carry(limit=10)
        mark = _stamp(fresh=True, limit=10)
        for _ in range(MAX_ATTEMPTS + 1):
            assert apply(limit=10).idle
        assert _run(mark).applied == 1
        assert post.names() == ["slow"]
        assert Inbound.objects.filter(attempts=1, state="applied").count() == 1


def test_a_clock_that_is_set_back_holds_nothing_up(post: Post) -> None:
    post.accept("early")
    fake = clock.FakeClock(NOON)
    with clock.use(fake):
        pack(limit=10)
        local.carry(limit=10)
        assert _stamp(fresh=True, limit=10) is not None  # and its worker dies
        fake.advance(-timedelta(days=700))
        assert apply(limit=10).applied == 1


def test_no_wait_is_longer_than_the_longest(post: Post) -> None:
    post.faults["busy"] = Unavailable("test.busy")
    post.accept("busy")
    fake = clock.FakeClock(NOON)
    with clock.use(fake):
        pack(limit=10)
        local.carry(limit=10)
        Inbound.objects.update(attempts=MAX_ATTEMPTS - 1)
        apply(limit=10)
    (until,) = Inbound.objects.values_list("not_before", flat=True)
    assert until == NOON + LONGEST_WAIT


def test_an_idle_round_reads_little_and_writes_nothing(
    post: Post, django_assert_max_num_queries
) -> None:
    post.accept("first")
    relay.drain()
    with django_assert_max_num_queries(8):
        assert relay.step().idle


def test_many_messages_need_few_statements_each(post: Post, django_assert_max_num_queries) -> None:
    for n in range(40):
        post.accept(str(n))
    # Per envelope: two for the savepoint, two to take custody, one entry each of the handler,
    # of the envelope and of the release. The rest is shared by the batch.
    with django_assert_max_num_queries(40 * 7 + 100):
        relay.step()
    assert Inbound.objects.filter(kind=KIND, state="applied").count() == 40


def test_what_cannot_be_packed_is_set_aside_and_takes_no_number(post: Post) -> None:
    bad = post.send("bad")
    post.send("good")
    with act() as a:
        Outgoing.objects.filter(id=bad).update(after=["no id of a message"])
        a.append("parcel.spoilt", subject=bad, actor="system")
    relay.drain()
    assert post.names() == ["good"]
    said = relay.fate(bad)
    assert (said.state, said.reason) == (FateState.QUARANTINED, "ValueError")
    assert {stream.holes for stream in relay.streams()} == {()}


def test_a_message_cannot_follow_one_to_another_office(post: Post) -> None:
    first = post.send("first", back=True)
    with pytest.raises(Invalid, match=r"relay\.after-elsewhere"):
        post.send("second", after=(first,))
