"""The secretariat's way out: what is signed waits there until it goes."""

from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose
from tests.letters.world import World, refer


def signed(world: World):
    _, arrival = world.referred()
    draft = letters.draft(world.expert, arrival, subject="پیش‌نویس", body="متن نخست")
    letters.draft(world.expert, arrival, subject="پاسخ", body="متن دوم", draft_id=draft)
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    return arrival, draft


def test_a_signed_answer_waits_until_it_goes_out(world: World):
    arrival, draft = signed(world)
    [row] = letters.to_dispatch(world.registrar).rows
    assert (row.draft_id, row.arrival_id, row.subject) == (draft, arrival, "پاسخ")
    assert row.signer_title == world.head.post_title
    assert letters.to_dispatch(world.other_registrar).rows == ()
    letters.dispatch(world.registrar, draft)
    assert letters.to_dispatch(world.registrar).rows == ()


def test_pages_follow_each_other_without_gap_or_twin(world: World):
    drafts = [signed(world)[1] for _ in range(3)]
    first = letters.to_dispatch(world.registrar, limit=2)
    rest = letters.to_dispatch(world.registrar, limit=2, after=first.next)
    assert [row.draft_id for row in (*first.rows, *rest.rows)] == drafts
    assert rest.next is None


def test_only_the_secretariat_sees_the_way_out(world: World):
    for actor in (world.expert, world.head, world.clerk, world.admin):
        with pytest.raises(Forbidden):
            letters.to_dispatch(actor)
        with pytest.raises(Forbidden):
            letters.last_number(actor)


def test_the_last_number_is_the_secretariats_whoever_took_it(world: World):
    assert letters.last_number(world.registrar) is None
    _, arrival = world.arrive()
    issued = letters.register(world.registrar, arrival)
    assert letters.last_number(world.registrar) == issued
    assert letters.last_number(world.other_registrar) is None
