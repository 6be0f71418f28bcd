"""How it went on the pages: the citizen's, the agency's, the manager's, everybody's."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.utils.translation import override

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, ClerkRole
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted
from pishkhan.letters.contracts.ratings import Face, RatedSide, RatingGiven
from pishkhan.letters.models import Rating
from pishkhan.web.ratings import FACES, REASONS
from tests.letters.test_rate import ended, proof
from tests.letters.world import World, drain, national_id
from tests.web import tus
from tests.web.desks import switched

pytestmark = pytest.mark.django_db(transaction=True)
BAD = {"agency": "bad", "agency_reason": "late"}


@pytest.fixture
def world() -> World:
    return World.make()


def tracked(accepted: Accepted, n: int = 1, language: str = "fa") -> tuple[Client, str]:
    client = Client()
    client.cookies["pishkhan_language"] = language
    given = {"code": accepted.tracking_code, "national_id": national_id(n)}
    return client, client.post("/t/", given).content.decode()


def test_the_question_stands_below_the_end_and_not_before_it(world: World) -> None:
    fresh, _ = world.arrive()
    assert 'id="rating"' not in tracked(fresh)[1]
    _, page = tracked(ended(world, 2), 2)
    assert page.index("status-card") < page.index("timeline") < page.index('id="rating"')
    assert page.count('type="radio"') == 6
    assert "checked" not in page


def test_a_citizen_says_it_without_a_script_and_sees_what_he_said(world: World) -> None:
    accepted = ended(world)
    client, page = tracked(accepted)
    given = {"proof": proof(accepted)}
    nothing = client.post("/t/rating", given)
    assert nothing.status_code == 422
    assert "سه چهره" in nothing.content.decode()
    page = switched(client, page, **BAD)
    assert 'value="bad" checked' in page, "what was chosen is kept over a change of the language"
    assert not Rating.objects.exists()
    page = client.post("/t/rating", {**given, **BAD}).content.decode()
    assert "Thank you" in page
    assert 'value="bad" checked' in page
    assert Rating.objects.get(office_id=world.counter).reason == "late"
    assert client.get("/t/rating").status_code == 302
    assert client.post("/t/rating", {"proof": "x", **BAD}).status_code == 409
    fresh, _ = world.arrive()
    assert client.post("/t/rating", {"proof": proof(fresh), **BAD}).status_code == 409


def test_who_is_logged_in_at_a_desk_says_nothing_for_him(world: World) -> None:
    accepted = ended(world)
    clerk = tus.logged_in(world.clerk)
    given = {"code": accepted.tracking_code, "national_id": national_id(1)}
    assert 'type="radio"' not in clerk.post("/t/", given).content.decode()
    refused = clerk.post("/t/rating", {"proof": proof(accepted), **BAD})
    assert refused.status_code == 409
    assert not Rating.objects.exists()


def test_the_agency_reads_its_own_with_the_letter_and_nobody_elses(world: World) -> None:
    accepted = ended(world)
    letters.rate(proof(accepted), agency=RatingGiven(Face.BAD))
    drain()
    (row,) = letters.agency_ratings(world.registrar).rows
    page = tus.logged_in(world.registrar).get("/secretariat/ratings").content.decode()
    assert f"/secretariat/letters/{row.arrival_id}/" in page
    assert (
        "/secretariat/ratings"
        in tus.logged_in(world.registrar).get("/secretariat/problems").content.decode()
    )
    other = tus.logged_in(world.other_registrar).get("/secretariat/ratings").content.decode()
    assert str(row.arrival_id) not in other
    for actor in (world.clerk, world.head, world.admin):
        assert tus.logged_in(actor).get("/secretariat/ratings").status_code == 403


def test_the_manager_reads_numbers_once_there_are_five_and_a_clerk_nothing(world: World) -> None:
    user = directory.add_user(SYSTEM, username="manager", full_name="سرپرست دفتر نمونه")
    directory.add_clerk(SYSTEM, counter_id=world.counter, user_id=user, role=ClerkRole.MANAGER)
    actor = directory.actor_for(user, world.counter)
    assert actor is not None
    manager, clerk = tus.logged_in(actor), tus.logged_in(world.clerk)
    assert clerk.get("/counter/ratings").status_code == 403
    assert "/counter/ratings" not in clerk.get("/counter/day").content.decode()
    assert "/counter/ratings" in manager.get("/counter/day").content.decode()
    for n in range(1, 6):
        assert "faces-count" not in manager.get("/counter/ratings").content.decode()
        letters.rate(proof(ended(world, n), n), counter=RatingGiven(Face.GOOD))
    page = manager.get("/counter/ratings").content.decode()
    assert re.search(r"faces-count.*?<b>۵</b>.*?<b>کمتر از ۵</b>", page, re.S)
    public = Client()
    public.cookies["pishkhan_language"] = "en"
    page = public.get("/t/ratings").content.decode()
    assert "پیشخوان نمونهٔ ۱" in page
    assert page.count(">under 5<") == 2
    sheet = public.get("/t/ratings.csv").content.decode("utf-8-sig").splitlines()
    assert sheet[1:] == ["Counter,پیشخوان نمونهٔ ۱,5 or more,5,under 5,under 5"]
    assert "/t/ratings" in public.get("/t/problems").content.decode()


def test_few_ratings_are_told_of_nobody(world: World) -> None:
    letters.rate(proof(ended(world)), agency=RatingGiven(Face.BAD))
    page = Client().get("/t/ratings").content.decode()
    assert "آب و فاضلاب" not in page
    assert len(Client().get("/t/ratings.csv").content.splitlines()) == 1


def test_the_period_is_set_by_the_administrator(world: World) -> None:
    admin = tus.logged_in(world.admin)
    assert admin.post("/admin/settings/", {"rating_days": "0"}).status_code == 422
    admin.post("/admin/settings/", {"rating_days": "۱۰"})
    assert directory.setting("letters.rating-days") == 10


@pytest.mark.parametrize("language", ["fa", "en"])
def test_faces_and_reasons_are_said_in_few_words(language: str) -> None:
    with override(language):
        said = [str(word) for word, _ in FACES.values()]
        said += [str(word) for side in RatedSide for word in REASONS[side].values()]
    assert [one for one in said if len(one.split()) > 12] == []
    assert len(set(said)) >= 9
