from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Receiver
from tests.letters.world import World


def test_a_dropped_group_is_gone_and_its_referrals_stay(world: World):
    assert world.expert.post_id is not None
    group = letters.keep_group(world.deputy, name="شبکه", members=[Receiver(world.expert.post_id)])
    _, arrival = world.referred(to=world.deputy)
    letters.refer(world.deputy, arrival, to=[Receiver(world.expert.post_id)])
    for actor, office in ((world.head, None), (world.admin, world.agency)):
        with pytest.raises(NotFound):
            letters.drop_group(actor, group, agency_id=office)
    with pytest.raises(Forbidden):
        letters.drop_group(world.clerk, group)
    letters.drop_group(world.deputy, group)
    assert letters.ready(world.deputy).groups == ()
    assert len(letters.arrival(world.deputy, arrival).referrals) == 2
