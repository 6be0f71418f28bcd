"""A refused message is sent once more as it was; what follows one does not wait for it."""

from __future__ import annotations

from uuid import UUID

import pytest
from tests.relay.conftest import Post

from pishkhan.journal.api import act
from pishkhan.kernel.errors import Invalid, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState, FateState
from pishkhan.relay.models import Outgoing

pytestmark = pytest.mark.django_db(transaction=True)


def again(message: UUID, to_office: UUID) -> UUID:
    with act() as a:
        sent = relay.send_again(a, message, to_office=to_office)
        a.append("parcel.sent", subject=sent, actor="system")
    return sent


def refused(post: Post, name: str = "x") -> tuple[UUID, UUID]:
    """Return an item that the agency refused, and its message."""
    post.faults[name] = Invalid("test.no")
    item = post.accept(name)
    relay.drain()
    del post.faults[name]
    return item, Outgoing.objects.get(item=item).id


def test_it_brings_the_same_and_offers_the_item_anew(post: Post) -> None:
    item, first = refused(post)
    second = again(first, post.agency)
    assert relay.custodian_state(item, post.counter) is CustodyState.OFFERED
    relay.drain()
    assert post.names() == ["x"]
    assert relay.custodian_state(item, post.agency) is CustodyState.HELD
    assert relay.fate(first).state is FateState.REFUSED
    assert relay.fate(second).state is FateState.APPLIED
    with pytest.raises(Refused, match=r"relay\.not-custodian"):
        again(first, post.agency)


def test_it_may_go_to_another_office(post: Post) -> None:
    item, first = refused(post)
    other = new_id()
    again(first, other)
    relay.drain()
    assert relay.custodian_state(item, other) is CustodyState.HELD


def test_only_a_refused_message_is_sent_again(post: Post) -> None:
    sent = post.send("y")
    with pytest.raises(Refused, match=r"relay\.not-refused"):
        again(sent, post.agency)
    with pytest.raises(NotFound, match=r"relay\.no-message"):
        again(new_id(), post.agency)


def test_the_newest_message_that_was_not_refused_is_found(post: Post) -> None:
    post.faults["b"] = Invalid("test.no")
    first = post.send("a")
    second = post.send("b", after=(first,))
    assert relay.not_refused(second) == second
    relay.drain()
    assert relay.not_refused(second) == first
    _, alone = refused(post, "c")
    assert relay.not_refused(alone) is None
