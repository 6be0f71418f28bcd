"""Lists of the agency: order, pages, and what they cost."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.kernel.errors import Forbidden, Invalid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, Purpose
from pishkhan.letters.logic import arrivals as lists
from tests.letters.world import World, drain, refer


def queries(reading) -> list[str]:
    with CaptureQueriesContext(connection) as caught:
        reading()
    found = [query["sql"] for query in caught.captured_queries]
    for sql in found:
        assert "COUNT(" not in sql.upper()
        assert "OFFSET" not in sql.upper()
    return found


def fill(world: World, letters_wanted: int) -> None:
    for _ in range(letters_wanted):
        world.accept(pages=(), body="متن")
    drain()
    for row in letters.arrivals(world.registrar, state=ArrivalState.ARRIVED, limit=100).rows:
        letters.register(world.registrar, row.id)
        refer(world.registrar, row.id, world.expert)


def test_a_page_costs_the_same_for_one_row_and_for_ten(world: World):
    readings = (
        lambda: letters.arrivals(world.registrar),
        lambda: letters.arrivals(world.registrar, state=ArrivalState.IN_PROGRESS),
        lambda: letters.cartable(world.expert, folder="open"),
        lambda: letters.sent_referrals(world.registrar),
        lambda: letters.cartable_counts(world.expert),
        lambda: letters.search(world.registrar, "آب"),
        lambda: letters.search(world.expert, "آب"),
    )
    fill(world, 1)
    with_one = [len(queries(reading)) for reading in readings]
    assert with_one == [1, 1, 1, 1, 2, 2, 2]
    fill(world, 9)
    assert [len(queries(reading)) for reading in readings] == with_one
    row = letters.arrivals(world.registrar).rows[0]
    cost = len(queries(lambda: letters.arrival(world.expert, row.id)))
    assert cost <= 10  # one of them for the proofs of the steps


def test_pages_follow_each_other_newest_first_without_loss_or_repeat(world: World):
    fill(world, 7)
    whole = [row.id for row in letters.arrivals(world.registrar).rows]
    assert whole == sorted(whole, reverse=True)
    seen, after = [], None
    while True:
        page = letters.arrivals(world.registrar, after=after, limit=3)
        seen += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert seen == whole
    first = letters.cartable(world.expert, folder="open", limit=4)
    rest = letters.cartable(world.expert, folder="open", limit=4, after=first.next)
    assert (len(first.rows), len(rest.rows), rest.next) == (4, 3, None)
    assert {row.arrival_id for row in first.rows + rest.rows} == set(whole)


def test_a_row_shows_what_is_needed_without_opening(world: World):
    _, arrival = world.referred(subject="پل تخریب‌شده", body="")
    row = letters.cartable(world.expert, folder="open").rows[0]
    assert (row.subject, row.applicant_name) == ("پل تخریب‌شده", "فرد نمونه")
    assert row.number_text == letters.arrival(world.expert, arrival).row.number_text
    assert (row.from_title, row.purpose) == (world.registrar.post_title, Purpose.ACTION)
    shown = letters.arrivals(world.registrar).rows[0]
    assert (shown.holder, shown.state) == (world.expert.post_title, ArrivalState.IN_PROGRESS)


def test_a_referral_moves_through_the_folders(world: World):
    _, arrival = world.referred()
    (given,) = letters.arrival(world.expert, arrival).referrals
    letters.finish(world.expert, given.id, outcome="انجام شد")
    assert letters.cartable(world.expert, folder="open").rows == ()
    assert [r.referral_id for r in letters.cartable(world.expert, folder="done").rows] == [given.id]


def test_badges_stop_counting(world: World, monkeypatch):
    fill(world, 4)
    assert letters.cartable_counts(world.expert).open == 4
    monkeypatch.setattr(lists, "MOST_COUNTED", 3)
    counts = letters.cartable_counts(world.expert)
    assert (counts.open, counts.to_sign, counts.most) == (3, 0, 3)


def test_who_has_no_desk_has_no_list(world: World):
    for actor in (world.clerk, world.admin, world.expert):
        with pytest.raises(Forbidden):
            letters.arrivals(actor)
    for actor in (world.clerk, world.admin):
        with pytest.raises(Forbidden):
            letters.cartable(actor, folder="open")
        with pytest.raises(Forbidden):
            letters.cartable_counts(actor)


@pytest.mark.parametrize("cursor", ["x", "WyIxIl0", "W10", "🙂", "a" * 600])
def test_a_foreign_cursor_is_refused(world: World, cursor: str):
    for reading in (
        lambda: letters.arrivals(world.registrar, after=cursor),
        lambda: letters.cartable(world.expert, folder="open", after=cursor),
        lambda: letters.search(world.registrar, "آب", after=cursor),
    ):
        with pytest.raises(Invalid, match=r"pages\.cursor"):
            reading()
