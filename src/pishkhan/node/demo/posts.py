"""Who stands in for whom in the demonstration, from the day it is made."""

from __future__ import annotations

from datetime import timedelta

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel import clock
from pishkhan.kernel.jalali import day_bounds
from pishkhan.node.demo.founding import Body


def stand_in(body: Body) -> None:
    """Let the expert be the deputy's deputy now, and the deputy the head's in some days."""
    today = clock.current().now().astimezone(clock.TEHRAN).date()
    for away, by, begins, lasts in (
        (body.deputy, body.expert, 0, 14),
        (body.head, body.deputy, 3, 10),
    ):
        assert away.post_id is not None
        assert by.post_id is not None
        directory.name_stand_in(
            SYSTEM,
            kind=StandInKind.DEPUTY,
            for_post_id=away.post_id,
            by_post_id=by.post_id,
            from_at=day_bounds(today + timedelta(days=begins))[0] if begins else None,
            until_at=day_bounds(today + timedelta(days=lasts))[1],
        )
