from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, Refused
from pishkhan.letters import api as letters
from pishkhan.letters import rules
from pishkhan.letters.contracts import (
    ArrivalState,
    DraftState,
    Purpose,
    ReferralState,
    SubmissionState,
)
from tests.letters.world import World, drain, refer


def test_closing_ends_referrals_and_drafts_and_tells_the_counter(world: World):
    accepted, arrival = world.referred()
    refer(world.expert, arrival, world.colleague, Purpose.INFORMATION)
    letters.draft(world.expert, arrival, subject="پاسخ", body="متن")
    letters.close(world.expert, arrival, outcome="تکراری")
    drain()
    view = letters.arrival(world.expert, arrival)
    assert view.row.state is ArrivalState.CLOSED
    assert {r.state for r in view.referrals} == {ReferralState.CLOSED}
    assert view.drafts[0].state is DraftState.ABANDONED
    assert letters.cartable(world.colleague, folder="open").rows == ()
    seen = letters.submission(world.clerk, accepted.letter_id)
    assert seen.row.state is SubmissionState.CLOSED
    with pytest.raises(Forbidden):
        letters.close(world.expert, arrival, outcome="باز هم")


def test_only_the_clerk_or_the_principal_actor_closes(world: World):
    _, arrival = world.referred()
    refer(world.expert, arrival, world.colleague, Purpose.INFORMATION)
    with pytest.raises(Forbidden):
        letters.close(world.colleague, arrival, outcome="x")
    letters.close(world.registrar, arrival, outcome="x")


def test_an_unregistered_letter_is_not_closed(world: World):
    _, arrival = world.arrive()
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.close(world.registrar, arrival, outcome="x")


def test_an_answered_letter_is_over_and_only_reopened(world: World):
    _, arrival = world.answered()
    deeds = letters.arrival(world.registrar, arrival).deeds
    assert ("close" in deeds, "reopen" in deeds) == (False, True)
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.close(world.registrar, arrival, outcome="x")


def test_no_letter_may_be_both_closed_and_reopened():
    assert not rules.ARRIVAL["close"].keys() & rules.ARRIVAL["reopen"].keys()
