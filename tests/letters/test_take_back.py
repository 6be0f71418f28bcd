from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import DraftState, Purpose, ReferralState
from tests.letters.world import World, refer


def test_an_unseen_referral_is_taken_back_and_the_receiver_sees_nothing(world: World):
    _, arrival = world.referred()
    (row,) = letters.arrival(world.registrar, arrival).referrals
    letters.take_back(world.registrar, row.id, reason="اشتباه")
    view = letters.arrival(world.registrar, arrival)
    assert view.referrals[0].state is ReferralState.TAKEN_BACK
    assert view.row.holder == ""
    for reading in (letters.arrival, letters.open_arrival):
        with pytest.raises(NotFound):
            reading(world.expert, arrival)
    for folder in ("open", "to_sign", "done"):
        assert letters.cartable(world.expert, folder=folder).rows == ()
    assert letters.search(world.expert, "آب").rows == ()
    with pytest.raises(NotFound):
        letters.finish(world.expert, row.id, outcome="انجام شد")
    refer(world.registrar, arrival, world.expert)
    assert letters.open_arrival(world.expert, arrival).row.id == arrival


def test_a_seen_referral_is_not_taken_back(world: World):
    _, arrival = world.referred()
    (row,) = letters.open_arrival(world.expert, arrival).referrals
    with pytest.raises(Refused, match=r"letters\.already-seen"):
        letters.take_back(world.registrar, row.id)


def test_only_the_sender_takes_back(world: World):
    _, arrival = world.referred(to=world.deputy)
    (given,) = refer(world.deputy, arrival, world.expert)
    for stranger in (world.expert, world.registrar):
        with pytest.raises(Forbidden):
            letters.take_back(stranger, given)
    with pytest.raises(NotFound):
        letters.take_back(world.head, given)
    letters.take_back(world.deputy, given)
    with pytest.raises(Refused, match=r"letters\.referral-ended"):
        letters.take_back(world.deputy, given)


def test_a_draft_that_no_signer_has_before_him_is_drafted_again(world: World):
    _, arrival = world.referred(to=world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن")
    letters.initial(world.deputy, draft)
    (offered,) = refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.take_back(world.deputy, offered)
    assert letters.arrival(world.deputy, arrival).drafts[0].state is DraftState.DRAFTING
