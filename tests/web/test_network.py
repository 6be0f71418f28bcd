"""The administrator's network page: every other node, who is silent, and where they stand."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, CounterKind
from pishkhan.kernel import clock
from pishkhan.relay import api as relay
from pishkhan.relay.models import Contact, Line
from pishkhan.web.admin import map as maps
from pishkhan.web.admin.map import Place
from tests.letters.world import World
from tests.relay.other_node import OtherNode
from tests.web import tus

PAGE = "/admin/post/network"


@pytest.fixture(autouse=True)
def _tables(transactional_db, settings, tmp_path: Path) -> None:
    settings.HOME = tmp_path


@pytest.fixture
def world() -> World:
    return World.make()


@pytest.fixture
def admin(world: World) -> Client:
    directory.set_language(world.admin, language="en")
    return tus.logged_in(world.admin)


def heard(node: OtherNode, ago: timedelta, *, line: bool = False, ahead: float = 0) -> None:
    at = clock.current().now() - ago
    if line:
        Line.objects.create(node=node.id, reached_at=at, ahead=ahead)
    else:
        Contact.objects.create(node=node.id, heard=1, heard_at=at, said_at=at)


def rows(page: str) -> list[str]:
    """Return the words of the table's rows, without marks."""
    found = re.findall(r"<tr>(.*?)</tr>", page.partition("<tbody>")[2], re.S)
    return [" ".join(re.sub(r"<[^>]*>", " ", row).split()) for row in found]


def marked(page: str, tone: str) -> int:
    """Return how many places are drawn on the map in a tone; the legend has one more."""
    drawing = page.partition('viewBox="0 0 720')[2].partition("</svg>")[0]
    return len(re.findall(f'class="{tone}"', drawing))


def test_without_another_node_the_page_says_how_one_joins(admin: Client) -> None:
    page = admin.get(PAGE).text
    assert "No other node is known here" in page
    assert "<table" not in page


def test_who_is_silent_stands_first_and_by_what_is_usual_on_its_way(admin: Client) -> None:
    stick, line, never, gone = (OtherNode() for _each in range(4))
    heard(stick, timedelta(days=6))
    heard(line, timedelta(days=2), line=True, ahead=-300)
    heard(gone, timedelta(days=90))
    directory.revoke_node(SYSTEM, gone.id)
    page = admin.get(PAGE).text
    told = rows(page)
    states = (re.findall(r"silent|never in touch|revoked|in touch", row) for row in told)
    assert [found for found, *_more in states] == [
        "silent",
        "never in touch",
        "in touch",
        "revoked",
    ]
    assert "2 days ago" in told[0]
    assert "5 minutes" in told[0]  # of difference between the clocks
    assert "line" in told[0]
    assert "stick" in told[2]
    assert len(rows(admin.get(PAGE, {"only": "look"}).text)) == 2
    assert rows(admin.get(PAGE, {"q": "کلاته"}).text) == told
    assert "No node is like that." in admin.get(PAGE, {"q": "هیچ"}).text
    assert never.id in {each.node for each in relay.contacts()}


def test_the_operator_is_told_once_of_all_who_are_silent(admin: Client) -> None:
    for days in (8, 9, 1):
        heard(OtherNode(), timedelta(days=days))
    (found,) = (each for each in relay.preflight() if each.code == "relay.unheard")
    assert (found.count, found.serious) == (2, False)
    assert f'href="{PAGE}"' in admin.get("/admin/").text


def test_a_failing_line_says_why(admin: Client) -> None:
    centre = OtherNode()
    relay.set_line(SYSTEM, relay.LineSettings(centre.id, "http://127.0.0.1:9/relay"))
    Line.objects.create(
        node=centre.id, reached_at=clock.current().now(), reason="relay.line-silent", fails=3
    )
    (row,) = rows(admin.get(PAGE).text)
    assert "the line fails" in row
    assert "The centre cannot be reached" in row


def test_a_hundred_nodes_ask_no_more_of_the_database_than_two(admin: Client) -> None:
    def asked() -> int:
        admin.get(PAGE)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            admin.get(PAGE)
        return len(queries)

    for _each in range(2):
        heard(OtherNode(), timedelta(days=1))
    few = asked()
    for _each in range(20):
        heard(OtherNode(), timedelta(days=1))
    assert asked() == few


def test_more_than_a_page_of_nodes_are_turned_over(admin: Client, monkeypatch) -> None:
    monkeypatch.setattr("pishkhan.web.admin.views.network.ROWS", 2)
    for days in (1, 2, 3):
        heard(OtherNode(), timedelta(days=days))
    first = admin.get(PAGE).text
    assert len(rows(first)) == 2
    assert "?from=2" in first
    assert len(rows(admin.get(PAGE, {"from": "2"}).text)) == 1
    assert len(rows(admin.get(PAGE, {"from": "-1"}).text)) == 2


def test_places_are_drawn_by_state_and_lead_to_their_node(admin: Client) -> None:
    nodes = [OtherNode(), OtherNode()]
    heard(nodes[0], timedelta(days=1))
    heard(nodes[1], timedelta(days=30))
    for number, node in enumerate(nodes):
        directory.change_counter(
            SYSTEM, counter_id=node.counter, lat=33.4 + number / 10, lon=48.3 + number / 10
        )
    directory.add_counter(
        SYSTEM, code="here", name="اینجا", kind=CounterKind.CITY, lat=33.5, lon=48.2
    )
    page = admin.get(PAGE).text
    assert (marked(page, "good"), marked(page, "bad"), marked(page, "muted")) == (1, 1, 1)
    assert "کلاته: silent" in page


def test_north_is_above_east_is_right_and_one_place_stands_in_the_middle() -> None:
    def at(lat: float, lon: float, tone: str = "good") -> Place:
        return Place(lat, lon, "", tone, "")

    drawing = maps.drawn([at(34, 49, "bad"), at(33, 48)])
    assert drawing is not None
    south, north = drawing.marks  # who needs somebody is drawn last, above the others
    assert north.y < south.y
    assert north.x > south.x
    alone = maps.drawn([at(34, 49)])
    assert alone is not None
    assert abs(alone.marks[0].x - maps.WIDTH / 2) <= 1
    assert 0 < alone.marks[0].y < alone.height
    assert maps.drawn([]) is None
