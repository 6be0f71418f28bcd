"""What the relay's tests share: offices, a kind of message with a handler, and a notebook."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from uuid import UUID

import pytest

from pishkhan.journal.api import Act, act
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery, Transfer
from pishkhan.relay.logic import registry

KIND = "test.parcel"


@dataclass
class Post:
    """Stands in for a context above the relay: sends parcels and takes them in."""

    counter: UUID = field(default_factory=new_id)
    agency: UUID = field(default_factory=new_id)
    took: list[Delivery] = field(default_factory=list)
    faults: dict[str, Exception] = field(default_factory=dict)
    """What the handler raises for a parcel of this name."""

    def handle(self, delivery: Delivery, a: Act) -> None:
        name = str(delivery.payload.get("name", ""))
        if delivery.transfer is not None:
            relay.take(a, delivery.transfer, delivery.to_office)
        if name in self.faults:
            raise self.faults[name]
        self.took.append(delivery)

    def names(self) -> list[str]:
        return [delivery.payload["name"] for delivery in self.took]

    def new_item(self) -> tuple[UUID, Transfer]:
        """Return an item that the counter has just accepted and offered, not yet sent."""
        item = new_id()
        with act() as a:
            transfer = relay.hold_and_offer(a, item, self.counter, self.agency)
            a.append("parcel.accepted", subject=item, actor="system")
        return item, transfer

    def send(
        self,
        name: str,
        *,
        item: UUID | None = None,
        transfer: Transfer | None = None,
        after: tuple[UUID, ...] = (),
        back: bool = False,
        blobs: tuple[str, ...] = (),
        kind: str = KIND,
    ) -> UUID:
        here, there = (self.agency, self.counter) if back else (self.counter, self.agency)
        with act() as a:
            sent = relay.send(
                a,
                from_office=here,
                to_office=there,
                kind=kind,
                version=1,
                payload={"name": name},
                subject=item or new_id(),
                after=after,
                transfer=transfer,
                blobs=blobs,
            )
            a.append("parcel.sent", subject=sent, actor="system")
        return sent

    def accept(self, name: str) -> UUID:
        """Accept an item at the counter and send it to the agency, in one act; return the item."""
        item = new_id()
        with act() as a:
            transfer = relay.hold_and_offer(a, item, self.counter, self.agency)
            relay.send(
                a,
                from_office=self.counter,
                to_office=self.agency,
                kind=KIND,
                version=1,
                payload={"name": name},
                subject=item,
                transfer=transfer,
            )
            a.append("parcel.accepted", subject=item, actor="system")
        return item


def refusal() -> Refused:
    return Refused("test.not-here")


@pytest.fixture
def post() -> Iterator[Post]:
    made = Post()
    registry.register(KIND, 1, made.handle)
    yield made
    registry.unregister(KIND, 1)
