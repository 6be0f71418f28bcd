"""At a counter's own node each page tells how old the data are; elsewhere nothing is asked."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pishkhan.directory import api as directory
from pishkhan.kernel import clock
from pishkhan.node import directory_post
from pishkhan.node.env import Role
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import RELAY_RESTORED
from pishkhan.relay.models import Contact, Line
from pishkhan.web.counter import age
from tests.letters.world import World
from tests.relay.other_node import OtherNode
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)

PAGES = ["counter:accept", "counter:letters", "counter:post", "counter:day"]


@pytest.fixture
def village(settings) -> None:
    settings.ROLE = Role.COUNTER


@pytest.fixture
def restored(settings) -> Iterator[Path]:
    mark = settings.HOME / RELAY_RESTORED
    mark.touch()
    yield mark
    mark.unlink()


def heard(at: datetime, *, notice: str = "") -> None:
    Contact.objects.create(node=OtherNode().id, heard=1, heard_at=at, said_at=at, notice=notice)


@pytest.mark.usefixtures("village")
@pytest.mark.parametrize("name", PAGES)
def test_each_page_of_a_village_tells_the_age_of_its_data(world: World, name: str) -> None:
    heard(clock.current().now() - timedelta(days=2))
    page = text(sit(world.clerk).get(reverse(name)))
    assert page.count('class="data-age no-print"') == 1
    assert "<b>2 days ago</b>" in page


@pytest.mark.parametrize("name", PAGES)
def test_no_other_role_tells_it_or_asks_for_it(world: World, name: str) -> None:
    clerk = sit(world.clerk)
    clerk.get(reverse(name))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page = text(clerk.get(reverse(name)))
    assert "data-age" not in page
    assert not [q for q in asked if "directory_lastsnapshot" in q["sql"]]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("known", [False, True])
def test_it_costs_two_queries(django_assert_num_queries, known: bool) -> None:
    if known:
        heard(clock.current().now())
    with django_assert_num_queries(2):
        age.age()


@pytest.mark.usefixtures("village")
def test_it_costs_a_page_two_queries_and_a_part_of_a_page_none(settings, world: World) -> None:
    clerk = sit(world.clerk)
    counts = {}
    for role in (Role.ALL, Role.COUNTER):
        settings.ROLE = role
        for name in ("counter:letters", "counter:today"):
            clerk.get(reverse(name))
            with CaptureQueriesContext(connection) as asked:
                clerk.get(reverse(name))
            counts[role, name] = len(asked)
    assert counts[Role.COUNTER, "counter:letters"] - counts[Role.ALL, "counter:letters"] == 2
    assert counts[Role.COUNTER, "counter:today"] == counts[Role.ALL, "counter:today"]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("days", "tone"), [(7, ""), (9, "wait")])
def test_a_bag_that_is_overdue_is_saffron(days: int, tone: str) -> None:
    heard(clock.current().now() - timedelta(days=days))
    assert age.age().tone == tone


@pytest.mark.usefixtures("world")
def test_a_line_that_reached_the_centre_keeps_the_data_fresh() -> None:
    heard(clock.current().now() - timedelta(days=30))
    assert age.age().tone == "wait"
    node = Contact.objects.get().node
    Line.objects.create(node=node, reached_at=clock.current().now() - timedelta(hours=1))
    found = age.age()
    assert found.tone == ""
    assert found.heard is not None
    assert clock.current().now() - found.heard < timedelta(hours=2)


def test_what_was_never_heard_is_saffron() -> None:
    assert age.age() == age.Age(None, None, 0, "wait", "")


@pytest.mark.usefixtures("village")
def test_a_notice_is_red_and_in_words(world: World) -> None:
    heard(clock.current().now(), notice="relay.peer-ahead")
    page = text(sit(world.clerk).get(reverse("counter:letters")))
    assert "data-age--bad" in page
    assert str(relay.reason_in_words("relay.peer-ahead").render(str)) in page


@pytest.mark.usefixtures("village", "restored")
def test_a_restored_node_says_so_before_anybody_was_heard(world: World) -> None:
    page = text(sit(world.clerk).get(reverse("counter:letters")))
    assert "data-age--bad" in page
    assert str(relay.reason_in_words("relay.restored").render(str)) in page


def test_what_waits_for_the_centre_is_counted(world: World) -> None:
    other = OtherNode()
    directory_snapshot_waits(other)
    assert relay.standing().waiting == 1


def directory_snapshot_waits(other: OtherNode) -> None:
    """Queue a message for the other node, and pack it."""
    assert directory.other_nodes()[0].id == other.id
    assert directory_post.send() == 1
    relay.drain()


# --- the clock -----------------------------------------------------------------------------------


@pytest.mark.usefixtures("village")
@pytest.mark.parametrize(
    ("ahead", "words"),
    [(420.0, "clock is 7 minutes slow"), (-7200.0, "clock is 120 minutes fast"), (90.0, "")],
)
def test_a_clock_that_is_off_is_told_to_the_clerk(world: World, ahead: float, words: str) -> None:
    now = clock.current().now()
    heard(now - timedelta(days=1))
    Line.objects.create(node=Contact.objects.get().node, reached_at=now, ahead=ahead)
    page = text(sit(world.clerk).get(reverse("counter:letters")))
    assert ("set it right" in page) == bool(words)
    assert words in page
    assert age.age().tone == ("wait" if words else "")


@pytest.mark.usefixtures("world")
def test_a_bag_made_later_than_it_came_proves_a_slow_clock_until_the_line_says_better() -> None:
    now = clock.current().now()
    Contact.objects.create(
        node=OtherNode().id, heard=1, heard_at=now, said_at=now + timedelta(hours=2)
    )
    assert relay.standing().ahead == 7200.0
    assert "relay.clock" in {finding.code for finding in relay.preflight()}
    later = now + timedelta(minutes=1)
    Line.objects.create(node=Contact.objects.get().node, reached_at=later, ahead=1.0)
    assert relay.standing().ahead == 0.0
    assert "relay.clock" not in {finding.code for finding in relay.preflight()}
