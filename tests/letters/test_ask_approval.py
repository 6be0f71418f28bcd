"""Asking the head of the agency to approve the class of a letter."""

from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Classification,
    Purpose,
    Receiver,
)
from tests.letters.test_approve_class import Bylaw
from tests.letters.world import World


def test_ordinary_and_confidential_letters_need_none(world: World):
    bylaw = Bylaw.make(world)
    made = bylaw.begun(Classification("3"))
    draft = bylaw.draft(made)
    assert not draft.must_be_approved
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.ask_approval(bylaw.deputy, draft.id)
    letters.sign(bylaw.deputy, draft.id)
    assert bylaw.draft(made).approved_at is None


def test_nobody_refers_for_an_approval(world: World):
    bylaw = Bylaw.make(world)
    made = bylaw.begun()
    assert bylaw.head.post_id is not None
    to = [Receiver(bylaw.head.post_id, Purpose.APPROVAL, principal=False)]
    with pytest.raises(Invalid):
        letters.refer(bylaw.deputy, made, to=to)
