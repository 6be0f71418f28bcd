"""Stand-ins on the screens: naming them, sitting down for a post, both names on the record."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel import clock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import LetterKind, Purpose
from pishkhan.web.admin.forms import shown_day
from tests.letters.test_stand_ins import before_colleague, name, to_sign
from tests.letters.world import NOON, World, drain, national_id, refer
from tests.web.desks import sit, text

PAGE = "/cartable/stand-ins"


@pytest.fixture
def time():
    with clock.use(clock.FakeClock(NOON)):
        yield clock.current()


@pytest.fixture
def world(transactional_db, time) -> World:
    return World.make()


def form(for_: Actor, by: Actor, **more: str) -> dict[str, str]:
    last = clock.current().now() + timedelta(days=3)
    return {
        "for": str(for_.post_id),
        "kind": "deputy",
        "by": str(by.post_id),
        "until": shown_day(last),
        **more,
    }


def paper(world: World, letter: UUID, language: str = "en", clerk: Actor | None = None) -> str:
    """Return the answer as the counter prints it, for who brought code and number."""
    browser = sit(clerk or world.clerk, language)
    code = letters.submission(world.clerk, letter).row.tracking_code
    pair = {"code": code, "national_id": national_id(1)}
    return text(browser.get(browser.post(reverse("counter:hand-over"), pair)["Location"]))


def seat(world: World) -> str:
    """Return the seat of the head's deputy, named on the head's own page."""
    answer = sit(world.head).post(PAGE, form(world.head, world.deputy))
    assert answer.status_code == 302
    [row] = directory.stand_ins(world.head)
    return str(row.id)


def test_the_holder_names_a_deputy_and_both_are_told(world: World):
    seat(world)
    told = text(sit(world.head).get("/cartable/"))
    assert "is deputy of your post until" in told
    assert world.deputy.label in told
    told = text(sit(world.deputy).get("/cartable/"))
    assert "You are deputy of" in told
    assert "Sit at the cartable of" in told
    assert "deputy of" not in text(sit(world.colleague).get("/cartable/"))


def test_the_last_day_belongs_to_the_period(world: World, time: clock.FakeClock):
    seat(world)
    [row] = directory.stand_ins(world.head)
    assert row.until_at is not None
    assert row.until_at.astimezone(clock.TEHRAN).hour == 0
    assert row.until_at - NOON > timedelta(days=3)
    assert "2 Azar 1405" not in text(sit(world.head).get(PAGE))
    assert "3 Azar 1405" in text(sit(world.head).get(PAGE))


def test_the_deputy_sits_down_signs_and_both_stand_on_page_timeline_and_paper(world: World):
    letter, arrival, draft = to_sign(world)
    browser = sit(world.deputy)
    assert browser.post(reverse("web:seat"), {"seat": seat(world)}).status_code == 302
    page = text(browser.get(f"/cartable/letters/{arrival}/"))
    both = f"\u2068{world.deputy.post_title}\u2069, deputy of \u2068{world.head.post_title}\u2069"
    assert both in page
    sign = reverse("cartable:sign", args=[arrival, draft])
    assert browser.post(sign, {"version": "1"}).status_code == 302
    page = text(browser.get(f"/cartable/letters/{arrival}/"))
    assert f"deputy of \u2068{world.head.post_title}\u2069" in page
    letters.dispatch(world.registrar, draft)
    drain()
    printed = paper(world, letter)
    assert f"deputy of \u2068{world.head.post_title}\u2069" in printed
    assert world.deputy.label in printed


def test_past_the_period_the_seat_opens_nothing_even_in_a_session_that_sat_there(
    world: World, time: clock.FakeClock
):
    _, arrival, draft = to_sign(world)
    _, other = world.referred(to=world.head)
    browser = sit(world.deputy)
    chosen = seat(world)
    browser.post(reverse("web:seat"), {"seat": chosen})
    page = f"/cartable/letters/{other}/"
    assert browser.get(page).status_code == 200
    time.advance(timedelta(days=4))
    assert browser.get(page).status_code == 404
    assert browser.get(f"{page}pages/1").status_code == 404
    assert browser.post(reverse("cartable:sign", args=[arrival, draft])).status_code in (403, 404)
    assert "You are deputy of" not in text(browser.get("/cartable/"))
    assert browser.post(reverse("web:seat"), {"seat": chosen}).status_code == 404
    assert browser.get(page).status_code == 404


def test_a_stranger_sits_down_for_nobody(world: World):
    chosen = seat(world)
    for who in ("expert", "colleague", "registrar", "other_head", "clerk"):
        browser = sit(getattr(world, who))
        assert browser.post(reverse("web:seat"), {"seat": chosen}).status_code == 404, who


def test_a_stranger_names_and_ends_nobody(world: World):
    chosen = seat(world)
    for who in ("expert", "colleague", "other_head"):
        browser = sit(getattr(world, who))
        assert browser.post(PAGE, form(world.head, world.expert)).status_code == 403, who
        assert browser.post(f"{PAGE}/{chosen}/end").status_code == 403, who
    assert sit(world.clerk).get(PAGE).status_code == 403
    assert len(directory.stand_ins(world.head)) == 1


def test_the_superior_names_a_deputy_for_a_post_under_him_and_ends_it(world: World):
    browser = sit(world.head)
    assert browser.post(PAGE, form(world.deputy, world.expert)).status_code == 302
    [row] = directory.stand_ins(world.deputy)
    assert world.expert.post_title in text(browser.get(PAGE))
    assert browser.post(f"{PAGE}/{row.id}/end").status_code == 302
    assert directory.stand_ins(world.deputy) == []


def test_what_was_wrong_is_said_at_its_field_and_kept(world: World):
    answer = sit(world.head).post(PAGE, form(world.head, world.deputy, until="", basis="ب-۱۲"))
    assert answer.status_code == 422
    page = text(answer)
    assert "Say until when; a deputy has a period." in page
    assert "ب-۱۲" in page
    wrong = {"until": "9/9", "from": "8/8", "by": ""}
    page = text(sit(world.head).post(PAGE, form(world.head, world.deputy) | wrong))
    for field in wrong:  # all at once, in the list at the head and at each field
        assert f'href="#id_stand-in-{field}"' in page
        assert f'id="id_stand-in-{field}-error"' in page
    assert "Who stands in: Choose who stands in." in page
    ends = sit(world.head).post(PAGE, form(world.head, world.deputy, until="1405/01/01"))
    assert "Last day: It ends before it begins." in text(ends)


def test_a_length_is_chosen_instead_of_a_last_day_and_what_is_typed_goes_before_it(world: World):
    given = form(world.head, world.deputy, until="", length="14")
    page = text(sit(world.head).post(PAGE, given | {"by": ""}))
    assert 'name="length" value="14" checked' in page
    for more, last in (({}, 13), ({"from": shown_day(NOON + timedelta(days=2))}, 15)):
        assert sit(world.head).post(PAGE, given | more).status_code == 302
        [row] = directory.stand_ins(world.head)
        assert row.until_at is not None
        assert shown_day(row.until_at - timedelta(hours=1)) == shown_day(
            NOON + timedelta(days=last)
        )
        directory.end_stand_in(world.head, stand_in_id=row.id)
    typed = form(world.head, world.deputy, length="7")
    assert sit(world.head).post(PAGE, typed).status_code == 302
    [row] = [each for each in directory.stand_ins(world.head) if not each.over(NOON)]
    assert row.until_at is not None
    assert shown_day(row.until_at - timedelta(hours=1)) == typed["until"]


def test_the_administrator_names_and_ends_one_at_the_post(world: World):
    browser = sit(world.admin)
    page = f"/admin/posts/{world.head.post_id}/"
    assert browser.post(f"{page}stand_in", form(world.head, world.deputy)).status_code == 302
    [row] = directory.stand_ins(world.head)
    assert world.deputy.post_title in text(browser.get(page))
    assert browser.post(f"{page}end_stand_in", {"stand_in": str(row.id)}).status_code == 302
    assert directory.stand_ins(world.head) == []
    elsewhere = f"/admin/posts/{world.expert.post_id}/end_stand_in"
    assert browser.post(elsewhere, {"stand_in": str(row.id)}).status_code == 404


def test_per_pro_is_a_button_of_its_own_and_stands_on_the_paper(world: World):
    name(world, StandInKind.PER_PRO, world.head, world.colleague)
    letter, arrival, draft = before_colleague(world)
    refer(world.deputy, arrival, world.colleague, Purpose.SIGNATURE)
    browser = sit(world.colleague)
    page = text(browser.get(f"/cartable/letters/{arrival}/"))
    assert f"Sign per pro \u2068{world.head.post_title}\u2069" in page
    assert 'id="sign-confirm-panel"' in page
    given = {"version": "1", "per_pro": str(world.head.post_id)}
    answer = browser.post(reverse("cartable:sign", args=[arrival, draft]), given)
    assert answer.status_code == 302
    letters.dispatch(world.registrar, draft)
    drain()
    assert f"per pro \u2068{world.head.post_title}\u2069" in paper(world, letter)
    assert f"از طرف \u2068{world.head.post_title}\u2069" in paper(
        world, letter, "fa", world.second_clerk
    )


def test_who_signs_himself_too_has_both_ways(world: World):
    assert world.colleague.post_id is not None
    directory.change_post(world.admin, post_id=world.colleague.post_id, can_sign=True)
    name(world, StandInKind.PER_PRO, world.head, world.colleague)
    _, arrival, _ = before_colleague(world)
    refer(world.deputy, arrival, world.colleague, Purpose.SIGNATURE)
    page = text(sit(world.colleague).get(f"/cartable/letters/{arrival}/"))
    assert page.count('name="per_pro"') == 1
    assert page.count('class="sign-form"') == 2


def test_a_cartable_asks_the_same_number_of_queries_however_many_stand_in(world: World):
    counts = set()
    for by in (world.deputy, world.colleague):
        name(world, StandInKind.PER_PRO, world.head, by)
        browser = sit(world.head)
        browser.get("/cartable/")
        with CaptureQueriesContext(connection) as queries:
            browser.get("/cartable/")
        counts.add(len(queries))
    assert len(counts) == 1


def test_a_deputy_of_some_kinds_is_told_so_to_both_and_sees_no_others(world: World):
    assert sit(world.head).post(PAGE, form(world.head, world.deputy, kinds="x")).status_code == 422
    accepted, complaint = world.referred(world.head, kind=LetterKind.COMPLAINT, subject="شکایت")
    _, other = world.referred(world.head, subject="درخواست")
    given = form(world.head, world.deputy, kinds="citizen:complaint")
    assert sit(world.head).post(PAGE, given).status_code == 302
    told = "citizens’ complaints"
    assert told in text(sit(world.head).get(PAGE))
    for both in (world.head, world.deputy):
        assert told in text(sit(both).get(reverse("cartable:open")))
    browser = sit(world.deputy)
    (row,) = directory.stand_ins(world.deputy)
    browser.post(reverse("web:seat"), {"seat": str(row.id)})
    opened = text(browser.get(reverse("cartable:open")))
    assert ("شکایت" in opened, "درخواست" in opened) == (True, False)
    assert browser.get(reverse("cartable:letter", args=[complaint])).status_code == 200
    assert browser.get(reverse("cartable:letter", args=[other])).status_code == 404
    found = text(browser.post("/cartable/search", {"q": "درخواست"}))
    assert str(other) not in found
    assert accepted.tracking_code
