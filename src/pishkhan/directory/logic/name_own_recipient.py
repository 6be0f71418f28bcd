from __future__ import annotations

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.models import Node
from pishkhan.journal import api as journal


def name_own_recipient(actor: Actor, recipient: str) -> None:
    """Let this node's own row name the recipient that others seal to for it. Needs ADMIN."""
    actor.require(Right.ADMIN)
    with journal.act() as act:
        node = Node.objects.select_for_update().get(is_self=True)
        node.recipient = recipient
        node.save(update_fields=["recipient"])
        act.append(
            "node.recipient_named",
            subject=node.id,
            actor=actor.ref,
            fields={"recipient": recipient},
        )
