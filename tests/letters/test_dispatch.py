from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    ArrivalState,
    DraftState,
    Purpose,
    ReferralState,
    SubmissionState,
)
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState
from tests.letters.world import World, drain, refer


def test_the_answer_goes_out_under_a_number_of_the_same_indicator(world: World):
    accepted, arrival = world.referred(to=world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن")
    other = letters.draft(world.deputy, arrival, subject="پاسخ دیگر", body="متن")
    letters.initial(world.deputy, draft)
    with pytest.raises(Refused, match=r"letters\.not-signed"):
        letters.dispatch(world.registrar, draft)
    letters.initial(world.deputy, other)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    with pytest.raises(Forbidden):
        letters.dispatch(world.head, draft)
    with pytest.raises(NotFound):
        letters.dispatch(world.other_registrar, draft)
    issued = letters.dispatch(world.registrar, draft)
    assert issued.number == 2
    view = letters.arrival(world.registrar, arrival)
    assert view.row.state is ArrivalState.ANSWERED
    assert view.row.holder == ""
    states = {d.id: d.state for d in view.drafts}
    assert states == {draft: DraftState.DISPATCHED, other: DraftState.ABANDONED}
    assert view.referrals
    assert ReferralState.OPEN not in {r.state for r in view.referrals}
    assert relay.custodian_state(draft, world.secretariat) is CustodyState.OFFERED
    with pytest.raises(Refused):
        letters.dispatch(world.registrar, draft)
    drain()
    assert relay.custodian_state(draft, world.secretariat) is CustodyState.RELEASED
    assert relay.custodian_state(draft, world.counter) is CustodyState.HELD
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.READY
    answer = letters.open_answer(world.clerk, accepted.letter_id)
    assert (answer.body, answer.number_text) == ("متن", issued.text)


def test_a_reopened_letter_gets_a_second_answer(world: World):
    accepted, arrival = world.answered()
    letters.reopen(world.registrar, arrival, reason="اعتراض متقاضی")
    refer(world.registrar, arrival, world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ دوم", body="متن دوم")
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    letters.dispatch(world.registrar, draft)
    drain()
    assert letters.open_answer(world.clerk, accepted.letter_id).body == "متن دوم"
