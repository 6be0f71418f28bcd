"""A new office on one page: kept while it is written, tried, made at once, and made ready."""

from __future__ import annotations

import io
import logging
import re
from uuid import UUID

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel import xlsx
from pishkhan.web.admin.onboarding import lists
from pishkhan.web.models import SavedForm
from tests.letters.world import World
from tests.web import tus
from tests.web.desks import words

LIST = """سمت\tنام\tنام کاربری\tکار
رئیس اداره نمونه\tمهین نمونه\tmahin\tرئیس
مسئول دفتر\tمینا نمونه\tmina\t
کارشناس فنی\tسارا نمونه\t\t
متصدی دبیرخانه\tرضا نمونه\treza\t
کارشناس مالی
"""


@pytest.fixture
def world(transactional_db) -> World:
    return World.make()


@pytest.fixture
def admin(world: World) -> Client:
    return tus.logged_in(world.admin)


def begin(admin: Client, what: str = "agency") -> str:
    answer = admin.post("/admin/agencies/new/", {"what": what})
    assert answer.status_code == 302
    return str(answer["Location"])


def typed(page: str) -> dict[str, str]:
    """Return what the page's form would send, by a browser's reading of it."""
    form = page[page.index("data-autosave-url") :]
    found = dict(
        re.findall(r'<input type="(?:text|hidden)"[^>]*? name="(\w+)" value="([^"]*)"', form)
    )
    found |= dict(
        re.findall(r'<input type="text"[^>]*? value="([^"]*)" id="id_\w+" name="(\w+)"', form)
    )
    for name, options in re.findall(r'<select[^>]* name="(\w+)"[^>]*>(.*?)</select>', form, re.S):
        chosen = re.search(r'value="([^"]*)" selected', options)
        found[name] = chosen[1] if chosen else ""
    return found


def rows(page: str) -> dict[str, str]:
    return {name: value for name, value in typed(page).items() if re.match(r"[pcs]\d", name)}


def test_an_agency_is_written_tried_made_and_its_people_come_in(world, admin, caplog):
    caplog.set_level(logging.INFO)  # the loudest that a node tells of templates
    page = begin(admin)
    taken = admin.post(page, {"code": "new", "name": "اداره نو", "list": LIST, "deed": "take"})
    sent = rows(taken.text)
    assert (sent["p0_role"], sent["p1_role"], sent["p3_role"]) == ("head", "chief", "secretary")
    assert sent["p2_username"] == "new-01"
    sent |= {"code": "new", "name": "اداره نو", "parent": str(world.agency), "s0_name": "دبیرخانه"}
    tried = admin.post(page, {**sent, "deed": "try"})
    assert "همه چیز آزموده شد" in tried.text
    assert not directory.agencies("اداره نو").rows
    made = admin.post(page, {**sent, "deed": "make"})
    assert re.fullmatch(r"/admin/agencies/[0-9a-f-]{36}/checklist/", made["Location"])
    agency = UUID(made["Location"].split("/")[3])
    assert directory.agency(agency).parent_id == world.agency
    assert admin.get(page)["Location"] == made["Location"]
    assert admin.post(page, {**sent, "deed": "make"})["Location"] == made["Location"]

    ready = admin.get(made["Location"])
    assert "۴ نفر هنوز گذرواژه ندارند" in ready.text
    people = re.findall(r'name="user" value="([^"]+)" checked', ready.text)
    assert len(people) == 4
    sheet = admin.post(f"/admin/agencies/{agency}/passwords", {"user": people})
    assert sheet["Cache-Control"] == "no-store"
    slips = dict(
        re.findall(
            r'class="code">([^<]+)</bdi></dd><dt>[^<]+</dt><dd>[^>]+data-secret>([^<]+)<',
            sheet.text,
        )
    )
    assert set(slips) == {"mahin", "mina", "new-01", "reza"}
    entries = "".join(str(e.fields) for p in people for e in journal.entries_of(UUID(p)))
    for secret in slips.values():
        assert secret not in entries
        assert secret not in caplog.text
        assert secret not in admin.get(made["Location"]).text
    reza = Client()
    entered = reza.post("/accounts/login/", {"login": "reza", "password": slips["reza"]})
    assert entered.status_code == 302
    assert reza.get("/secretariat/")["Location"].startswith("/accounts/password/change/")
    assert "هنوز با آن وارد نشده‌اند" in admin.get(made["Location"]).text


