from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose
from tests.letters.world import World, refer


def test_an_initial_stands_on_the_version_that_was_read(world: World):
    _, arrival = world.referred()
    draft = letters.draft(world.expert, arrival, subject="پاسخ", body="یک")
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    letters.draft(world.expert, arrival, subject="پاسخ", body="دو", draft_id=draft)
    with pytest.raises(Refused, match=r"letters\.draft-changed"):
        letters.initial(world.deputy, draft, version=1)
    letters.initial(world.deputy, draft, version=2)
    with pytest.raises(Refused, match=r"letters\.already-initialled"):
        letters.initial(world.deputy, draft)
    (view,) = letters.arrival(world.deputy, arrival).drafts
    assert [v.initials for v in view.versions] == [(), (world.deputy.post_title,)]


def test_it_needs_the_right_and_the_letter(world: World):
    _, arrival = world.referred()
    draft = letters.draft(world.expert, arrival, subject="پاسخ", body="متن")
    with pytest.raises(Forbidden):
        letters.initial(world.expert, draft)
    with pytest.raises(NotFound):
        letters.initial(world.deputy, draft)
    with pytest.raises(Forbidden):
        letters.initial(world.registrar, draft)
