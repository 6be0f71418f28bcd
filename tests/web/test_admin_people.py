"""The administrator's desk: logins with their passwords, programs with their tokens."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from tests.letters.world import World
from tests.web import tus


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction: no test here runs inside another one."""


@pytest.fixture
def world() -> World:
    return World.make()


@pytest.fixture
def admin(world: World) -> Client:
    return tus.logged_in(world.admin)


def test_a_login_gets_a_password_that_is_shown_once(world, admin):
    answer = admin.post(
        "/admin/people/add",
        {
            "username": "Tazeh۱",
            "full_name": "تازه نمونه",
            "mobile": "۰۹۱۲۱۲۳۴۵۶۷",
            "language": "fa",
        },
    )
    assert answer.status_code == 200
    secret = shown(answer.text)
    assert re.fullmatch(r"[a-z2-7]{5}-[a-z2-7]{5}-[a-z2-7]{5}", secret)
    assert answer["Cache-Control"] == "no-store"
    row = directory.user_named("tazeh1")
    assert row.mobile == "09121234567"
    for address in (f"/admin/people/{row.id}/", "/admin/people/", "/admin/people/add"):
        assert secret not in admin.get(address).text
    client = Client()
    client.post("/accounts/login/", {"login": "tazeh1", "password": secret})
    assert "_auth_user_id" in client.session
    again = shown(admin.post(f"/admin/people/{row.id}/password").text)
    assert again != secret
    client.post("/accounts/logout/")
    client.post("/accounts/login/", {"login": "tazeh1", "password": secret})
    assert "_auth_user_id" not in client.session
    twin = admin.post("/admin/people/add", {"username": "tazeh1", "full_name": "دیگر نمونه"})
    assert twin.status_code in {409, 422}
    assert 'value="دیگر نمونه"' in twin.text


def shown(text: str) -> str:
    found = re.search(r'id="id_secret" value="([^"]+)"', text)
    assert found is not None
    return found[1]


def test_a_login_is_changed_appointed_closed_and_opened(world, admin):
    person = world.expert.user_id
    assert person is not None
    here = f"/admin/people/{person}/"
    admin.post(
        f"{here}edit",
        {"full_name": "کارشناس تازه", "email": "k@example.org", "mobile": "", "language": "en"},
    )
    row = directory.user(person)
    assert (row.full_name, row.email, row.language) == ("کارشناس تازه", "k@example.org", "en")
    admin.post(f"{here}appoint")
    assert person in {row.user_id for row in directory.administrators() if row.until_at is None}
    admin.post(f"{here}dismiss")
    assert person not in {r.user_id for r in directory.administrators() if r.until_at is None}
    admin.post(f"{here}deactivate")
    assert directory.seats(person) == []
    admin.post(f"{here}reactivate")
    assert directory.user(person).is_active
    own = admin.post(f"/admin/people/{world.admin.user_id}/deactivate")
    assert own.status_code == 409
    assert "directory.own-login" in own.text


def test_people_are_searched_without_their_names_in_an_address(world, admin):
    for n in range(60):
        directory.add_user(SYSTEM, username=f"user{n:02}", full_name=f"نفر {n:02} نمونه")
    page = admin.post("/admin/people/", {"q": "نفر"})
    ids = re.findall(r"/admin/people/([0-9a-f-]{36})/", page.text)
    assert len(set(ids)) == 50
    cursor = re.search(r'name="after" value="([^"]+)"', page.text)
    assert cursor is not None
    rest = admin.post("/admin/people/", {"q": "نفر", "after": cursor[1]})
    assert len(set(re.findall(r"/admin/people/([0-9a-f-]{36})/", rest.text))) == 10
    assert not re.findall(r'href="[^"]*(after|q)=', page.text)
    assert "نفر" not in re.sub(r">[^<]*<|value=\"[^\"]*\"", "", page.text.split("<main")[1])


def test_a_program_gets_a_token_that_is_shown_once_and_can_be_revoked(world, admin):
    none = admin.post("/admin/programs/add", {"name": "نرم‌افزار", "counter": str(world.counter)})
    assert none.status_code == 422
    assert 'value="نرم‌افزار"' in none.text
    made = admin.post(
        "/admin/programs/add",
        {
            "name": "نرم‌افزار دفتر",
            "counter": str(world.counter),
            "scopes": ["letters:read", "letters:write"],
        },
    )
    token = shown(made.text)
    actor = directory.client_actor(token)
    assert actor is not None
    assert actor.office is not None
    assert actor.office.id == world.counter
    assert actor.scopes == {"letters:read", "letters:write"}
    assert token not in admin.get("/admin/programs/").text
    (row,) = directory.clients()
    admin.post(f"/admin/programs/{row.id}/revoke")
    assert directory.client_actor(token) is None
    assert "باطل" in admin.get("/admin/programs/").text


def test_the_list_says_where_each_person_sits(world, admin):
    directory.add_user(SYSTEM, username="idle", full_name="تازه نمونه")
    page = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", admin.get("/admin/people/").text))
    assert "کارشناس شبکه ، شرکت آب و فاضلاب استان" in page
    assert "متصدی نمونه clerk پیشخوان نمونهٔ ۱" in page
    assert "تازه نمونه idle بی جایگاه" in page


def test_the_rail_shows_the_part_in_which_a_page_lies(world, admin):
    for address, here in (
        ("/admin/", "/admin/"),
        (f"/admin/agencies/{world.agency}/", "/admin/agencies/"),
        (f"/admin/counters/{world.counter}/", "/admin/counters/"),
        ("/admin/people/add", "/admin/people/"),
    ):
        rail = re.findall(
            r'class="rail-link" href="([^"]+)"[^>]*aria-current', admin.get(address).text
        )
        assert rail == [here], address


def test_a_clearance_is_granted_and_ended_on_the_persons_page(world, admin):
    page = f"/admin/people/{world.expert.user_id}/"
    given = {"level": "3", "until": "1499/01/01", "basis": "۱۲/م"}
    assert admin.post(f"{page}grant", given | {"level": "9"}).status_code == 422
    assert admin.post(f"{page}grant", given | {"until": "1400/01/01"}).status_code == 422
    assert admin.post(f"{page}grant", given).status_code == 302
    (row,) = directory.clearances_of(world.admin, world.expert.user_id)
    assert (row.level, row.granted_by) == ("3", world.admin.label)
    assert world.admin.label in admin.get(page).text
    other = f"/admin/people/{world.head.user_id}/"
    assert admin.post(f"{other}ungrant", {"clearance": str(row.id)}).status_code == 404
    assert admin.post(f"{page}ungrant", {"clearance": str(row.id)}).status_code == 302
    assert not directory.clearances_of(world.admin, world.expert.user_id)[0].holds
