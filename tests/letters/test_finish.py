from __future__ import annotations

from uuid import UUID

import pytest

from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, ReferralState
from tests.letters.world import World, refer


def test_an_opinion_is_given_as_the_outcome_and_the_letter_goes_on(world: World):
    _, arrival = world.referred(to=world.deputy)
    (asked,) = refer(world.deputy, arrival, world.colleague, Purpose.OPINION)
    with pytest.raises(Invalid):
        letters.finish(world.colleague, asked, outcome="  ")
    letters.finish(world.colleague, asked, outcome="موافقم.")
    row = next(r for r in letters.arrival(world.deputy, arrival).referrals if r.id == asked)
    assert (row.state, row.outcome) == (ReferralState.DONE, "موافقم.")
    assert row.seen_at is not None
    assert [r.arrival_id for r in letters.cartable(world.colleague, folder="done").rows] == [
        arrival
    ]
    assert letters.arrival(world.deputy, arrival).row.holder == world.deputy.post_title
    with pytest.raises(Refused, match=r"letters\.referral-ended"):
        letters.finish(world.colleague, asked, outcome="باز هم")


def test_only_the_receiver_finishes(world: World):
    _, arrival = world.referred()
    (row,) = letters.arrival(world.registrar, arrival).referrals
    with pytest.raises(Forbidden):
        letters.finish(world.registrar, row.id, outcome="x")
    for stranger in (world.colleague, world.other_head, world.admin):
        with pytest.raises(NotFound):
            letters.finish(stranger, row.id, outcome="x")
    with pytest.raises(NotFound):
        letters.finish(world.expert, UUID(int=1), outcome="x")
