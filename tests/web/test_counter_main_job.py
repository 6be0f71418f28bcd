"""The counter's half of the main job through the screens, without scripts."""

from __future__ import annotations

import io
import json
import re
from typing import Any
from uuid import UUID

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from PIL import Image

from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import SubmissionState
from pishkhan.web.models import SavedForm
from tests.letters.world import World, drain, national_id
from tests.web import tus
from tests.web.desks import sit, text


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction."""


@pytest.fixture
def world() -> World:
    return World.make()


def scan(shade: int = 200) -> bytes:
    data = io.BytesIO()
    Image.new("L", (60, 80), shade).save(data, "JPEG")
    return data.getvalue()


def part(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found is not None
    return found.group(1)


def upload(browser: Client, shade: int = 200, **more: Any) -> dict[str, Any]:
    sent = tus.send(browser, scan(shade))
    assert sent.status_code == 201
    return {"digest": sent["Upload-Digest"], "rotation": 0, "role": "letter", **more}


def form(world: World, pages: list[dict[str, Any]], **changes: str) -> dict[str, str]:
    return {
        "nonce": str(new_id()),
        "tab": "one",
        "id_kind": "national",
        "number": national_id(1),
        "name": "فرد نمونه",
        "mobile": "09121234567",
        "agency_id": str(world.agency),
        "kind": "request",
        "subject": "قطعی آب شرب روستا",
        "pay": "card",
        "pages": json.dumps(pages),
        **changes,
    }


def accepted(world: World, browser: Client, **changes: str) -> UUID:
    done = browser.post(reverse("counter:accept"), form(world, [upload(browser)], **changes))
    assert done.status_code == 302, text(done)
    return UUID(part("letters/([0-9a-f-]{36})/receipt", done["Location"]))


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_letter_is_accepted_and_its_receipt_printed_on_three_papers(world, language):
    clerk = sit(world.clerk, language)
    assert clerk.get(reverse("counter:accept")).status_code == 200
    pages = [upload(clerk, 200, rotation=90), upload(clerk, 90, role="enclosure")]
    done = clerk.post(reverse("counter:accept"), form(world, pages))
    assert done.status_code == 302
    [row] = letters.submissions(world.clerk).rows
    view = letters.submission(world.clerk, row.id)
    assert [(p.rotation, p.role) for p in view.pages] == [(90, "letter"), (0, "enclosure")]
    for paper in ("80mm", "a5", "a4"):
        page = text(clerk.get(done["Location"], {"paper": paper}))
        assert f"sheet-{paper}" in page
        assert "فرد" not in page
    assert "سی هزار تومان" in page
    qr = clerk.get(reverse("counter:receipt-qr", args=[row.id]))
    assert qr["Content-Type"] == "image/svg+xml"
    assert qr.content.startswith(b"<svg")


def test_a_second_submit_of_one_form_gives_the_same_letter(world):
    clerk = sit(world.clerk)
    given = form(world, [upload(clerk)])
    first = clerk.post(reverse("counter:accept"), given)
    again = clerk.post(reverse("counter:accept"), given)
    assert again["Location"] == first["Location"]
    assert len(letters.submissions(world.clerk).rows) == 1


def test_a_refused_acceptance_tells_every_fault_and_keeps_what_was_typed(world):
    clerk = sit(world.clerk)
    given = form(world, [], number="123", subject="", agency_id="", name="نام تازه")
    answer = clerk.post(reverse("counter:accept"), given)
    page = text(answer)
    assert answer.status_code == 422
    assert "نام تازه" in page
    for name in ("number", "subject", "agency_id", "pages"):
        assert f'href="#id_{name}"' in page
    assert letters.submissions(world.clerk).rows == ()
    empty = clerk.post(reverse("counter:accept"), given | {"number": " "})
    assert empty.context["errors"]["number"] == "This must be filled."


def test_a_page_that_another_clerk_sent_is_not_taken(world):
    other = sit(world.other_clerk)
    page = upload(other)
    answer = sit(world.clerk).post(reverse("counter:accept"), form(world, [page]))
    assert answer.status_code == 422
    assert "upload it again" in text(answer)
    assert letters.submissions(world.clerk).rows == ()


def test_a_script_is_led_to_the_receipt_by_a_header(world):
    clerk = sit(world.clerk)
    given = form(world, [upload(clerk)])
    done = clerk.post(reverse("counter:accept"), given, headers={"HX-Request": "true"})
    assert done["HX-Redirect"].endswith("/receipt?print=1")
    given = form(world, [], subject="")
    failed = clerk.post(reverse("counter:accept"), given, headers={"HX-Request": "true"})
    assert failed.status_code == 422
    assert text(failed).lstrip().startswith("<form")


def test_what_is_typed_is_kept_until_the_letter_is_accepted(world):
    clerk = sit(world.clerk)
    given = form(world, [], subject="نامهٔ نیمه‌کاره")
    said = clerk.post(reverse("counter:save"), given)
    assert "saved" in text(said)
    page = text(clerk.get(reverse("counter:accept")))
    assert "نامهٔ نیمه‌کاره" in page
    assert given["nonce"] in page
    clerk.post(reverse("counter:accept"), given | {"pages": json.dumps([upload(clerk)])})
    assert "نامهٔ نیمه‌کاره" not in text(clerk.get(reverse("counter:parked")))
    clerk.post(reverse("counter:save"), given)  # a draft that was on its way when it was accepted
    assert given["nonce"] not in text(clerk.get(reverse("counter:accept")))


def test_a_parked_letter_is_taken_in_hand_again_and_the_one_in_hand_is_parked(world):
    clerk = sit(world.clerk)
    clerk.post(reverse("counter:park"), form(world, [], subject="اولی"))
    clerk.post(reverse("counter:save"), form(world, [], subject="دومی"))
    listed = text(clerk.get(reverse("counter:parked")))
    assert "اولی" in listed
    slot = part("parked/([0-9a-f-]+)/resume", listed)
    clerk.post(reverse("counter:resume", args=[slot]))
    assert 'value="اولی"' in text(clerk.get(reverse("counter:accept")))
    assert 'value="دومی"' not in text(clerk.get(reverse("counter:accept")))
    assert "دومی" in text(clerk.get(reverse("counter:parked")))
    assert "اولی" not in text(sit(world.second_clerk).get(reverse("counter:parked")))


def test_a_number_shows_a_masked_name_until_the_card_is_seen(world):
    clerk = sit(world.clerk)
    accepted(world, clerk)
    shown = text(clerk.post(reverse("counter:look-up"), {"number": national_id(1)}))
    assert "فرد" not in shown
    assert "09121234567" not in shown
    person = part('data-known="([^"]+)"', shown)
    told = clerk.post(reverse("counter:card"), {"person": person}).json()
    assert (told["name"], told["mobile"]) == ("فرد نمونه", "09121234567")
    new = text(clerk.post(reverse("counter:look-up"), {"number": national_id(2)}))
    assert "data-new" in new


def test_a_letter_like_one_before_is_pointed_out(world):
    clerk = sit(world.clerk)
    accepted(world, clerk)
    asked = {"number": national_id(1), "agency_id": str(world.agency), "subject": "قطعی آب روستا"}
    assert "note--wait" in text(clerk.post(reverse("counter:similar"), asked))
    assert text(clerk.post(reverse("counter:similar"), asked | {"number": national_id(9)})) == ""
    other = asked | {"subject": "وام اشتغال", "pages": "rubbish"}
    assert text(clerk.post(reverse("counter:similar"), other)) == ""


def test_agencies_are_found_by_nickname(world):
    hits = sit(world.clerk).get(reverse("counter:agencies"), {"q": "آبفا"}).json()
    assert [hit["id"] for hit in hits] == [str(world.agency)]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_an_answer_is_handed_over_against_the_right_pair(world, language):
    letter, _ = world.answered()
    clerk = sit(world.clerk, language)
    wrong = clerk.post(
        reverse("counter:hand-over"),
        {"code": letter.tracking_code, "national_id": national_id(5)},
    )
    unknown = clerk.post(
        reverse("counter:hand-over"), {"code": "7214093381260", "national_id": national_id(1)}
    )
    assert wrong.status_code == unknown.status_code == 409
    assert (
        clerk.get(reverse("counter:hand-over-answer", args=[letter.letter_id])).status_code == 302
    )
    scanned = f"http://testserver/t/{letter.tracking_code}"
    led = clerk.post(reverse("counter:hand-over"), {"code": scanned, "national_id": national_id(1)})
    assert led.status_code == 302
    page = text(clerk.get(led["Location"]))
    assert "خط انتقال" in page
    deliver = reverse("counter:deliver", args=[letter.letter_id])
    refused = clerk.post(deliver, {"to": "proxy", "to_name": "", "to_number": "1"})
    assert refused.status_code == 422
    proxy = {"to": "proxy", "to_name": "وکیل نمونه", "to_number": national_id(7)}
    unsaid = text(clerk.post(deliver, proxy | {"to_paper": "rubbish", "to_reason": " "}))
    assert 'id="id_to_paper-error"' in unsaid
    assert 'id="id_to_reason-error"' in unsaid
    assert "وکیل نمونه" in unsaid
    clerk.post(deliver, proxy | {"to_paper": "attorney", "to_reason": "بیماری"})
    state = letters.submission(world.clerk, letter.letter_id).row.state
    assert state is SubmissionState.HANDED_OVER
    again = clerk.post(
        deliver, proxy | {"to_paper": "attorney", "to_reason": "بیماری"}, follow=True
    )
    assert {"fa": "پیش‌تر تحویل شده", "en": "handed over already"}[language] in text(again)
    page = text(clerk.get(reverse("counter:letter", args=[letter.letter_id])))
    assert "و••• نمونه" in page
    assert "بیماری" in page
    assert national_id(7) not in page
    post = text(clerk.get(reverse("counter:post")))
    assert str(letter.letter_id) in post
    assert "letter.handed-over" not in post  # in words, never by the name that programs use
    assert clerk.post(deliver, {"to": "applicant"}).status_code == 302


def test_what_was_missing_is_added_under_the_same_code(world):
    letter, arrival = world.arrive()
    letters.return_for_deficiency(world.registrar, arrival, missing="تصویر سند")
    drain()
    clerk = sit(world.clerk)
    address = reverse("counter:letter", args=[letter.letter_id])
    assert "تصویر سند" in text(clerk.get(address))
    complete = reverse("counter:complete", args=[letter.letter_id])
    assert clerk.post(complete, {"pages": "[]"}).status_code == 422
    given = {"pages": json.dumps([upload(clerk, 50, role="enclosure")]), "note": "پیوست شد"}
    assert clerk.post(f"{complete}/save", given).status_code == 200
    shown = clerk.get(address)  # as after a reload
    assert shown.context["note"] == "پیوست شد"
    assert shown.context["typed_pages"] == given["pages"]
    assert clerk.post(complete, given).status_code == 302
    assert not SavedForm.objects.exists()
    assert clerk.post(f"{complete}/save", given).status_code == 409  # a tab that came late
    view = letters.submission(world.clerk, letter.letter_id)
    assert view.row.state is SubmissionState.IN_PROGRESS
    assert [page.round for page in view.pages] == [0, 0, 1]
    assert clerk.post(complete, given).status_code == 302
    assert clerk.get(address).status_code == 200


def test_a_withdrawal_needs_a_reason(world):
    letter, _ = world.arrive()
    clerk = sit(world.clerk)
    address = reverse("counter:withdraw", args=[letter.letter_id])
    assert clerk.post(address, {"reason": ""}).status_code == 422
    assert clerk.post(address, {"reason": "مشکل حل شد"}).status_code == 302
    assert letters.submission(world.clerk, letter.letter_id).withdrawal_asked


@pytest.mark.parametrize("language", ["fa", "en"])
def test_lists_search_and_post_show_the_counters_letters_and_nobody_elses(world, language):
    clerk, other = sit(world.clerk, language), sit(world.other_clerk, language)
    letter = accepted(world, clerk)
    post = text(clerk.get(reverse("counter:post")))
    assert str(letter) in post
    drain()
    for address in (reverse("counter:letters"), reverse("counter:letters") + "?state=arrived"):
        assert str(letter) in text(clerk.get(address))
        assert str(letter) not in text(other.get(address))
    found = clerk.post(reverse("counter:search"), {"q": "شرب"})
    assert str(letter) in text(found)
    for name in ("letter", "receipt", "receipt-qr"):
        assert other.get(reverse(f"counter:{name}", args=[letter])).status_code == 404
        assert clerk.get(reverse(f"counter:{name}", args=[letter])).status_code == 200
    assert clerk.get(reverse("counter:page", args=[letter, 1])).status_code == 200
    assert other.get(reverse("counter:page", args=[letter, 1])).status_code == 404
    assert sit(world.registrar).get(reverse("counter:letters")).status_code == 403


def test_the_list_costs_the_same_however_long_it_is(world):
    clerk = sit(world.clerk)
    costs = []
    for more in (1, 6):
        for _ in range(more):
            world.accept(subject="نامهٔ دیگر")
        clerk.get(reverse("counter:letters"))
        with CaptureQueriesContext(connection) as queries:
            page = text(clerk.get(reverse("counter:letters")))
        costs.append(len(queries))
    assert page.count("row-title") == 7
    assert costs[0] == costs[1] <= 6