def test_what_is_wrong_stands_at_its_field_and_nothing_is_made(world, admin):
    page = begin(admin)
    other = directory.user(world.head.user_id).username
    sent = {"code": "", "name": "", "s0_name": "دبیرخانه", "p0_title": "رئیس", "p0_role": "head",
            "p0_full_name": "کس دیگر نمونه", "p0_username": other, "p1_title": "کارشناس",
            "p1_above": "نیست"}  # fmt: skip
    answer = admin.post(page, {**sent, "deed": "make"})
    assert answer.status_code == 422
    assert 'id="id_p1_above-error"' in answer.text
    answer = admin.post(page, {**sent, "p1_above": "", "deed": "make"})
    assert 'id="id_p0_username-error"' in answer.text
    assert 'id="id_code-error"' in answer.text
    assert "کس دیگر نمونه" in answer.text
    assert len(directory.agencies().rows) == 2
    assert admin.post(page, {"deed": "try"}).status_code == 422


def test_what_is_written_is_kept_found_again_and_given_up(admin, world):
    page = begin(admin)
    kept = admin.post(page + "keep", {"name": "نیمه‌کاره", "p0_title": "رئیس"})
    assert kept.status_code == 200
    assert "نیمه‌کاره" in admin.get("/admin/agencies/new/").text
    again = admin.get(page).text
    assert 'value="رئیس"' in again
    assert admin.post(page, {"name": "دیگر", "deed": "later"})["Location"] == "/admin/agencies/new/"
    other = directory.add_user(SYSTEM, username="second", full_name="دوم نمونه")
    directory.add_administrator(SYSTEM, user_id=other)
    keeper = directory.actor_for(other, None)
    assert keeper is not None
    second = tus.logged_in(keeper)
    assert second.get(page).status_code == 404
    assert second.post(page + "keep", {"name": "x"}).status_code == 404
    admin.post(page, {"deed": "drop"})
    assert admin.get(page).status_code == 404


def test_a_picture_is_kept_with_the_writing_and_stands_on_the_letters(admin, world):
    page = begin(admin)
    out = io.BytesIO()
    Image.new("RGB", (40, 40), "teal").save(out, "PNG")
    file = SimpleUploadedFile("logo.png", out.getvalue(), "image/png")
    assert "data:image/png;base64," in admin.post(page, {"deed": "more", "logo": file}).text
    bad = SimpleUploadedFile("logo.png", b"no picture", "image/png")
    assert admin.post(page, {"deed": "more", "logo": bad}).status_code == 422
    sent = {"code": "n", "name": "نو", "s0_name": "د", "p0_title": "رئیس", "deed": "make"}
    made = admin.post(page, sent)["Location"]
    assert directory.logo(UUID(made.split("/")[3])).startswith(b"\x89PNG")
    assert not SavedForm.objects.filter(form="new-office", data__has_key="picture").exists()


def test_a_counter_is_written_and_made_with_its_people(admin, world):
    page = begin(admin, "counter")
    listed = "مینا نمونه;mina;مدیر\nصبا نمونه"
    taken = admin.post(page, {"code": "72-9", "name": "دفتر نو", "list": listed, "deed": "take"})
    sent = rows(taken.text)
    assert (sent["c0_role"], sent["c1_role"]) == ("manager", "clerk")
    wrong = {**sent, "code": "72-9", "name": "دفتر نو", "kind": "city", "hours_sat": "8 تا"}
    answer = admin.post(page, {**wrong, "deed": "make"})
    assert answer.status_code == 422
    assert "field-error" in answer.text
    made = admin.post(page, {**wrong, "hours_sat": "8-14", "deed": "make"})["Location"]
    assert made.startswith("/admin/counters/")
    ready = admin.get(made).text
    assert "مدیر دارد" in ready
    sheet = admin.post(made.replace("checklist/", "passwords"), {"user": []})
    assert sheet.status_code == 422
    people = re.findall(r'name="user" value="([^"]+)"', ready)
    assert (
        "data-secret" in admin.post(made.replace("checklist/", "passwords"), {"user": people}).text
    )


def test_a_password_that_a_person_chose_is_never_taken_away_here(admin, world):
    head = str(world.head.user_id)
    directory.set_password(
        SYSTEM, user_id=UUID(head), password="رود کشکان در بهار", own_password=True
    )
    address = f"/admin/agencies/{world.agency}/passwords"
    assert admin.post(address, {"user": [head, str(world.admin.user_id)]}).status_code == 422
    stranger = str(world.other_head.user_id)
    assert admin.post(address, {"user": stranger}).status_code == 422


