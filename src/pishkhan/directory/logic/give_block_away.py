from __future__ import annotations

from uuid import UUID

from pishkhan.directory.logic.common import the
from pishkhan.directory.logic.next_tracking import give_block
from pishkhan.directory.logic.place_office import close_block, node_of_office
from pishkhan.directory.logic.revoke_node import refuse_revoked
from pishkhan.directory.models import Counter, Node
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def give_block_away(act: Act, counter_id: UUID, node_id: UUID) -> int:
    """Give a counter that lives at another node a new block for there; return its number.

    The block is never open here. Raises NotFound `directory.no-counter`, `directory.no-node`;
    Refused `directory.node-revoked`, and `directory.not-there` unless it was placed there.
    """
    the(Counter.objects.all(), counter_id, "counter")
    refuse_revoked(the(Node.objects.all(), node_id, "node"))
    if node_of_office(counter_id) != node_id:
        raise Refused("directory.not-there", N_("The counter does not live at that node."))
    close_block(counter_id)
    block = give_block(counter_id, is_open=False)
    act.append(
        "counter.block_lent",
        subject=counter_id,
        actor="system",
        fields={"block": block, "place": str(node_id)},
    )
    return block
