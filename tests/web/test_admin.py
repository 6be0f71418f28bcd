"""The administrator's desk: every page, every deed behind it, and who may not come in."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, CounterKind, DivisionLevel
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.web.admin.forms import shown_day
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


def post_of(actor: Any) -> UUID:
    assert actor.post_id is not None
    return UUID(str(actor.post_id))


def pages(world: World) -> list[str]:
    head = post_of(world.head)
    return [
        "/admin/",
        "/admin/agencies/",
        "/admin/agencies/?q=آب",
        f"/admin/agencies/{world.agency}/",
        f"/admin/posts/{head}/",
        "/admin/counters/",
        "/admin/counters/?kind=city&line=on&q=نمونه",
        "/admin/counters/add",
        f"/admin/counters/{world.counter}/",
        "/admin/people/",
        "/admin/people/add",
        f"/admin/people/{world.head.user_id}/",
        f"/admin/people/{world.admin.user_id}/",
        "/admin/programs/",
        "/admin/programs/add",
        f"/admin/programs/add?post={head}",
        f"/admin/programs/add?counter={world.counter}",
        "/admin/divisions/",
        "/admin/divisions/?level=county&q=خرم",
        "/admin/post/",
        f"/admin/post/?office={world.counter}",
        "/admin/post/network",
        "/admin/post/streams",
        f"/admin/notices/{new_id()}/",
        "/admin/settings/",
        "/admin/settings/tables/kind/",
        "/admin/settings/tables/class/",
        f"/admin/secretariats/{world.secretariat}/",
    ]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_every_page_is_drawn_in_one_language_without_a_letter(world, admin, language):
    directory.set_language(world.admin, language=language)
    directory.add_provinces(SYSTEM)
    accepted = world.accept()
    for address in pages(world):
        page = admin.get(address)
        assert page.status_code == 200, address
        assert f'lang="{language}"' in page.text
        assert page.text.count("<h1") == 1, address
        assert accepted.tracking_code not in page.text
        assert "فرد نمونه" not in page.text
        assert "قطعی آب شرب" not in page.text
        if language == "fa":
            assert not untranslated(page.text), address


def untranslated(text: str) -> list[str]:
    """Return Latin words that stand outside left-to-right islands."""
    main = re.search(r"<main[^>]*>(.*?)</main>", text, re.S)
    assert main is not None
    bare = re.sub(r"<(bdi|code|kbd|option)[^>]*>.*?</\1>|<script.*?</script>", " ", main[1])
    words = re.findall(r"[A-Za-z]{3,}", re.sub(r"<[^>]+>|&\w+;", " ", bare))
    return [word for word in words if word not in {"CSV", "GEO", "ICT", "JPEG", "PNG", "TLS"}]


@pytest.mark.parametrize("who", ["clerk", "registrar", "head", "expert"])
def test_no_other_seat_comes_in(world, who):
    client = tus.logged_in(getattr(world, who))
    for address in pages(world):
        answer = client.get(address)
        assert answer.status_code == 403, address
    for address in (
        f"/admin/people/{world.head.user_id}/password",
        f"/admin/agencies/{world.agency}/rename",
        "/admin/people/find",
        "/admin/divisions/import",
        "/admin/post/1/retry",
        "/admin/settings/",
        "/admin/settings/tables/kind/add",
        "/admin/settings/tables/kind/fax",
    ):
        assert client.post(address).status_code == 403, address


def test_who_is_not_logged_in_is_led_to_the_login(world):
    for address in pages(world):
        answer = Client().get(address)
        assert answer.status_code == 302
        assert answer["Location"].startswith("/accounts/login/?next=")


def test_lists_cost_a_constant_number_of_queries(world, admin):
    lists = [
        "/admin/agencies/",
        f"/admin/agencies/{world.agency}/",
        "/admin/counters/",
        "/admin/people/",
        "/admin/programs/",
        "/admin/divisions/",
        "/admin/post/",
        f"/admin/post/?office={world.counter}",
        f"/admin/counters/{world.counter}/",
    ]
    before = {address: cost(admin, address) for address in lists}
    for n in range(12):
        user = directory.add_user(SYSTEM, username=f"u{n}", full_name=f"نفر {n} نمونه")
        directory.add_agency(SYSTEM, code=f"a{n}", name=f"دستگاه {n}", parent_id=world.agency)
        place = directory.add_division(
            SYSTEM, code=f"9{n:03}", level=DivisionLevel.PROVINCE, name=f"استان {n}"
        )
        counter = directory.add_counter(
            SYSTEM, code=f"c{n}", name=f"پیشخوان {n}", division_id=place
        )
        directory.add_clerk(SYSTEM, counter_id=world.counter, user_id=user)
        directory.add_client(SYSTEM, name=f"p{n}", scopes=["letters:read"], counter_id=counter)
        directory.add_post(SYSTEM, secretariat_id=world.secretariat, title=f"کارشناس {n}")
        world.accept()
    for address in lists:
        assert cost(admin, address) <= before[address] + 1, address


def cost(client: Client, address: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert client.get(address).status_code == 200
    return len(caught)


def test_an_agency_is_added_named_renamed_and_closed(world, admin):
    made = admin.post(
        "/admin/agencies/add",
        {
            "name": "شرکت گاز استان",
            "code": "gas",
            "short": "گاز",
            "parent": str(world.agency),
            "nicknames": "گازرسانی، گاز شهری",
        },
    )
    assert made.status_code == 302
    page = admin.get(made["Location"])
    assert "گازرسانی" in page.text
    assert "دبیرخانه‌ای نیست" in page.text
    here = made["Location"]
    admin.post(f"{here}secretariat", {"name": "دبیرخانهٔ گاز", "kind": "central"})
    admin.post(f"{here}nickname", {"name": "اداره گاز"})
    admin.post(f"{here}rename", {"name": "شرکت ملی گاز لرستان", "short": "گاز"})
    for words in ("ملی گاز", "اداره گاز", "شرکت گاز استان", "گاز شهری"):
        assert [hit.name for hit in directory.find_agencies(words)] == ["شرکت ملی گاز لرستان"]
    page = admin.get(here)
    assert "شرکت گاز استان" in page.text
    assert "نام پیشین" in page.text
    admin.post(f"{here}close", {"reason": "ادغام"})
    assert directory.find_agencies("ملی گاز") == []
    agency = UUID(here.rstrip("/").rpartition("/")[2])
    kinds = [entry.kind for entry in journal.entries_of(agency)]
    assert kinds == ["agency.added", "agency.name_added", "agency.renamed", "agency.closed"]
    assert {entry.actor for entry in journal.entries_of(agency)} == {world.admin.ref}


def test_a_refused_form_keeps_what_was_typed_and_says_why(world, admin):
    twin = admin.post("/admin/agencies/add", {"name": "نام تازه", "code": "water", "short": "ن"})
    assert twin.status_code == 409
    assert 'value="نام تازه"' in twin.text
    assert "directory.twin-code" in twin.text
    empty = admin.post(f"/admin/agencies/{world.agency}/rename", {"name": " "})
    assert empty.status_code == 422
    unknown = admin.post(
        f"/admin/posts/{post_of(world.expert)}/seat", {"person": "nobody", "basis": "۱۲/۳"}
    )
    assert unknown.status_code == 422
    assert 'value="nobody"' in unknown.text
    assert 'value="۱۲/۳"' in unknown.text
    assert "این نام کاربری را ندارد" in unknown.text
    bad = admin.post(
        f"/admin/counters/{world.counter}/edit",
        {"name": "پیشخوان", "kind": "city", "licence_from": "1404/13/01"},
    )
    assert bad.status_code == 422
    assert 'value="1404/13/01"' in bad.text


def test_a_post_is_added_held_vacated_and_closed(world, admin):
    answer = admin.post(
        f"/admin/agencies/{world.agency}/post",
        {
            "title": "کارشناس حقوقی",
            "secretariat": str(world.secretariat),
            "parent": str(post_of(world.head)),
            "can_initial": "1",
        },
    )
    assert answer.status_code == 302
    rows = {row.title: row for row in directory.post_rows(world.agency)}
    row = rows["کارشناس حقوقی"]
    assert (row.parent_id, row.can_initial, row.can_sign) == (post_of(world.head), True, False)
    here = f"/admin/posts/{row.id}/"
    first = directory.add_user(SYSTEM, username="hoghoghi", full_name="حقوقی نمونه")
    found = admin.post("/admin/people/find", {"person": "حقوق"})
    assert str(first) in found.text
    admin.post(f"{here}seat", {"user": str(first), "basis": "۱۲۳/ک"})
    assert directory.post(row.id).holder_name == "حقوقی نمونه"
    admin.post(f"{here}seat", {"person": "EXPERT"})
    assert directory.post(row.id).holder_name == "کارشناس نمونه"
    page = admin.get(here).text
    assert page.index("کارشناس نمونه") < page.index("حقوقی نمونه")
    assert "۱۲۳/ک" in page
    admin.post(f"{here}vacate")
    assert directory.post(row.id).holder_name == ""
    admin.post(f"{here}change", {"title": "رئیس حقوقی", "can_sign": "1"})
    changed = {row.title: row for row in directory.post_rows(world.agency)}["رئیس حقوقی"]
    assert (changed.can_sign, changed.can_initial) == (True, False)
    admin.post(f"{here}close")
    assert "بسته" in admin.get(here).text


def test_a_person_is_seated_from_a_day_to_come(world, admin):
    later = clock.current().now() + timedelta(days=3)
    answer = admin.post(
        f"/admin/posts/{post_of(world.expert)}/seat",
        {"person": "colleague", "from": shown_day(later)},
    )
    assert answer.status_code == 302
    assert directory.post(post_of(world.expert)).holder_name == "کارشناس نمونه"
    newest = directory.holders_of(post_of(world.expert))[0]
    assert newest.user_name == "مشترکان نمونه"
    assert newest.from_at.astimezone(clock.TEHRAN).time().hour == 0


def test_counters_are_found_added_and_changed(world, admin):
    province = directory.add_division(
        SYSTEM, code="15", level=DivisionLevel.PROVINCE, name="لرستان"
    )
    county = directory.add_division(
        SYSTEM, code="1501", level=DivisionLevel.COUNTY, name="ازنا", parent_id=province
    )
    made = admin.post(
        "/admin/counters/add",
        {
            "code": "15-777",
            "name": "دفتر روستای نمونه",
            "kind": "rural_ict",
            "licence_number": "۱۲۳",
            "licence_from": "۱۴۰۴/۱/۱",
            "licence_until": "14071229",
            "division": str(county),
            "phone": "۰۶۶۱۲۳۴۵",
            "lat": "۳۳٫۵",
            "lon": "48.35",
            "hours_sat": "۸-۱۳، ۱۶:۰۰ تا ۱۹:۳۰",
            "hours_thu": "08:00-12:00",
            "address": "میدان",
        },
    )
    assert made.status_code == 302, made.text
    counter = UUID(made["Location"].rstrip("/").rpartition("/")[2])
    view = directory.counter(counter)
    assert view.kind is CounterKind.RURAL_ICT
    assert view.hours == {
        "sat": [["08:00", "13:00"], ["16:00", "19:30"]],
        "thu": [["08:00", "12:00"]],
    }
    assert (view.lat, view.lon, view.connected) == (33.5, 48.35, False)
    assert str(view.licence_from) == "2025-03-21"
    page = admin.get(made["Location"]).text
    assert 'value="1404/01/01"' in page
    assert "08:00-13:00, 16:00-19:30" in page
    for query, expected in (
        (f"county={province}", True),
        (f"county={county}&kind=rural_ict&line=off", True),
        ("kind=city", False),
        ("line=on", False),
    ):
        found = admin.get(f"/admin/counters/?{query}").text
        assert (str(counter) in found) is expected, query
    admin.post(
        f"/admin/counters/{counter}/edit", {"name": "دفتر نو", "kind": "city", "connected": "1"}
    )
    view = directory.counter(counter)
    assert (view.name, view.kind, view.connected) == ("دفتر نو", CounterKind.CITY, True)
    # A field that was emptied is empty.
    assert (view.licence_number, view.licence_from, view.licence_until) == ("", None, None)
    assert (view.division_id, view.address, view.phone, view.hours) == (None, "", "", {})
    assert (view.lat, view.lon) == (None, None)
    admin.post(f"/admin/counters/{counter}/clerk", {"person": "clerk3", "role": "manager"})
    assert [row.role for row in directory.clerks_of(counter)] == ["manager"]
    admin.post(f"/admin/counters/{counter}/dismiss", {"user": str(world.other_clerk.user_id)})
    assert directory.clerks_of(counter)[0].until_at is not None
    admin.post(f"/admin/counters/{counter}/close")
    assert not directory.counter(counter).active
    admin.post(f"/admin/counters/{counter}/open")
    assert directory.counter(counter).active


def test_pages_of_counters_follow_each_other(world, admin):
    for n in range(60):
        directory.add_counter(SYSTEM, code=f"z{n:02}", name=f"دفتر {n:02}")
    first = admin.get("/admin/counters/?kind=city").text
    onward = re.search(r'rel="next" href="([^"]+)"', first)
    assert onward is not None
    second = admin.get(onward[1].replace("&amp;", "&")).text
    ids = [set(re.findall(r"/admin/counters/([0-9a-f-]{36})/", page)) for page in (first, second)]
    assert (len(ids[0]), len(ids[1])) == (50, 12)
    assert not ids[0] & ids[1]


def test_a_fee_holds_from_its_day_and_the_past_is_not_touched(world, admin):
    now = clock.current().now()
    late = admin.post(
        "/admin/settings/",
        {"state": "0", "commission": "1", "from": shown_day(now - timedelta(days=2))},
    )
    assert late.status_code == 422
    wrong = admin.post("/admin/settings/", {"state": "ده", "commission": "۵"})
    assert wrong.status_code == 422
    answer = admin.post("/admin/settings/", {"state": "۲۵۰٬۰۰۰", "commission": "300,000"})
    assert answer.status_code == 302
    fee = letters.letter_fee(world.clerk)
    assert (fee.state.minor, fee.commission.minor) == (250_000, 300_000)
    admin.post(
        "/admin/settings/",
        {"state": "0", "commission": "9", "from": shown_day(now + timedelta(days=9))},
    )
    assert letters.letter_fee(world.clerk).state.minor == 250_000
    page = admin.get("/admin/settings/").text
    assert "۲۵۰٬۰۰۰ ریال" in page
    assert "از این پس" in page


def test_the_overview_says_what_to_put_right_and_where(world, admin):
    page = admin.get("/admin/").text
    assert "پروانه" in page
    assert 'href="/admin/counters/"' in page
    assert "پیامی متوقف نیست" in page
    assert "هیچ پیامک یا رایانامه‌ای ناکام نمانده" in page
    directory.add_provinces(SYSTEM)
    assert page.count("chip--") > admin.get("/admin/").text.count("chip--")
