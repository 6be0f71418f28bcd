"""A template goes; only who keeps it drops it."""

from __future__ import annotations

import pytest

from pishkhan.kernel.errors import NotFound
from pishkhan.letters import api as letters
from tests.letters.test_keep_template import kept
from tests.letters.world import World


def test_who_keeps_it_drops_it(world: World):
    own = kept(world.expert)
    office = kept(world.admin, agency_id=world.agency)
    for actor, id_ in ((world.colleague, own), (world.expert, office)):
        with pytest.raises(NotFound, match=r"letters\.no-template"):
            letters.drop_template(actor, id_)
    letters.drop_template(world.expert, own)
    letters.drop_template(world.admin, office, agency_id=world.agency)
    assert letters.templates(world.expert) == ()
