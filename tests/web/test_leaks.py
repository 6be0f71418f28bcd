"""Leaks over the pages: every address of a letter, tried by everybody, in every state.

The addresses are taken from the desks themselves, so that a new page is tried from the day it
is made. A page leaks when it answers somebody outside the letter's custody chain with anything
but "not found", "no right" or the way to log in, or when such an answer carries the letter's words.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from tests.letters.test_access_agency import EVERYONE, STATES
from tests.letters.test_clearance import SECRET, Closed
from tests.letters.test_stand_ins import chief_of, seated
from tests.letters.world import World, national_id
from tests.web.desks import sit, words

pytestmark = pytest.mark.django_db(transaction=True)

AGENCY_DESKS = ("secretariat", "cartable")
SECRETS = ("قطعی آب شرب روستا", "فرد نمونه", national_id(1), "09121234567", "4567")
CLOSED = {302, 403, 404}


def addresses(desk: str, **ids: UUID) -> list[str]:
    """Return the address of each page of a desk that names a letter, with these ids in it."""
    resolvers = {
        found.namespace: found
        for found in get_resolver().url_patterns
        if isinstance(found, URLResolver)
    }
    resolver = resolvers[desk]
    made = []
    for pattern in resolver.url_patterns:
        assert isinstance(pattern, URLPattern)
        names = set(pattern.pattern.converters)
        if "letter" not in names:
            continue
        route = str(resolver.pattern) + str(pattern.pattern)
        for name in names:
            kind = "uuid" if name in ids else "int"
            value = str(ids.get(name, 1))
            route = route.replace(f"<{kind}:{name}>", value)
        assert "<" not in route, f"an argument that this test does not know: {route}"
        made.append("/" + route)
    assert len(made) > 5
    return made


def leaks(browser: Client, paths: list[str], *, posts: bool = True) -> list[str]:
    """Return what came out of these addresses, read and (unless told not to) posted to."""
    found = []
    for path in paths:
        for method in (browser.get, browser.post) if posts else (browser.get,):
            answer = method(path)
            told = answer.status_code not in CLOSED | {405}
            body = (
                answer.content.decode(errors="replace") if isinstance(answer, HttpResponse) else ""
            )
            read = words(body)
            said = [secret for secret in SECRETS if secret in read]
            if told or said:
                found.append(f"{method.__name__} {path}: {answer.status_code} {said}")
    return found


def agency_paths(arrival: UUID, registrar: Actor) -> list[str]:
    view = letters.arrival(registrar, arrival)
    draft = view.drafts[0].id if view.drafts else new_id()
    referral = view.referrals[0].id if view.referrals else new_id()
    ids = {"letter": arrival, "draft": draft, "referral": referral, "prepared": new_id()}
    return [path for desk in AGENCY_DESKS for path in addresses(desk, **ids)]


@pytest.mark.parametrize("number", range(len(STATES)))
def test_no_page_tells_a_stranger_anything_of_a_letter(number: int) -> None:
    world = World.make()
    build, posts = STATES[number]
    accepted, arrival = build(world)
    agency = agency_paths(arrival, world.registrar)
    counter = addresses("counter", letter=accepted.letter_id, answer=new_id())
    for turn, who in enumerate(EVERYONE):
        actor = getattr(world, who)
        browser = sit(actor)
        # Everybody reads in every state, and posts in every third: all states see some of each.
        post = (turn + number) % 3 == 0
        if who not in posts | {"registrar"}:
            assert leaks(browser, agency, posts=post) == [], who
        if who not in {"clerk"}:
            assert leaks(browser, counter, posts=post) == [], who
    assert leaks(Client(), [*agency, *counter], posts=number == 0) == []


def test_the_custody_chain_does_see_it() -> None:
    """The test above can fail: the same question, asked by those who may know, finds the words."""
    world = World.make()
    accepted, arrival = world.referred()
    page = f"/cartable/letters/{arrival}/"
    assert any("200" in leak for leak in leaks(sit(world.expert), [page]))
    page = f"/counter/letters/{accepted.letter_id}/"
    assert any("200" in leak for leak in leaks(sit(world.clerk), [page]))


def test_what_is_drawn_by_lot_is_no_leak_and_what_is_said_beside_it_is() -> None:
    key, token, name = (
        "01a20391-4567-7138-98a5-257f32694567",
        "aB4567Cd" * 8,
        "app.66014567f15f.css",
    )
    assert "4567" not in words(f'<a href="/{name}" data-user="{key}"><input value="{token}">')
    assert "4567" in words(f"<p>0912•••4567</p><p>{key}</p>")
    assert "09121234567" in words(f"/letters/{key}/?mobile=09121234567&next={token}")
    assert "4567" in words("a number of 4567 and code 1234567")


def test_a_digest_known_from_elsewhere_opens_no_file() -> None:
    world = World.make()
    accepted, _ = world.arrive()
    digest = letters.submission(world.clerk, accepted.letter_id).pages[0].digest
    browser = sit(world.other_clerk)
    for path in (f"/files/{digest}", f"/counter/letters/{digest}/pages/1", f"/blobs/{digest}"):
        assert browser.get(path).status_code == 404


def test_a_search_at_another_office_finds_nothing() -> None:
    world = World.make()
    accepted, _ = world.arrive()
    for actor, path in (
        (world.other_clerk, "/counter/search"),
        (world.other_registrar, "/secretariat/search"),
        (world.colleague, "/cartable/search"),
    ):
        browser = sit(actor)
        for query in (accepted.tracking_code, national_id(1), "قطعی آب"):
            body = browser.post(path, {"q": query}).content.decode()
            assert "فرد نمونه" not in body
            assert "قطعی آب شرب روستا" not in body
    # The same words find it where it lies: what is not there is not merely drawn otherwise.
    for actor, path in ((world.clerk, "/counter/search"), (world.registrar, "/secretariat/search")):
        body = sit(actor).post(path, {"q": "قطعی آب"}).content.decode()
        assert "قطعی آب شرب روستا" in body


def test_no_page_tells_who_is_not_cleared_anything_of_a_state_letter() -> None:
    """Whatever their part in it: writer, signer, clerk of the central secretariat."""
    closed = Closed.make(World.make())
    made = closed.sent()
    paths = agency_paths(made, closed.clerk)
    assert any("200" in leak for leak in leaks(sit(closed.clerk), [secret_page(made)]))
    for actor in (closed.expert, closed.deputy, closed.head):
        assert actor.user_id is not None
        (row,) = directory.clearances_of(SYSTEM, actor.user_id)
        directory.end_clearance(SYSTEM, clearance_id=row.id)
    for who in EVERYONE:
        browser = sit(getattr(closed.world, who))
        found = [leak for leak in leaks(browser, paths) if not leak.endswith(": 405 []")]
        assert found == [], who
        for desk in AGENCY_DESKS:
            for path in ("", "letters/", "book", "dispatch", "done", "sent", "to-sign"):
                answer = browser.get(f"/{desk}/{path}")
                assert SECRET not in answer.content.decode(errors="replace"), (who, path)


def secret_page(arrival: UUID) -> str:
    return f"/secretariat/letters/{arrival}/"


def test_no_page_tells_anything_to_who_may_no_more_or_only_beside_it() -> None:
    """A chief of another desk; then, in a browser still open: a period that ends, a post left."""
    now = FakeClock(clock.current().now())
    with clock.use(now):
        world = World.make()
        _, arrival = world.referred()
        paths = agency_paths(arrival, world.registrar)
        page = f"/cartable/letters/{arrival}/"
        chief = sit(chief_of(world, world.head, world.colleague))
        assert leaks(chief, paths) == []

        until = now.now() + timedelta(minutes=5)
        assert world.expert.post_id is not None
        assert world.colleague.post_id is not None
        made = directory.name_stand_in(
            world.expert,
            kind=StandInKind.DEPUTY,
            for_post_id=world.expert.post_id,
            by_post_id=world.colleague.post_id,
            until_at=until,
        )
        deputy, holder = sit(seated(world.colleague, made)), sit(world.expert)
        assert any("200" in leak for leak in leaks(deputy, [page], posts=False))
        now.advance(timedelta(minutes=6))
        assert leaks(deputy, paths) == []

        assert any("200" in leak for leak in leaks(holder, [page], posts=False))
        directory.vacate(SYSTEM, post_id=world.expert.post_id)
        assert leaks(holder, paths) == []
        directory.close_post(SYSTEM, post_id=world.expert.post_id)
        assert leaks(holder, paths) == []
        assert leaks(deputy, paths) == []
