from __future__ import annotations

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, ReferralState, StepKind
from tests.letters.world import World, refer


def asked(world: World):
    _, arrival = world.referred()
    (row,) = letters.open_arrival(world.expert, arrival).referrals
    letters.ask_back(world.registrar, row.id, reason="اشتباه")
    return arrival, row.id


def test_what_is_given_back_is_out_of_the_receivers_sight(world: World):
    arrival, row = asked(world)
    letters.give_back(world.expert, row)
    view = letters.arrival(world.registrar, arrival)
    assert view.referrals[0].state is ReferralState.TAKEN_BACK
    assert view.row.holder == ""
    assert view.steps[-1].kind is StepKind.GIVEN_BACK
    with pytest.raises(NotFound):
        letters.arrival(world.expert, arrival)
    for folder in ("open", "to_sign", "done"):
        assert letters.cartable(world.expert, folder=folder).rows == ()
    assert "letter.referral_given_back" in [e.kind for e in journal.entries_of(view.letter_id)]
    refer(world.registrar, arrival, world.colleague)
    assert letters.arrival(world.registrar, arrival).row.holder == world.colleague.post_title


def test_what_was_not_asked_for_is_not_given_back(world: World):
    _, arrival = world.referred()
    (row,) = letters.open_arrival(world.expert, arrival).referrals
    with pytest.raises(Refused, match=r"letters\.recall-not-asked"):
        letters.give_back(world.expert, row.id)


def test_only_the_receiver_gives_back_and_only_what_he_still_has_alone(world: World):
    arrival, row = asked(world)
    with pytest.raises(Forbidden):
        letters.give_back(world.registrar, row)
    for stranger in (world.deputy, world.other_head):
        with pytest.raises(NotFound):
            letters.give_back(stranger, row)
    (on,) = refer(world.expert, arrival, world.colleague, Purpose.OPINION)
    with pytest.raises(Refused, match=r"letters\.referred-on"):
        letters.give_back(world.expert, row)
    letters.take_back(world.expert, on)
    letters.give_back(world.expert, row)
    with pytest.raises((NotFound, Invalid)):
        letters.give_back(world.expert, row)


def test_a_sender_who_has_the_letter_himself_finds_the_word_in_his_cartable(world: World):
    _, arrival = world.referred(to=world.deputy)
    (given,) = refer(world.deputy, arrival, world.expert)
    letters.open_arrival(world.expert, arrival)
    letters.ask_back(world.deputy, given, reason="x")
    world.referred(to=world.deputy)
    letters.give_back(world.expert, given)
    first = letters.cartable(world.deputy, folder="open").rows[0]
    assert (first.arrival_id, first.news, first.seen) == (
        arrival,
        StepKind.GIVEN_BACK,
        False,
    )
