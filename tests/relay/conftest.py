"""What the relay's tests share: offices, a kind of message with a handler, and a way to die."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest import mock
from uuid import UUID

import pytest
from django.db import connection
from tests.relay.line_ground import ground  # noqa: F401 - a fixture

from pishkhan.journal import api as journal
from pishkhan.journal.api import Act, act
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
    faults: dict[str, BaseException] = field(default_factory=dict)
    """What the handler raises for a parcel of this name."""

    def handle(self, delivery: Delivery, a: Act) -> None:
        name = str(delivery.payload["name"])
        if delivery.transfer is not None and name != "forgotten":
            relay.take(a, delivery.transfer, delivery.to_office)
        # The evidence stands in the same transaction, so what was rolled back does not count.
        a.append("parcel.taken", subject=delivery.subject, actor="system", fields={"parcel": name})
        if name in self.faults:
            raise self.faults[name]

    def names(self) -> list[str]:
        """Return the parcels that were taken in, in order."""
        return [
            str(entry.fields["parcel"])
            for entry in journal.entries(limit=100_000)
            if entry.kind == "parcel.taken"
        ]

    def send(
        self,
        name: str,
        *,
        after: tuple[UUID, ...] = (),
        blobs: tuple[str, ...] = (),
        kind: str = KIND,
        back: bool = False,
    ) -> UUID:
        """Send a parcel that moves no custody; return the message's id."""
        here, there = (self.agency, self.counter) if back else (self.counter, self.agency)
        with act() as a:
            sent = relay.send(
                a,
                from_office=here,
                to_office=there,
                kind=kind,
                version=1,
                payload={"name": name},
                subject=new_id(),
                after=after,
                blobs=blobs,
            )
            a.append("parcel.sent", subject=sent, actor="system")
        return sent

    def accept(self, name: str) -> UUID:
        """Accept an item at the counter and send it to the agency, in one act; return the item."""
        item = new_id()
        with act() as a:
            transfer = relay.hold_and_offer(a, item, self.counter, self.agency)
            self.carry(a, name, item, transfer, here=self.counter, there=self.agency)
        return item

    def pass_on(self, name: str, item: UUID, here: UUID, there: UUID) -> None:
        """Offer an item that `here` holds and send it to `there`."""
        with act() as a:
            transfer = relay.offer(a, item, here, there)
            self.carry(a, name, item, transfer, here=here, there=there)

    @staticmethod
    def carry(
        a: Act, name: str, item: UUID, transfer: Transfer, *, here: UUID, there: UUID
    ) -> None:
        relay.send(
            a,
            from_office=here,
            to_office=there,
            kind=KIND,
            version=1,
            payload={"name": name},
            subject=item,
            transfer=transfer,
        )
        a.append("parcel.sent", subject=item, actor="system")


@pytest.fixture
def post() -> Iterator[Post]:
    made = Post()
    registry.register(KIND, 1, made.handle)
    yield made
    registry.unregister(KIND, 1)


class Killed(BaseException):
    """The process died here; no `except Exception` may catch it."""


@contextmanager
def killed_at(event: int) -> Iterator[list[int]]:
    """Die at the n-th event: before a statement, before a commit, or just after one.

    Yields a list whose only number is how many events have passed.
    """
    passed = [0]

    def happens() -> bool:
        passed[0] += 1
        return passed[0] == event

    def execute(call, sql, params, many, context):
        if happens():
            raise Killed
        return call(sql, params, many, context)

    engine: Any = connection
    commit = engine._commit

    def commit_or_die() -> None:
        if happens():
            engine._rollback()
            raise Killed
        commit()
        if happens():
            raise Killed

    with (
        connection.execute_wrapper(execute),
        mock.patch.object(connection, "_commit", commit_or_die),
    ):
        yield passed
