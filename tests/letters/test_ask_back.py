from __future__ import annotations

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, ReferralState, StepKind
from tests.letters.world import World, refer


def test_a_seen_referral_is_asked_back_and_the_receiver_is_told(world: World):
    accepted, arrival = world.referred()
    (row,) = letters.open_arrival(world.expert, arrival).referrals
    letters.ask_back(world.registrar, row.id, reason="به همکار سپرده می‌شود")
    (row,) = letters.open_arrival(world.expert, arrival).referrals
    assert row.asked_back
    assert row.recall_reason == "به همکار سپرده می‌شود"
    assert letters.cartable(world.expert, folder="open").rows[0].asked_back
    assert any(
        s.kind is StepKind.RECALL_ASKED for s in letters.arrival(world.expert, arrival).steps
    )
    assert "letter.recall_asked" in [e.kind for e in journal.entries_of(accepted.letter_id)]
    with pytest.raises(Refused, match=r"letters\.recall-asked"):
        letters.ask_back(world.registrar, row.id, reason="باز هم")


def test_what_nobody_opened_is_taken_back_and_not_asked_for(world: World):
    _, arrival = world.referred()
    (row,) = letters.arrival(world.registrar, arrival).referrals
    with pytest.raises(Refused, match=r"letters\.not-seen"):
        letters.ask_back(world.registrar, row.id, reason="x")


def test_only_the_sender_asks_with_a_reason_while_it_is_open(world: World):
    _, arrival = world.referred(to=world.deputy)
    (given,) = refer(world.deputy, arrival, world.expert)
    letters.open_arrival(world.expert, arrival)
    for stranger in (world.expert, world.registrar):
        with pytest.raises(Forbidden):
            letters.ask_back(stranger, given, reason="x")
    for stranger in (world.head, world.other_registrar):
        with pytest.raises(NotFound):
            letters.ask_back(stranger, given, reason="x")
    with pytest.raises(Invalid):
        letters.ask_back(world.deputy, given, reason=" ")
    refer(world.expert, arrival, world.colleague, Purpose.OPINION)
    with pytest.raises(Refused, match=r"letters\.referred-on"):
        letters.ask_back(world.deputy, given, reason="x")
    letters.finish(world.expert, given, outcome="انجام شد")
    with pytest.raises(Refused, match=r"letters\.referral-ended"):
        letters.ask_back(world.deputy, given, reason="x")
    assert letters.arrival(world.deputy, arrival).referrals[1].state is ReferralState.DONE
