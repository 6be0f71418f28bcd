"""Let an indicator give no more numbers, or let it give them again."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound
from pishkhan.letters.models import NumberSeries


def close_series(actor: Actor, series_id: UUID, *, back: bool = False) -> None:
    """Close an indicator, or open it again with `back`; its numbers and its book stay.

    A secretariat's first indicator cannot be closed. Needs ADMIN. Raises Forbidden, NotFound
    `letters.no-series`.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        row = NumberSeries.objects.select_for_update().filter(pk=series_id).first()
        if row is None:
            raise NotFound("letters.no-series")
        row.active = back
        row.save(update_fields=["active"])
        act.append(
            "indicator.opened" if back else "indicator.closed",
            subject=row.id,
            actor=actor.ref,
            fields={"secretariat": str(row.secretariat_id)},
        )
