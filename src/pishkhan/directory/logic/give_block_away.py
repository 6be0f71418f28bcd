from __future__ import annotations

from uuid import UUID

from django.db.models import F, OuterRef, Subquery

from pishkhan.directory.logic.common import the
from pishkhan.directory.logic.next_tracking import give_block
from pishkhan.directory.logic.place_office import close_block, node_of_office
from pishkhan.directory.logic.revoke_node import refuse_revoked
from pishkhan.directory.models import Counter, Node, OfficePlace, TrackingBlock
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def give_block_away(act: Act, counter_id: UUID, node_id: UUID) -> int:
    """Give a counter that lives at another node a new block for there; return its number.

    The block is never open here. Raises NotFound `directory.no-counter`, `directory.no-node`;
    Refused `directory.node-revoked`, and `directory.not-there` unless it was placed there.
    """
    the(Counter.objects.all(), counter_id, "counter")
    node = the(Node.objects.all(), node_id, "node")
    refuse_revoked(node)
    if node_of_office(counter_id) != node_id:
        raise Refused("directory.not-there", N_("The counter does not live at that node."))
    close_block(counter_id)
    block = give_block(counter_id, is_open=False, epoch=node.epoch)
    act.append(
        "counter.block_lent",
        subject=counter_id,
        actor="system",
        fields={"block": block, "place": str(node_id)},
    )
    return block


def counters_without_block() -> list[tuple[UUID, UUID]]:
    """Return (node, counter) where a node began an epoch for which its counter has no block yet."""
    newest = (
        TrackingBlock.objects.filter(counter_id=OuterRef("office"), is_lent=False)
        .order_by("-block")
        .values("epoch")[:1]
    )
    rows = OfficePlace.objects.filter(node__revoked_at=None, node__is_self=False)
    rows = rows.annotate(given=Subquery(newest)).filter(given__lt=F("node__epoch"))
    return list(rows.order_by("node_id", "office").values_list("node_id", "office"))
