"""Whose envelopes are believed, and where an office lives.

One node plays every part today. A second node adds its row in the directory and its answer
here; nothing else on the road asks who a node is.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound
from pishkhan.sealing import api as sealing


@dataclass(frozen=True, slots=True)
class Node:
    """A node as an origin of envelopes: its id, its epoch, and the key that signs in it."""

    id: UUID
    epoch: int
    key_id: str
    public_key: bytes


def this_node() -> Node:
    """Return the node that runs this program; one not entered in the directory is in epoch 1."""
    key = sealing.node_key()
    try:
        epoch = directory.node_self().epoch
    except NotFound:
        epoch = 1
    return Node(journal.node_id(), epoch, key.key_id, key.public_key)


class Origins:
    """The nodes believed here, read once for a batch."""

    def __init__(self) -> None:
        self._me = this_node()

    def public_key(self, node: UUID, epoch: int, key_id: str) -> bytes | None:
        """Return the key that signs for a node in an epoch; None for one not known here."""
        me = self._me
        return me.public_key if (node, epoch, key_id) == (me.id, me.epoch, me.key_id) else None


def node_of(office: UUID) -> UUID:
    """Return the node where an office (or a node itself, for receipts) gets its post."""
    del office
    return journal.node_id()
