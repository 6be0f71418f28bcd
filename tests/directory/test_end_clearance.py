"""A clearance that is ended opens nothing from the next request on."""

from __future__ import annotations

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.kernel.ids import new_id


def test_an_ended_clearance_is_over_at_once_and_stays_in_the_list(world):
    user = world.users["expert"]
    made = api.grant_clearance(SYSTEM, user_id=user, level="3")
    api.end_clearance(SYSTEM, clearance_id=made)
    actor = api.actor_for(user, None)
    assert actor is not None
    assert actor.clearance == "1"
    (row,) = api.clearances_of(SYSTEM, user)
    assert not row.holds
    assert journal.entries_of(user)[-1].kind == "clearance.ended"
    with pytest.raises(Refused):
        api.end_clearance(SYSTEM, clearance_id=made)
    with pytest.raises(NotFound):
        api.end_clearance(SYSTEM, clearance_id=new_id())
    with pytest.raises(Forbidden):
        api.end_clearance(actor, clearance_id=made)
