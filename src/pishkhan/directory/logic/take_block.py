from __future__ import annotations

from uuid import UUID

from pishkhan.directory.logic.common import the
from pishkhan.directory.logic.next_tracking import give_block
from pishkhan.directory.logic.place_office import close_block, node_of_office
from pishkhan.directory.models import Counter, TrackingBlock
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def take_block(act: Act, counter_id: UUID, block: int) -> None:
    """Let a block that the centre gave to a counter of this node be its open one.

    Harmless when it is that already. Raises NotFound `directory.no-counter`; Refused
    `directory.counter-elsewhere`, `directory.bad-block`, and `directory.twin-block` for a block
    that was ever here: a closed one is never opened again.
    """
    the(Counter.objects.all(), counter_id, "counter")
    if node_of_office(counter_id) is not None:
        raise Refused("directory.counter-elsewhere", N_("This counter works at its own node."))
    known = TrackingBlock.objects.filter(pk=block, counter_id=counter_id, is_open=True)
    if known.filter(is_lent=True).exists():
        return
    if TrackingBlock.objects.filter(pk=block).exists():
        raise Refused("directory.twin-block", N_("This block of tracking codes is taken."))
    close_block(counter_id)
    give_block(counter_id, wanted=block, is_lent=True)
    act.append("counter.block_taken", subject=counter_id, actor="system", fields={"block": block})
