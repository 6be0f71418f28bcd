"""Faults that are put into the product on purpose: the simulator must notice each, by its name.

Each patches one function, or one table, of the code that runs in this process.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from types import SimpleNamespace
from typing import Any
from unittest import mock

from django.db.models import F

from pishkhan.journal.api import Act
from pishkhan.kernel.blobs import PartialBlob
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.logic import number, register, wire
from pishkhan.letters.models import Arrival, Indicator
from pishkhan.node.env import Role
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState, Delivery
from pishkhan.relay.logic import (
    acknowledge,
    export_bundle,
    files,
    have,
    import_bundles,
    receive,
)
from pishkhan.relay.models import Envelope, Inbound
from pishkhan.relay.rules import STEPS, Step
from tests.simulator import nodes
from tests.simulator.disasters import CLONED, RESTORED
from tests.simulator.invariants import CUSTODY, DOUBLED, FSCK, LOST, NUMBERS, STREAMS, SURPRISE


@dataclass(frozen=True)
class Fault:
    """How the product is spoilt, and which invariant tells it."""

    told_by: str
    patched: Callable[[], AbstractContextManager[Any]]
    disaster: str | None = None
    """What must befall a node for the fault to show; None: nothing need."""


@contextmanager
def _handler(role: Role, kind: str, wrap: Callable[..., None]) -> Iterator[None]:
    table = nodes.HANDLERS[role][0]
    real = table[kind, wire.VERSION]

    def handle(delivery: Delivery, act: Act) -> None:
        wrap(real, delivery, act)

    with mock.patch.dict(table, {(kind, wire.VERSION): handle}):
        yield


def _twice(real: Callable[..., None], delivery: Delivery, act: Act) -> None:
    real(delivery, act)
    copy = Arrival.objects.get(letter_id=delivery.subject)
    copy.pk, copy.secretariat_id = new_id(), new_id()
    copy.save(force_insert=True)


def _taken_and_forgotten(_real: Callable[..., None], delivery: Delivery, act: Act) -> None:
    assert delivery.transfer is not None
    relay.take(act, delivery.transfer, delivery.to_office)


def _nothing(*_args: Any, **_more: Any) -> None:
    """Do nothing where something should be done."""


@contextmanager
def _more_than_arrived() -> Iterator[None]:
    """Whatever a stream holds counts as arrived, and nothing as lost: else that would mend it."""
    with (
        mock.patch.object(have, "_ranges", return_value=[(1, 1_000_000)]),
        mock.patch.object(have, "_lost", _nothing),
    ):
        yield


def _all_but_first() -> AbstractContextManager[Any]:
    real = export_bundle._waiting
    return mock.patch.object(export_bundle, "_waiting", lambda node: islice(real(node), 1, None))


def _never_carried_again() -> AbstractContextManager[Any]:
    """An envelope counts as carried once a bag with it was made, whatever becomes of the bag."""
    real = export_bundle._remember

    def remember(node: Any, digests: Any) -> None:
        real(node, digests)
        Envelope.objects.filter(to_node=node).update(to_carry=None)

    return mock.patch.object(export_bundle, "_remember", remember)


def _gap() -> AbstractContextManager[Any]:
    real = number._take

    def take(series_id: Any, year: int) -> int:
        taken = real(series_id, year)
        if taken == 2:
            Indicator.objects.filter(series_id=series_id).update(last=F("last") + 1)
        return taken

    return mock.patch.object(number, "_take", take)


def _told_wrong() -> AbstractContextManager[Any]:
    real = number.issue_number

    def issue(*args: Any, **more: Any) -> Any:
        issued = real(*args, **more)
        return SimpleNamespace(number=1, year=issued.year, text=f"{issued.year}/1", at=issued.at)

    return mock.patch.object(register, "issue_number", issue)


def _without_files() -> AbstractContextManager[Any]:
    return mock.patch.object(files, "present", return_value=True)


def _dropped_file() -> AbstractContextManager[Any]:
    return mock.patch.object(PartialBlob, "finish", PartialBlob.discard)


def _said_applied() -> AbstractContextManager[Any]:
    real = acknowledge._said

    def said(row: Inbound) -> dict[str, Any]:
        return {**real(row), "state": "applied"}

    return mock.patch.object(acknowledge, "_said", said)


def _asked_again() -> AbstractContextManager[Any]:
    """Who asks again for a receipt that a death held back gets a second letter."""
    real = letters.accept

    def accept(actor: Any, given: Any) -> Any:
        return real(actor, replace(given, nonce=new_id()))

    return mock.patch.object(letters, "accept", accept)


def _stays_with_sender() -> AbstractContextManager[Any]:
    return mock.patch.dict(STEPS[Step.OFFER], {CustodyState.HELD: CustodyState.HELD})


def _never_released() -> AbstractContextManager[Any]:
    return mock.patch.dict(STEPS[Step.RELEASE], {CustodyState.OFFERED: CustodyState.HELD})


def _receipts_lost() -> AbstractContextManager[Any]:
    key = ("relay.receipt", 1)
    return mock.patch.dict(nodes.HANDLERS[Role.ALL][0], {key: _nothing})


def _peer_ahead_unheard() -> AbstractContextManager[Any]:
    return mock.patch.object(have, "PEER_AHEAD", "")


FAULTS: dict[str, Fault] = {
    "an arrival is written twice": Fault(
        DOUBLED, lambda: _handler(Role.ALL, wire.SUBMITTED, _twice)
    ),
    "a death in the middle makes a letter two": Fault(DOUBLED, _asked_again),
    "a letter is taken and not written down": Fault(
        LOST, lambda: _handler(Role.ALL, wire.SUBMITTED, _taken_and_forgotten)
    ),
    "custody stays with the sender": Fault(CUSTODY, _stays_with_sender),
    "the sender takes custody back at the receipt": Fault(CUSTODY, _never_released),
    "a number is left out": Fault(NUMBERS, _gap),
    "a number is told twice": Fault(NUMBERS, _told_wrong),
    "more is acknowledged than arrived": Fault(STREAMS, _more_than_arrived),
    "a bag forgets its first envelope": Fault(STREAMS, _all_but_first),
    "what a bag held is never carried again": Fault(STREAMS, _never_carried_again),
    "what only arrived is told as applied": Fault(STREAMS, _said_applied),
    "receipts are lost": Fault(STREAMS, _receipts_lost),
    "files of a bag are dropped": Fault(STREAMS, _dropped_file),
    "a letter is applied without its files": Fault(FSCK, _without_files),
    "a fork is not noticed": Fault(
        STREAMS, lambda: mock.patch.object(receive, "_suspend", _nothing), CLONED
    ),
    "a peer that is ahead is not heard": Fault(STREAMS, _peer_ahead_unheard, RESTORED),
    "an import fails": Fault(SURPRISE, lambda: mock.patch.object(import_bundles, "_note", None)),
}
