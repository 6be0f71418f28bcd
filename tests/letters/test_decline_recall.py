from __future__ import annotations

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import StepKind
from tests.letters.world import World, refer


def test_the_sender_reads_why_it_is_kept_and_may_ask_again(world: World):
    _, arrival = world.referred()
    (row,) = letters.open_arrival(world.expert, arrival).referrals
    letters.ask_back(world.registrar, row.id, reason="اشتباه")
    with pytest.raises(Invalid):
        letters.decline_recall(world.expert, row.id, reason="")
    with pytest.raises(Forbidden):
        letters.decline_recall(world.registrar, row.id, reason="x")
    with pytest.raises(NotFound):
        letters.decline_recall(world.deputy, row.id, reason="x")
    letters.decline_recall(world.expert, row.id, reason="پاسخ آماده است")
    view = letters.arrival(world.registrar, arrival)
    (row,) = view.referrals
    assert (row.asked_back, row.recall_answer) == (False, "پاسخ آماده است")
    assert view.steps[-1].kind is StepKind.RECALL_DECLINED
    assert "letter.recall_declined" in [e.kind for e in journal.entries_of(view.letter_id)]
    with pytest.raises(Refused, match=r"letters\.recall-not-asked"):
        letters.decline_recall(world.expert, row.id, reason="x")
    letters.ask_back(world.registrar, row.id, reason="با این همه")
    (row,) = letters.arrival(world.registrar, arrival).referrals
    assert row.asked_back
    assert row.recall_answer == ""


def test_a_sender_who_has_the_letter_himself_finds_the_word_in_his_cartable(world: World):
    _, arrival = world.referred(to=world.deputy)
    (given,) = refer(world.deputy, arrival, world.expert)
    letters.open_arrival(world.expert, arrival)
    letters.ask_back(world.deputy, given, reason="x")
    world.referred(to=world.deputy)
    letters.decline_recall(world.expert, given, reason="در دست اقدام")
    first = letters.cartable(world.deputy, folder="open").rows[0]
    assert (first.arrival_id, first.news, first.seen) == (
        arrival,
        StepKind.RECALL_DECLINED,
        False,
    )
