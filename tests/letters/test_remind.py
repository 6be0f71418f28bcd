from __future__ import annotations

from datetime import timedelta

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import StepKind
from tests.letters.world import World


def test_a_reminder_stands_at_the_letter_and_in_the_cartable(world: World):
    _, arrival = world.referred()
    (row,) = letters.arrival(world.registrar, arrival).referrals
    letters.remind(world.registrar, row.id, note="تا فردا لازم است")
    assert letters.cartable(world.expert, folder="open").rows[0].reminded
    view = letters.open_arrival(world.expert, arrival)
    assert view.referrals[0].reminder == "تا فردا لازم است"
    assert any(step.kind is StepKind.REMINDED for step in view.steps)
    assert "letter.referral_reminded" in [e.kind for e in journal.entries_of(view.letter_id)]


def test_a_reminder_leads_the_letter_to_the_head_of_the_cartable_unread(world: World):
    _, old = world.referred()
    _, new = world.referred()
    letters.open_arrival(world.expert, old)
    (row,) = letters.arrival(world.registrar, old).referrals
    letters.remind(world.registrar, row.id)
    first, second = letters.cartable(world.expert, folder="open").rows
    assert (first.arrival_id, second.arrival_id) == (old, new)
    assert not first.seen
    letters.open_arrival(world.expert, old)
    assert letters.cartable(world.expert, folder="open").rows[0].seen


def test_one_reminder_a_day_is_enough(world: World):
    fake = clock.FakeClock(clock.current().now())
    with clock.use(fake):
        _, arrival = world.referred()
        (row,) = letters.arrival(world.registrar, arrival).referrals
        letters.remind(world.registrar, row.id)
        with pytest.raises(Refused, match=r"letters\.reminded-today"):
            letters.remind(world.registrar, row.id)
        fake.advance(timedelta(days=1))
        letters.remind(world.registrar, row.id)


def test_only_the_sender_reminds_while_it_is_open(world: World):
    _, arrival = world.referred()
    (row,) = letters.arrival(world.registrar, arrival).referrals
    with pytest.raises(Forbidden):
        letters.remind(world.expert, row.id)
    for stranger in (world.deputy, world.other_registrar):
        with pytest.raises(NotFound):
            letters.remind(stranger, row.id)
    letters.remind(world.registrar, row.id)
    letters.finish(world.expert, row.id, outcome="انجام شد")
    assert not letters.cartable(world.expert, folder="done").rows[0].reminded
    with pytest.raises(Refused, match=r"letters\.referral-ended"):
        letters.remind(world.registrar, row.id)
