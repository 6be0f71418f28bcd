from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, Invalid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import DraftState, Purpose, ReferralState
from tests.letters.world import World, refer


def test_a_draft_comes_back_with_a_note_and_goes_up_again(world: World):
    _, arrival = world.referred(to=world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن")
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    with pytest.raises(Invalid):
        letters.send_back(world.head, draft, note="")
    letters.send_back(world.head, draft, note="کوتاه‌تر شود")
    view = letters.arrival(world.deputy, arrival)
    assert view.drafts[0].state is DraftState.DRAFTING
    assert view.drafts[0].send_back_note == "کوتاه‌تر شود"
    ended = next(r for r in view.referrals if r.purpose is Purpose.SIGNATURE)
    assert (ended.state, ended.outcome) == (ReferralState.DONE, "کوتاه‌تر شود")
    letters.draft(world.deputy, arrival, subject="پاسخ", body="کوتاه", draft_id=draft)
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    assert letters.arrival(world.head, arrival).drafts[0].send_back_note == ""


def test_the_author_cannot_send_back_his_own_draft(world: World):
    _, arrival = world.referred(to=world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن")
    for actor in (world.deputy, world.registrar):
        with pytest.raises(Forbidden):
            letters.send_back(actor, draft, note="x")
