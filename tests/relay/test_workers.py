"""Several workers at once: each message is done by one of them."""

from __future__ import annotations

import threading

import pytest
from django.db import connection
from tests.relay.conftest import Post

from pishkhan.journal.api import act
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.ids import new_id
from pishkhan.relay import api as relay
from pishkhan.relay.models import Custody, Inbound, Outgoing, Stream

pytestmark = pytest.mark.django_db(transaction=True)


def together(count: int, work) -> list[BaseException]:
    """Run `work(n)` in that many threads and return what they raised."""
    raised: list[BaseException] = []
    start = threading.Barrier(count)

    def run(n: int) -> None:
        try:
            start.wait(10)
            work(n)
        except BaseException as error:
            raised.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(n,)) for n in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return raised


def test_four_workers_share_the_work_and_do_nothing_twice(post: Post) -> None:
    for n in range(60):
        post.accept(str(n))

    def work(_: int) -> None:
        for _ in range(12):
            relay.step(limit=7)

    assert together(4, work) == []
    relay.drain()
    assert sorted(post.names(), key=int) == [str(n) for n in range(60)]
    assert Custody.objects.filter(state="held").count() == 60
    assert not Outgoing.objects.exclude(state="applied").exists()
    for stream in Stream.objects.all():
        seqs = list(Inbound.objects.filter(stream=stream).values_list("seq", flat=True))
        if not stream.outgoing:
            assert sorted(seqs) == list(range(1, stream.last + 1))
            assert stream.contiguous == stream.last


def test_workers_and_deeds_do_not_stop_each_other(post: Post) -> None:
    def work(n: int) -> None:
        for k in range(10):
            if n % 2:
                relay.step(limit=5)
            else:
                post.accept(f"{n}{k}")

    assert together(4, work) == []
    relay.drain()
    assert len(post.names()) == 20
    assert len(set(post.names())) == 20


def test_two_deeds_cannot_offer_one_item_to_two_offices(post: Post) -> None:
    item = new_id()
    with act() as a:
        relay.hold(a, item, post.counter)
        a.append("parcel.made", subject=item, actor="system")
    raised = together(4, lambda _: post.pass_on("x", item, post.counter, new_id()))
    assert len(raised) == 3
    assert {type(error) for error in raised} == {Refused}
    assert Outgoing.objects.filter(subject=item).count() == 1
