"""The citizen reads the text of his answer by code, number and phone, on screen and API."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.letters.contracts import Accepted, Applicant, IdKind
from pishkhan.notices.contracts import Pattern
from pishkhan.notices.models import Notice
from tests.letters.world import World, national_id
from tests.web.api.caller import Caller
from tests.web.desks import switched

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = national_id(1)
TEXT = "خط انتقال تا هفتهٔ آینده تعمیر می‌شود."


@pytest.fixture(autouse=True)
def _provider(settings) -> None:
    settings.DEMO = False
    settings.PISHKHAN_SMS_URL = "json://127.0.0.1:9/?:to={to}"


@pytest.fixture
def world() -> World:
    return World.make()


def browser(language: str = "fa") -> Client:
    client = Client()
    client.cookies["pishkhan_language"] = language
    return client


def post(client: Client, name: str, **given: str) -> tuple[int, str]:
    answer = client.post(reverse(f"public:{name}"), given)
    assert "no-store" in answer["Cache-Control"]
    return answer.status_code, answer.content.decode()


def proof_on(page: str) -> str:
    found = re.search(r'name="proof" value="([^"]+)"', page)
    assert found
    return found[1]


def tracked(client: Client, accepted: Accepted) -> str:
    return post(client, "track", code=accepted.tracking_code, national_id=NUMBER)[1]


def sent_code() -> str:
    return str(Notice.objects.filter(pattern=Pattern.ONE_TIME_CODE).latest("id").params["code"])


def test_from_tracking_over_the_phones_code_to_the_text(world: World) -> None:
    accepted, _ = world.answered()
    client = browser()
    page = tracked(client, accepted)
    assert TEXT not in page
    assert NUMBER not in page
    status, page = post(client, "answer-code", proof=proof_on(page))
    assert status == 200
    assert "۰۹۱۲•••۴۵۶۷" in page
    code = sent_code()
    assert code not in page
    page = switched(client, page)
    assert sent_code() == code, "another language sends no other code"
    assert 'name="one_time_code"' in page
    status, page = post(client, "answer", proof=proof_on(page), one_time_code=code)
    assert status == 200
    assert TEXT in page
    assert accepted.tracking_code in re.sub(r"\D", "", switched(client, page))
    status, again = post(client, "answer", proof="x", one_time_code=code)
    assert (status, TEXT in again) == (409, False)


def test_a_wrong_code_is_said_at_its_field_and_shows_nothing(world: World) -> None:
    accepted, _ = world.answered()
    client = browser("en")
    _, page = post(client, "answer-code", proof=proof_on(tracked(client, accepted)))
    wrong = f"{(int(sent_code()) + 1) % 10**6:06}"
    status, page = post(client, "answer", proof=proof_on(page), one_time_code=wrong)
    assert status == 422
    assert "The code is wrong. Enter the one that was sent last." in page
    assert TEXT not in page
    status, page = post(client, "answer-code", proof=proof_on(page))
    assert status == 429
    assert "Ask for another in" in page
    status, page = post(client, "answer", proof=proof_on(page), one_time_code=sent_code())
    assert (status, TEXT in page) == (200, True)


def test_who_has_no_mobile_is_sent_to_the_counter(world: World) -> None:
    accepted, _ = world.answered(applicant=Applicant(IdKind.NATIONAL, NUMBER, "فرد نمونه"))
    page = tracked(browser("en"), accepted)
    assert "To read it, go to the same counter with your national card." in page
    assert reverse("public:answer-code") not in page


def test_no_code_is_offered_before_there_is_an_answer(world: World) -> None:
    accepted, _ = world.arrive()
    assert reverse("public:answer-code") not in tracked(browser(), accepted)


@pytest.mark.parametrize("name", ["answer", "answer-code"])
def test_a_made_up_proof_leads_back_to_the_form_and_an_address_alone_shows_nothing(
    world: World, name: str
) -> None:
    world.answered()
    status, page = post(browser("en"), name, proof="0" * 32 + "-1-" + "0" * 64, one_time_code="1")
    assert status == 409
    assert "Too much time has passed." in page
    answer = browser().get(reverse(f"public:{name}"))
    assert (answer.status_code, answer["Location"]) == (302, reverse("public:track"))


def test_a_program_takes_the_same_road(world: World) -> None:
    accepted, _ = world.answered()
    program = Caller("")
    pair = {"tracking_code": accepted.tracking_code, "national_id": NUMBER}
    told = program.post("track", pair, key="").json()
    assert (told["answered"], told["answer_by_code"]) == (True, True)
    proof = {"proof": told["proof"]}
    sent = program.post("track/answer-code", proof, key="")
    assert sent.status_code == 200
    assert sent.json()["masked_mobile"] == "0912•••4567"
    assert sent.json()["shown"] == ""
    refused = program.post("track/answer", proof | {"one_time_code": "x"}, key="")
    assert refused.status_code == 422
    assert list(refused.json()["errors"]) == ["one_time_code"]
    read = program.post("track/answer", proof | {"one_time_code": sent_code()}, key="")
    assert [each["body"] for each in read.json()["items"]] == [TEXT]
    assert program.post("track/answer-code", proof, key="").status_code == 429
