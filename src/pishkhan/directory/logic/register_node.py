from __future__ import annotations

import hashlib
from uuid import UUID

from pishkhan.directory.contracts import Actor, NodeRole, NodeView, Right
from pishkhan.directory.logic.common import refuse_twin
from pishkhan.directory.models import Node
from pishkhan.directory.rules import age_recipient, line
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import Invalid, NotFound
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.prepared import PreparedModels


def register_node(
    actor: Actor,
    *,
    name: str,
    role: NodeRole,
    public_key: bytes,
    epoch: int = 1,
    is_self: bool = False,
    node_id: UUID | None = None,
    recipient: str = "",
) -> UUID:
    """Enter a node and its Ed25519 public key (32 bytes) and return its id.

    `node_id` is by which another node signs (its envelopes' origin); a new one where it is missing.
    `recipient` is the age key to which its mail is sealed. The key's id is the hex of the first
    8 bytes of its SHA-256, as sealing has it. Needs ADMIN.
    Raises Refused `directory.twin-key`, `directory.twin-node` for an id that is known, and
    `directory.twin-self` for a second self.
    """
    actor.require(Right.ADMIN)
    name = line("name", name, longest=120)
    recipient = age_recipient("recipient", recipient)
    if len(public_key) != 32:
        raise Invalid(
            "directory.bad-key", fields={"public_key": Message(N_("The key is damaged."))}
        )
    key_id = hashlib.sha256(public_key).hexdigest()[:16]
    with journal.act() as act:
        refuse_twin(Node.objects.filter(key_id=key_id), "directory.twin-key", "public_key")
        if node_id is not None:
            refuse_twin(Node.objects.filter(id=node_id), "directory.twin-node", "node_id")
        if is_self:
            refuse_twin(Node.objects.filter(is_self=True), "directory.twin-self", "is_self")
        node = Node.objects.create(
            id=node_id or new_id(),
            name=name,
            role=role.value,
            epoch=epoch,
            key_id=key_id,
            public_key=public_key,
            is_self=is_self,
            recipient=recipient,
        )
        act.append(
            "node.registered",
            subject=node.id,
            actor=actor.ref,
            fields={"epoch": epoch, "key": key_id, "role": role.value, "self": is_self},
        )
    return node.id


_SELF = PreparedModels(Node, lambda: Node.objects.filter(is_self=True).order_by("pk")[:1])


def node_self() -> NodeView:
    """Return this node's own row; NotFound `directory.no-node` before it is registered."""
    node = _SELF.first()
    if node is None:
        raise NotFound("directory.no-node")
    return _view(node)


def other_node(node_id: UUID) -> NodeView:
    """Return another node that was entered here; NotFound `directory.no-node`."""
    node = Node.objects.filter(id=node_id, is_self=False).first()
    if node is None:
        raise NotFound("directory.no-node")
    return _view(node)


def other_nodes() -> list[NodeView]:
    """Return all nodes but this one, revoked ones too, by name and id. One query."""
    return [_view(node) for node in Node.objects.filter(is_self=False).order_by("name", "id")]


def renew_own_key(act: Act, public_key: bytes) -> None:
    """Let this node's row, where there is one, name the key by which it signs from now on.

    Part of the deed whose act this is, which tells of it.
    """
    act.open_frame()
    Node.objects.filter(is_self=True).update(
        key_id=hashlib.sha256(public_key).hexdigest()[:16], public_key=public_key
    )


def _view(node: Node) -> NodeView:
    return NodeView(
        id=node.id,
        name=node.name,
        role=NodeRole(node.role),
        epoch=node.epoch,
        key_id=node.key_id,
        public_key=bytes(node.public_key),
        is_self=node.is_self,
        recipient=node.recipient,
        revoked_at=node.revoked_at,
    )