def test_the_checklist_of_an_office_names_what_is_missing_and_leads_there(admin, world):
    page = admin.get(f"/admin/agencies/{world.agency}/checklist/").text
    assert f"/admin/secretariats/{world.secretariat}/" in page
    directory.vacate(SYSTEM, post_id=world.registrar.post_id)
    directory.vacate(SYSTEM, post_id=world.head.post_id)
    page = admin.get(f"/admin/agencies/{world.agency}/checklist/").text
    assert f'href="/admin/posts/{world.registrar.post_id}/"' in page
    assert f'href="/admin/posts/{world.head.post_id}/"' in page
    bare = directory.add_agency(SYSTEM, code="bare", name="دستگاه تهی")
    assert (
        f"/admin/agencies/{bare}/#secretariat"
        in admin.get(f"/admin/agencies/{bare}/checklist/").text
    )
    assert admin.get(f"/admin/counters/{world.counter}/checklist/").status_code == 200
    assert admin.get(f"/admin/agencies/{world.counter}/checklist/").status_code == 404


@pytest.mark.parametrize("who", ["clerk", "registrar", "head", "expert"])
def test_nobody_else_opens_an_office(world, who):
    client = tus.logged_in(getattr(world, who))
    slot = "0198f0a0-0000-7000-8000-000000000001"
    for address in ("/admin/agencies/new/", f"/admin/agencies/new/{slot}/",
                    f"/admin/agencies/new/{slot}/keep", f"/admin/agencies/{world.agency}/passwords",
                    f"/admin/counters/{world.counter}/passwords"):  # fmt: skip
        assert client.post(address).status_code == 403, address
    for address in ("/admin/agencies/new/people-agency.xlsx", "/admin/agencies/new/",
                    f"/admin/agencies/{world.agency}/checklist/",
                    f"/admin/counters/{world.counter}/checklist/"):  # fmt: skip
        assert client.get(address).status_code == 403, address


def test_the_empty_sheet_comes_back_filled(admin, world):
    sheet = b"".join(admin.get("/admin/agencies/new/people-agency.xlsx").streaming_content)
    heads, *examples = lists.of_file(sheet)
    assert len(heads) == len(lists.POSTS)
    assert [row["role"] for row in lists.posts([heads, *examples])] == [
        r.value for r in lists.WORDS
    ]
    columns = [xlsx.Column(head) for head in heads]
    filled = [["رئیس", "مهین نمونه", "mahin", "رئیس", "", ""]]
    data = b"".join(xlsx.sheet("x", columns, filled, rtl=True))
    page = begin(admin)
    sent = {"deed": "take", "file": SimpleUploadedFile("people.xlsx", data)}
    there = rows(admin.post(page, sent).text)
    assert there["p0_username"] == "mahin"
    bad = {**there, "deed": "take", "file": SimpleUploadedFile("people.xlsx", b"PK\x03\x04")}
    answer = admin.post(page, bad)
    assert answer.status_code == 422
    assert 'value="mahin"' in answer.text
    assert admin.get("/admin/agencies/new/people-else.xlsx").status_code == 404


def test_a_list_that_is_too_long_is_refused_and_stays_in_its_field(admin, world):
    page = begin(admin)
    many = "\n".join(f"کارشناس {n};کس {n}" for n in range(lists.MOST + 1))
    answer = admin.post(page, {"deed": "take", "list": many})
    assert answer.status_code == 422
    assert "کارشناس 40" in words(answer.text)
    assert admin.post(page, {"deed": "take", "list": "رئیس" * 1000 + "\0"}).status_code == 200


@pytest.mark.parametrize(
    ("word", "title", "role"),
    [
        ("رئيس", "هر چه", "head"), ("", "رئیس دفتر مدیرکل", "chief"), ("", "مدیرکل", "head"),
        ("Expert", "Head of IT", "expert"), ("", "معاون فنی", "manager"), ("", "چیزی", "expert"),
        ("", "دبیرخانه", "secretary"), ("head", "", "head"),
    ],
)  # fmt: skip
def test_what_a_post_is_for_is_read_from_its_word_or_title(word, title, role):
    assert lists.role_of(word, title) == role
