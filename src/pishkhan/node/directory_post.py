"""The directory that counters' own nodes are told: by the same road as letters."""

from __future__ import annotations

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import NodeRole
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery

KIND, VERSION = "directory.snapshot", 1


def receive() -> None:
    """Take in what this node's centre tells; called while the applications load."""
    relay.register(KIND, VERSION, take_in)


def take_in(delivery: Delivery, act: Act) -> None:
    """Let the directory here stand as its centre tells it; see `directory.take_snapshot`."""
    directory.take_snapshot(act, delivery.payload, origin=delivery.origin)


def send() -> int:
    """Queue the directory for every counter's node that was last told another; return how many."""
    sent = 0
    for node in directory.other_nodes():
        if node.role is not NodeRole.COUNTER or node.revoked_at is not None:
            continue
        with journal.act() as act:
            snapshot = directory.snapshot_due(node.id)
            if snapshot is None:
                continue
            relay.send(
                act,
                from_office=journal.node_id(),
                to_office=node.id,
                kind=KIND,
                version=VERSION,
                payload=snapshot,
                subject=node.id,
            )
            directory.snapshot_sent(act, node.id, snapshot)
        sent += 1
    return sent
