"""Which post is the head of an agency."""

from __future__ import annotations

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel.errors import Forbidden, Invalid
from tests.letters.world import World, _post

pytestmark = pytest.mark.django_db


def test_the_head_is_the_topmost_that_signs_unless_another_is_named():
    world = World.make()
    assert directory.head_of(world.agency) == world.head.post_id
    post = _post(world.secretariat, "قائم‌مقام", parent_id=world.head.post_id, can_sign=True)
    directory.set_head(world.admin, agency_id=world.agency, post_id=post)
    assert directory.head_of(world.agency) == post
    for wrong in (world.expert.post_id, world.other_head.post_id):
        with pytest.raises(Invalid) as caught:
            directory.set_head(world.admin, agency_id=world.agency, post_id=wrong)
        assert set(caught.value.fields) == {"head"}
    with pytest.raises(Forbidden):
        directory.set_head(world.head, agency_id=world.agency, post_id=None)
    directory.close_post(SYSTEM, post_id=post)
    assert directory.head_of(world.agency) == world.head.post_id
