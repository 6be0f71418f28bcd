"""Whose envelopes are believed, and where an office lives. Nothing else on the road asks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import NodeView
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, NotFound, Unavailable
from pishkhan.sealing import api as sealing
from pishkhan.sealing import papers
from pishkhan.sealing.api import SigningKey


@dataclass(frozen=True, slots=True)
class Node:
    """A node as an origin of envelopes: its id, its epoch, and the key that signs in it."""

    id: UUID
    epoch: int
    key: SigningKey


def this_node() -> Node:
    """Return the node that runs this program; one not entered in the directory is in epoch 1.

    Raises Unavailable `relay.epoch-unfinished` while the directory names a key that does not
    sign yet: what were signed now, nobody would believe.
    """
    key = sealing.signing_key()
    try:
        told = directory.node_self()
    except NotFound:
        return Node(journal.node_id(), 1, key)
    if told.key_id != key.key_id and sealing.known_key(told.key_id) is None:
        raise Unavailable(
            "relay.epoch-unfinished",
            N_("A new epoch was begun and not finished: pishkhan node new-epoch --yes"),
        )
    return Node(journal.node_id(), told.epoch, key)


class Origins:
    """The nodes believed here, read once for a batch."""

    def __init__(self) -> None:
        self._me = this_node()
        self._over: dict[str, bool] = {}
        self._epochs: dict[UUID, int] = {}
        self._others: dict[tuple[UUID, int, str], bytes | None] = {}

    def public_key(self, node: UUID, epoch: int, key_id: str) -> bytes | None:
        """Return the key that signs for a node in an epoch; None for one not known here.

        Of this node the present key and the former ones. Of another, which the operator entered
        into the directory, the key that stands there, those that the same root states for it, and
        of an epoch that is over the one of then.
        """
        if node == self._me.id:
            return sealing.known_key(key_id) if epoch <= self._me.epoch else None
        wanted = (node, epoch, key_id)
        if wanted not in self._others:
            self._others[wanted] = _others_key(*wanted)
        return self._others[wanted]

    def is_former(self, node: UUID, epoch: int) -> bool:
        """Return whether another node that is believed here has gone on in a later epoch."""
        if node == self._me.id:
            return False
        if node not in self._epochs:
            self._epochs[node] = directory.other_node(node).epoch
        return epoch < self._epochs[node]

    def is_over(self, node: UUID, key_id: str, at: datetime) -> bool:
        """Return whether what this key of a node signed counts no more when it comes now, at `at`.

        The key is revoked or has ended by its agency's papers, or a person revoked the node here.

        No envelope can be tied to a checkpoint of before the revocation: it bears no proof, and
        the time in its header is the signer's word. So whatever comes later is over.
        """
        if key_id not in self._over:
            other = None if node == self._me.id else directory.other_node(node)
            revoked = other is not None and other.revoked_at is not None
            self._over[key_id] = revoked or papers.over_since(key_id, at) is not None
        return self._over[key_id]


def _others_key(node: UUID, epoch: int, key_id: str) -> bytes | None:
    try:
        other = directory.other_node(node)
    except NotFound:
        return None
    if epoch < other.epoch:
        return directory.former_node_key(node, epoch, key_id)
    if epoch > other.epoch:
        return None
    if other.key_id == key_id:
        return other.public_key
    return papers.relay_key(node, other.key_id, key_id, clock.current().now())


class Places:
    """Where offices live, each looked up once for a batch."""

    def __init__(self) -> None:
        self.me = journal.node_id()
        self._known: dict[UUID, UUID] = {self.me: self.me}
        self._others: dict[UUID, NodeView] | None = None

    def node_of(self, office: UUID) -> UUID:
        """Return the node where an office (or a node itself, for receipts) gets its post.

        An office that is placed nowhere lives here, also one that the directory does not know.
        """
        found = self._known.get(office)
        if found is None:
            placed = directory.node_of_office(office)
            if placed is None:
                placed = office if office in self.others() else self.me
            found = self._known[office] = placed
        return found

    def others(self) -> dict[UUID, NodeView]:
        """Return the other nodes that the directory knows, by id."""
        if self._others is None:
            self._others = {node.id: node for node in directory.other_nodes()}
        return self._others
