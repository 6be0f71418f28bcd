from __future__ import annotations

import hashlib
from uuid import UUID

from pishkhan.directory.models import FormerNodeKey, Node
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.kernel.i18n import N_


def succeed_node(
    act: Act, node_id: UUID | None, *, epoch: int, public_key: bytes, recipient: str
) -> None:
    """Let a node go on in a later epoch, by other keys; its former key is kept for what it signed.

    `node_id` None is this node itself. Part of the deed whose act this is. Raises NotFound
    `directory.no-node`, Refused `directory.old-epoch` for one that is not later.
    """
    rows = Node.objects.select_for_update()
    found = rows.filter(is_self=True) if node_id is None else rows.filter(pk=node_id, is_self=False)
    node = found.first()
    if node is None:
        raise NotFound("directory.no-node")
    if epoch <= node.epoch:
        raise Refused("directory.old-epoch", N_("The node is in this epoch already, or beyond it."))
    FormerNodeKey.objects.create(
        node=node,
        epoch=node.epoch,
        key_id=node.key_id,
        public_key=node.public_key,
        ended_at=act.at,
    )
    former = node.key_id
    node.epoch, node.recipient = epoch, recipient
    node.public_key = public_key
    node.key_id = hashlib.sha256(public_key).hexdigest()[:16]
    node.save(update_fields=["epoch", "recipient", "public_key", "key_id"])
    act.append(
        "node.succeeded",
        subject=node.id,
        actor="system",
        fields={"epoch": epoch, "former": former, "key": node.key_id, "recipient": recipient},
    )


def former_node_key(node_id: UUID, epoch: int, key_id: str) -> bytes | None:
    """Return the key of this id by which another node signed in an epoch that is over."""
    rows = FormerNodeKey.objects.filter(node_id=node_id, epoch=epoch, key_id=key_id)
    key = rows.values_list("public_key", flat=True).first()
    return None if key is None else bytes(key)
