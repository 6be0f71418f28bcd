from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Node
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def revoke_node(actor: Actor, node_id: UUID) -> None:
    """Let nothing of another node count from now on; its offices stay placed there.

    Needs ADMIN. Raises NotFound `directory.no-node`, Refused `directory.own-node` for this node
    itself and `directory.node-revoked` for one that is revoked already.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        node = the(Node.objects.select_for_update(), node_id, "node")
        if node.is_self:
            raise Refused("directory.own-node", N_("This node does not revoke itself."))
        refuse_revoked(node)
        node.revoked_at = act.at
        node.save(update_fields=["revoked_at"])
        act.append("node.revoked", subject=node_id, actor=actor.ref, fields={"key": node.key_id})


def refuse_revoked(node: Node) -> None:
    """Raise Refused `directory.node-revoked` for a node of which nothing counts any more."""
    if node.revoked_at is not None:
        raise Refused("directory.node-revoked", N_("This node is revoked."))
