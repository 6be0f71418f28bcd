"""The directory that counters' own nodes are told: by the same road as letters."""

from __future__ import annotations

import time
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import NodeRole
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, Invalid, Refused
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import Delivery

KIND, VERSION = "directory.snapshot", 1
EVERY = 30 * 60.0
"""Seconds. To read the directory for a node takes some 0.2 s: a minute for three hundred nodes."""
BLOCK, BLOCK_VERSION = "directory.block", 1


def receive() -> None:
    """Take in what this node's centre tells; called while the applications load."""
    relay.register(KIND, VERSION, take_in)
    relay.register(BLOCK, BLOCK_VERSION, take_block)


def take_in(delivery: Delivery, act: Act) -> None:
    """Let the directory here stand as its centre tells it; see `directory.take_snapshot`."""
    directory.take_snapshot(act, delivery.payload, origin=delivery.origin)


def take_block(delivery: Delivery, act: Act) -> None:
    """Let a counter here go on with the block of codes that the centre gives it.

    Refused `node.not-the-centre` for any other sender.
    """
    if directory.other_node(delivery.origin).role is not NodeRole.CENTRE:
        raise Refused("node.not-the-centre", N_("Only the centre gives tracking codes."))
    told = delivery.payload
    if told.keys() != {"block", "counter"} or type(told["block"]) is not int:
        raise Invalid("node.block-shape", N_("The block of tracking codes cannot be read."))
    try:
        counter = UUID(told["counter"])
    except (ValueError, TypeError, AttributeError):
        raise Invalid(
            "node.block-shape", N_("The block of tracking codes cannot be read.")
        ) from None
    directory.take_block(act, counter, told["block"])


class Round:
    """The worker's round at a centre: what has changed goes out by itself, so by the line, too."""

    def __init__(self) -> None:
        self._next = 0.0

    def step(self) -> int:
        """Send what is due, every half hour; return how many nodes were told something."""
        now = time.monotonic()
        if now < self._next:
            return 0
        self._next = now + EVERY
        return send()


def send() -> int:
    """Queue the directory for every counter's node that was last told another; return how many.

    A node in a new epoch is given new blocks of tracking codes for its counters, too.
    """
    sent = 0
    for node_id, counter in directory.counters_without_block():
        with journal.act() as act:
            block = directory.give_block_away(act, counter, node_id)
            relay.send(
                act,
                from_office=journal.node_id(),
                to_office=counter,
                kind=BLOCK,
                version=BLOCK_VERSION,
                payload={"block": block, "counter": str(counter)},
                subject=counter,
            )
    for node in directory.other_nodes():
        if node.role is not NodeRole.COUNTER or node.revoked_at is not None:
            continue
        # Read before the act: it takes a fifth of a second, and the desks write meanwhile.
        snapshot = directory.snapshot_due(node.id)
        if snapshot is None:
            continue
        with journal.act() as act:
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
