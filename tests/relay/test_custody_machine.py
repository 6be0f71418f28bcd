"""Random post on one node: never two custodians, nothing lost, nothing done twice.

The machine offers, refuses, repeats, reorders, loses nothing but time, and dies at random; after
every step no item may have two custodians, and at the end each has exactly one.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test
from tests.relay.conftest import KIND, Killed, Post, killed_at

from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.journal.api import act
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay.carriers import local
from pishkhan.relay.contracts import CustodyState, Delivery
from pishkhan.relay.logic import registry
from pishkhan.relay.logic.acknowledge import acknowledge
from pishkhan.relay.logic.apply import LEASE, apply
from pishkhan.relay.logic.pack import pack
from pishkhan.relay.models import Custody, Envelope, Inbound, Outgoing, Stream

STAGES: dict[str, Callable[[int], object]] = {
    "pack": lambda n: pack(limit=n),
    "carry": lambda n: local.carry(limit=n),
    "apply": lambda n: apply(limit=n),
    "acknowledge": lambda _: acknowledge(),
    "step": lambda n: relay.step(limit=n),
}
OFFICES = st.integers(0, 2)


class PostOffice(RuleBasedStateMachine):
    """Three offices, their items, and a worker that may die."""

    def __init__(self) -> None:
        super().__init__()
        self.time = clock.FakeClock(datetime(2026, 11, 1, 8, 30, tzinfo=UTC))
        self.in_use = ExitStack()
        self.in_use.enter_context(clock.use(self.time))
        with act() as a:  # each example begins with an empty road
            for table in (Inbound, Envelope, Outgoing, Custody, Stream):
                table.objects.all().delete()
            a.append("example.begun", subject=new_id(), actor="system")
        self.offices = [new_id() for _ in range(3)]
        self.items: list[UUID] = []
        self.refusing: set[UUID] = set()
        self.poisoned: set[UUID] = set()
        registry.unregister(KIND, 1)
        registry.register(KIND, 1, self.handle)

    def handle(self, delivery: Delivery, a: journal.Act) -> None:
        assert delivery.transfer is not None
        relay.take(a, delivery.transfer, delivery.to_office)
        a.append(
            "parcel.taken",
            subject=delivery.subject,
            actor="system",
            fields={"transfer": str(delivery.transfer.id)},
        )
        if delivery.to_office in self.refusing:
            raise Refused("test.not-here")
        if delivery.to_office in self.poisoned:
            raise ZeroDivisionError

    @rule(here=OFFICES, hop=st.integers(1, 2))
    def accept(self, here: int, hop: int) -> None:
        item, there = new_id(), (here + hop) % 3
        with act() as a:
            transfer = relay.hold_and_offer(a, item, self.offices[here], self.offices[there])
            Post.carry(a, "x", item, transfer, here=self.offices[here], there=self.offices[there])
        self.items.append(item)

    @rule(which=st.integers(0, 99), here=OFFICES, there=OFFICES)
    def offer(self, which: int, here: int, there: int) -> None:
        """Any office tries to offer any item; only its custodian can."""
        if not self.items:
            return
        item = self.items[which % len(self.items)]
        office = self.offices[here]
        state = relay.custodian_state(item, office)
        try:
            with act() as a:
                transfer = relay.offer(a, item, office, self.offices[there])
                Post.carry(a, "x", item, transfer, here=office, there=self.offices[there])
        except Refused:
            assert state is not CustodyState.HELD or here == there
        else:
            assert state is CustodyState.HELD

    @rule(which=st.integers(0, 99), here=OFFICES)
    def hand_over(self, which: int, here: int) -> None:
        if not self.items:
            return
        item, office = self.items[which % len(self.items)], self.offices[here]
        if relay.custodian_state(item, office) is CustodyState.HELD:
            with act() as a:
                relay.release_self(a, item, office)
                a.append("parcel.handed_over", subject=item, actor="system")

    @rule(office=OFFICES, mood=st.sampled_from(["well", "refusing", "poisoned"]))
    def change_mood(self, office: int, mood: str) -> None:
        self.refusing.discard(self.offices[office])
        self.poisoned.discard(self.offices[office])
        if mood == "refusing":
            self.refusing.add(self.offices[office])
        elif mood == "poisoned":
            self.poisoned.add(self.offices[office])

    @rule(stage=st.sampled_from(sorted(STAGES)), limit=st.integers(1, 5))
    def work(self, stage: str, limit: int) -> None:
        STAGES[stage](limit)

    @rule(stage=st.sampled_from(sorted(STAGES)), event=st.integers(1, 60))
    def die(self, stage: str, event: int) -> None:
        with killed_at(event), suppress(Killed):
            STAGES[stage](50)

    @rule(seconds=st.integers(1, 60))
    def wait(self, seconds: int) -> None:
        self.time.advance(timedelta(seconds=seconds))

    @rule(numbers=st.lists(st.integers(0, 99), max_size=6))
    def strange_carrier(self, numbers: list[int]) -> None:
        """Some carrier brings envelopes again, or early, in any order and more than once."""
        known = list(Envelope.objects.order_by("id").values_list("id", flat=True)[:200])
        if known:
            chosen = [known[number % len(known)] for number in numbers]
            rows = Envelope.objects.in_bulk(chosen)
            relay.receive(
                [
                    relay.Sealed(bytes(r.header), bytes(r.payload), bytes(r.signature))
                    for r in (rows[id_] for id_ in chosen)
                ]
            )

    @rule(retry=st.booleans())
    def rule_about_a_quarantined_one(self, retry: bool) -> None:
        for row in relay.quarantined(1):
            (relay.retry_quarantined if retry else relay.refuse_quarantined)(SYSTEM, row.id)

    @invariant()
    def never_two_custodians(self) -> None:
        held: dict[UUID, int] = {}
        rows = Custody.objects.filter(item__in=self.items).values_list("item", "state")
        for item, state in rows:
            held[item] = held.get(item, 0) + (state == CustodyState.HELD)
        assert len(held) == len(self.items)
        assert all(count <= 1 for count in held.values())

    def teardown(self) -> None:
        self.refusing.clear()
        self.poisoned.clear()
        with self.in_use:
            self.time.advance(LEASE)
            self.come_to_rest()

    def come_to_rest(self) -> None:
        relay.drain()
        for row in relay.quarantined(10_000):
            relay.retry_quarantined(SYSTEM, row.id)
        relay.drain()
        assert not Inbound.objects.exclude(state__in=["applied", "refused"]).exists()
        for item in self.items:
            states = list(Custody.objects.filter(item=item).values_list("state", flat=True))
            last = [s for s in states if s != CustodyState.RELEASED]
            assert last in ([CustodyState.HELD], [CustodyState.HANDED_OVER]), states
            taken = [
                entry.fields["transfer"]
                for entry in journal.entries_of(item)
                if entry.kind == "parcel.taken"
            ]
            assert len(taken) == len(set(taken))
        assert all(stream.holes == () for stream in relay.streams())


@pytest.mark.django_db(transaction=True)
def test_random_post_never_has_two_custodians_and_loses_nothing() -> None:
    try:
        run_state_machine_as_test(
            PostOffice,
            settings=settings(
                max_examples=25,
                stateful_step_count=30,
                deadline=None,
                derandomize=True,
                suppress_health_check=list(HealthCheck),
            ),
        )
    finally:
        registry.unregister(KIND, 1)
