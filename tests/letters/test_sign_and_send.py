"""Signing and sending in one act, for who is the whole office; all or nothing."""

from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import NewLetter, Purpose
from tests.letters.dehyari import village
from tests.letters.world import World, refer


@pytest.fixture
def world() -> World:
    return World.make()


def up(world: World) -> NewLetter:
    return NewLetter(agency_id=world.agency, recipient="مدیر", subject="راه", body="متن")


def test_where_several_work_nobody_takes_a_letter_to_himself_or_sends_what_he_signs(world):
    _accepted, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    with pytest.raises(Refused):
        refer(world.registrar, arrival, world.registrar)
    refer(world.registrar, arrival, world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن")
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    with pytest.raises(Forbidden):
        letters.sign_and_send(world.head, draft)
    assert letters.arrival(world.head, arrival).drafts[0].signed_at is None


def test_a_changed_draft_is_neither_signed_nor_sent(world):
    there = village(world)
    made = letters.begin_letter(there.dehyar, up(world))
    (draft,) = letters.arrival(there.dehyar, made).drafts
    letters.draft(
        there.dehyar, made, draft_id=draft.id, recipient="مدیر", subject="دیگر", body="دیگر"
    )
    with pytest.raises(Refused):
        letters.sign_and_send(there.dehyar, draft.id, version=1)
    (draft,) = letters.arrival(there.dehyar, made).drafts
    assert (draft.versions[-1].initials, draft.signed_at) == ((), None)
