"""One round of the relay on one node: what a sender, a receiver and an operator then see."""

import pytest
from tests.relay.conftest import Post

from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_step_delivers_and_releases_the_sender(post: Post) -> None:
    item = post.accept("first")
    report = relay.step()
    assert post.names() == ["first"]
    assert relay.custodian_state(item, post.counter) is CustodyState.RELEASED
    assert relay.custodian_state(item, post.agency) is CustodyState.HELD
    assert (report.applied, report.quarantined, report.refused) == (2, 0, 0)
    assert relay.step().idle
    assert relay.queue_depth(post.counter) == 0
