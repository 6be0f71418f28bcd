"""A problem with an agency on the pages: the citizen's, the counter's, the secretariat's, all's."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.test import Client

from pishkhan.directory import api as directory
from pishkhan.kernel import clock
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted
from pishkhan.letters.contracts.problems import ProblemKind
from pishkhan.letters.models import Problem
from tests.letters.world import World, drain, national_id
from tests.web import tus
from tests.web.desks import switched, words

pytestmark = pytest.mark.django_db(transaction=True)
SECRETS = ("گفتند حضوری بیایید", "لازم نیست بیایید")


@pytest.fixture
def accepted(world: World, settings) -> Accepted:
    settings.PISHKHAN_SMS_URL = ""
    settings.DEMO = False
    return world.arrive()[0]


def tracked(accepted: Accepted) -> tuple[Client, str]:
    client = Client()
    client.cookies["pishkhan_language"] = "fa"
    given = {"code": accepted.tracking_code, "national_id": national_id(1)}
    return client, client.post("/t/", given).content.decode()


def proof(page: str) -> str:
    found = re.search(r'name="proof" value="([^"]+)"', page)
    assert found
    return found[1]


def test_from_the_counter_to_the_agency_and_back(world: World, accepted: Accepted) -> None:
    counter, office = tus.logged_in(world.clerk), tus.logged_in(world.registrar)
    page = f"/counter/letters/{accepted.letter_id}/"
    refused = counter.post(f"{page}problem", {"kind": "", "words": SECRETS[0]})
    assert refused.status_code == 422
    assert SECRETS[0] in refused.content.decode(), "what was typed is kept"
    counter.post(f"{page}problem", {"kind": "to_come", "words": SECRETS[0]})
    drain()
    assert "/secretariat/problems" in office.get("/secretariat/").content.decode()
    desk = office.get("/secretariat/problems").content.decode()
    assert SECRETS[0] in desk
    (told,) = letters.problems(world.registrar)
    answer = f"/secretariat/problems/{told.id}/answer"
    assert office.post(answer, {"text": ""}).status_code == 422
    office.post(answer, {"text": SECRETS[1]})
    drain()
    assert SECRETS[1] in counter.get(page).content.decode()
    again = office.post(answer, {"text": "باز"}, follow=True)
    assert "پیش‌تر پاسخ داده شده" in words(again.content.decode())


def test_the_citizen_tells_and_sees_that_it_was_answered(world: World, accepted: Accepted) -> None:
    client, page = tracked(accepted)
    given = {"proof": proof(page)}
    form = client.post("/t/problem", given)
    assert form.status_code == 200
    assert "one_time_code" not in form.content.decode(), "nobody here sends an SMS"
    wrong = client.post("/t/problem", {**given, "kind": "other", "words": ""})
    assert wrong.status_code == 422
    typed = {"send": "1", "kind": "other", "words": SECRETS[0]}
    other = switched(client, form.content.decode(), **typed)
    assert 'value="other" checked' in other, "what was typed is kept over a change of the language"
    assert f">{SECRETS[0]}</textarea>" in other
    assert SECRETS[0] in switched(client, other), "and once more, without a script"
    assert not Problem.objects.exists(), "nothing was sent by it"
    client.cookies["pishkhan_language"] = "fa"
    done = client.post("/t/problem", {**given, "kind": "no_answer", "words": SECRETS[0]})
    assert "در راه دستگاه" in words(done.content.decode())
    assert client.post("/t/problem", given).status_code == 409, "one waits already"
    drain()
    (told,) = letters.problems(world.registrar)
    letters.answer_problem(world.registrar, told.id, text=SECRETS[1])
    drain()
    _, page = tracked(accepted)
    assert "پاسخ" in words(page)
    assert [each for each in SECRETS if each in page] == [], "words and answer need the phone"
    assert client.get("/t/problem").status_code == 302
    assert client.post("/t/problem", {"proof": "x"}).status_code == 409


def test_the_phones_code_opens_the_form_and_the_answer(
    world: World, accepted: Accepted, settings
) -> None:
    settings.DEMO = True
    directory.set_setting(world.admin, key="demonstration-made", value=True)
    client, page = tracked(accepted)
    given = {"proof": proof(page)}
    form = words(client.post("/t/problem", given).content.decode())
    code = re.search(r"\d{6}", re.sub(r"<[^>]+>", " ", form))
    assert code
    sent = {**given, "kind": "to_come", "words": SECRETS[0]}
    assert client.post("/t/problem", {**sent, "one_time_code": "1"}).status_code == 422
    assert not Problem.objects.exists()
    assert client.post("/t/problem", {**sent, "one_time_code": code[0]}).status_code == 200
    drain()
    (told,) = letters.problems(world.registrar)
    letters.answer_problem(world.registrar, told.id, text=SECRETS[1])
    drain()
    with clock.use(clock.FakeClock(clock.current().now() + timedelta(minutes=2))):
        asked = words(client.post("/t/answer/code", given).content.decode())
        code = re.search(r"\d{6}", re.sub(r"<[^>]+>", " ", asked))
        assert code
        read = client.post("/t/answer", {**given, "one_time_code": code[0]}).content.decode()
    assert SECRETS[1] in read


def test_nobody_else_reaches_a_problem(world: World, accepted: Accepted) -> None:
    letters.open_problem(world.clerk, accepted.letter_id, kind=ProblemKind.OTHER, words=SECRETS[0])
    drain()
    (told,) = letters.problems(world.registrar)
    answer = f"/secretariat/problems/{told.id}/answer"
    page = f"/counter/letters/{accepted.letter_id}/problem"
    for actor in (world.other_registrar, world.other_clerk, world.head, world.admin):
        browser = tus.logged_in(actor)
        for path in (answer, page, f"/secretariat/problems/{new_id()}/answer"):
            sent = browser.post(path, {"text": "نه", "kind": "other", "words": "نه"})
            assert sent.status_code in {403, 404}, (actor.label, path)
        assert SECRETS[0] not in browser.get("/secretariat/problems").content.decode()
    assert letters.problems(world.registrar)[0].answered_at is None
    for path in ("/t/problems", "/t/problems.csv", "/t/"):
        assert SECRETS[0] not in Client().get(path).content.decode()


def test_the_public_count_hides_small_numbers(world: World, accepted: Accepted) -> None:
    letters.open_problem(world.clerk, accepted.letter_id, kind=ProblemKind.NO_ANSWER)
    client = Client()
    client.cookies["pishkhan_language"] = "en"
    assert "/t/problems" in client.get("/").content.decode()
    assert "/t/problems" in client.get("/t/").content.decode()
    page = client.get("/t/problems")
    assert page.status_code == 200
    assert page.content.decode().count(">under 5<") == 4
    sheet = client.get("/t/problems.csv")
    line = sheet.content.decode("utf-8-sig").splitlines()[1]
    assert line == "شرکت آب و فاضلاب استان,under 5,under 5,under 5,under 5"
    assert sheet["Content-Type"].startswith("text/csv")


def test_the_deadline_is_set_by_the_administrator(world: World) -> None:
    admin = tus.logged_in(world.admin)
    assert admin.post("/admin/settings/", {"problem_days": "0", "from": ""}).status_code == 422
    admin.post("/admin/settings/", {"problem_days": "۷", "from": ""})
    assert directory.setting("letters.problem-days") == 7
