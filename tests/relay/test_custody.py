"""Custody's steps, each with the states it may leave."""

from __future__ import annotations

import pytest

from pishkhan.journal.api import act
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay import rules
from pishkhan.relay.contracts import CustodyState, Transfer
from pishkhan.relay.models import Custody

pytestmark = pytest.mark.django_db(transaction=True)


def held(item, office) -> None:
    with act() as a:
        relay.hold(a, item, office)
        a.append("parcel.made", subject=item, actor="system")


def test_an_item_cannot_begin_twice() -> None:
    item, office = new_id(), new_id()
    held(item, office)
    with pytest.raises(Refused, match=r"relay\.already-held"):
        held(item, office)
    with pytest.raises(Refused, match=r"relay\.already-held"):
        held(item, new_id())
    assert Custody.objects.filter(item=item).count() == 1


def test_only_the_custodian_can_offer() -> None:
    item, office = new_id(), new_id()
    with act() as a:
        with pytest.raises(Refused, match=r"relay\.not-custodian"):
            relay.offer(a, item, office, new_id())
        a.append("parcel.tried", subject=item, actor="system")


def test_hops_count_up_with_every_offer() -> None:
    item, here, there = new_id(), new_id(), new_id()
    held(item, here)
    with act() as a:
        first = relay.offer(a, item, here, there)
        a.append("parcel.sent", subject=item, actor="system")
    assert first.hop == 1
    with act() as a:
        relay.take(a, first, there)
        second = relay.offer(a, item, there, here)
        a.append("parcel.sent", subject=item, actor="system")
    assert second.hop == 2


def test_taking_twice_changes_nothing() -> None:
    item, office = new_id(), new_id()
    transfer = Transfer(new_id(), item, 1)
    for _ in range(2):
        with act() as a:
            relay.take(a, transfer, office)
            a.append("parcel.taken", subject=item, actor="system")
    assert relay.custodian_state(item, office) is CustodyState.HELD


def test_an_old_transfer_cannot_undo_a_newer_move() -> None:
    item, office = new_id(), new_id()
    with act() as a:
        relay.take(a, Transfer(new_id(), item, 5), office)
        a.append("parcel.taken", subject=item, actor="system")
    with act() as a:
        with pytest.raises(Refused, match=r"relay\.stale-transfer"):
            relay.take(a, Transfer(new_id(), item, 3), office)
        a.append("parcel.tried", subject=item, actor="system")


def test_a_second_custodian_is_refused_by_the_table_itself() -> None:
    item = new_id()
    held(item, new_id())

    def take() -> None:
        with act() as a:
            relay.take(a, Transfer(new_id(), item, 1), new_id())
            a.append("parcel.taken", subject=item, actor="system")

    with pytest.raises(Refused, match=r"relay\.already-held"):
        take()


def test_what_was_handed_over_moves_no_more() -> None:
    item, office = new_id(), new_id()
    held(item, office)
    with act() as a:
        relay.release_self(a, item, office)
        a.append("parcel.handed_over", subject=item, actor="system")
    assert relay.custodian_state(item, office) is CustodyState.HANDED_OVER
    for deed in (relay.release_self, lambda a, i, o: relay.offer(a, i, o, new_id())):
        with act() as a:
            with pytest.raises(Refused, match=r"relay\.not-custodian"):
                deed(a, item, office)
            a.append("parcel.tried", subject=item, actor="system")


@pytest.mark.parametrize("step", rules.Step)
def test_handed_over_is_an_end_in_the_rules(step: rules.Step) -> None:
    with pytest.raises(Refused):
        rules.after(step, CustodyState.HANDED_OVER)


def test_only_four_steps_lead_to_holding() -> None:
    leads = {
        (step, state)
        for step, table in rules.STEPS.items()
        for state, after in table.items()
        if after is CustodyState.HELD
    }
    assert leads == {
        (rules.Step.HOLD, None),
        (rules.Step.TAKE, None),
        (rules.Step.TAKE, CustodyState.RELEASED),
        (rules.Step.TAKE, CustodyState.OFFERED),
        (rules.Step.RESUME, CustodyState.OFFERED),
    }
