"""The carrier between desks of one node: the same bytes, handed over in the same database.

Two transactions on purpose, as with any carrier. What is true after a crash:
- before `receive` commits: nothing was delivered, the envelope is still to be carried;
- between the two commits: it is delivered, and still marked as to be carried. It will be carried
  once more, and `receive` knows its id;
- after the second: it is delivered and known to be.
"""

from __future__ import annotations

from functools import cache

from pishkhan.journal.api import act
from pishkhan.kernel import clock
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.prepared import Prepared
from pishkhan.relay.contracts import OutgoingState, StepReport
from pishkhan.relay.logic.receive import Sealed, receive
from pishkhan.relay.models import Envelope, Outgoing


@cache
def _waiting(limit: int) -> Prepared:
    return Prepared(
        lambda: (
            Envelope.objects.filter(to_carry__isnull=False, to_node__isnull=True)
            .order_by("to_carry")
            .values_list("id", "header", "payload", "signature")[:limit]
        )
    )


def carry(*, limit: int) -> StepReport:
    """Deliver up to `limit` envelopes that wait for a carrier, oldest first."""
    waiting = [
        (id_, Sealed(bytes(header), bytes(payload), bytes(signature)))
        for id_, header, payload, signature in _waiting(limit).rows()
    ]
    if not waiting:
        return StepReport()
    taken = receive([sealed for _, sealed in waiting])
    if taken.rejected:
        damaged = {id_: taken.rejected[s.id] for id_, s in waiting if s.id in taken.rejected}
        _set_aside(damaged)
    # By the rows' keys, not by what their bytes hash to: a damaged row must not come up for ever.
    Envelope.objects.filter(id__in=[id_ for id_, _ in waiting]).update(
        to_carry=None, carried_at=clock.current().now()
    )
    return StepReport(carried=len(taken.new), rejected=len(taken.rejected))


def _set_aside(damaged: dict[str, str]) -> None:
    """Show the sender that its envelope was not believed; on one node that is a damaged row."""
    with act() as a:
        for id_, reason in damaged.items():
            Outgoing.objects.filter(envelope=id_, state=OutgoingState.SENT).update(
                state=OutgoingState.QUARANTINED, reason=reason
            )
        a.append(
            "envelopes.rejected",
            subject=new_id(),
            actor="system",
            fields={"count": len(damaged), "envelopes": sorted(damaged)},
        )
