"""Whose envelopes are believed, and where an office lives.

One node plays every part today. A second node adds its row in the directory and its answer
here; nothing else on the road asks who a node is.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound
from pishkhan.sealing import api as sealing
from pishkhan.sealing import papers


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
        self._over: dict[str, bool] = {}

    def public_key(self, node: UUID, epoch: int, key_id: str) -> bytes | None:
        """Return the key that signs for a node in an epoch; None for one not known here."""
        me = self._me
        return me.public_key if (node, epoch, key_id) == (me.id, me.epoch, me.key_id) else None

    def is_over(self, key_id: str, at: datetime) -> bool:
        """Return whether what this key signed counts no more when it comes at this moment.

        No envelope can be tied to a checkpoint of before the revocation: it bears no proof, and
        the time in its header is the signer's word. So whatever comes later is over.
        """
        if key_id not in self._over:
            self._over[key_id] = papers.is_over(key_id, at)
        return self._over[key_id]


def node_of(office: UUID) -> UUID:
    """Return the node where an office (or a node itself, for receipts) gets its post."""
    del office
    return journal.node_id()
