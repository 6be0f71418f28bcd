"""The citizen's page: what it says, what it keeps to itself, how it slows guessing down."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import gettext, override

from pishkhan.kernel import clock, tracking
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import SubmissionState
from pishkhan.web.problems import KINDS
from pishkhan.web.public import views
from pishkhan.web.public.status import PROVED, SAYINGS, STEPS
from tests.letters.world import NOON, World, drain, national_id
from tests.web.desks import switched

pytestmark = pytest.mark.django_db(transaction=True)
NUMBER = national_id(1)


@pytest.fixture
def world() -> World:
    return World.make()


def ask(code: str, number: str, language: str = "fa") -> tuple[int, str]:
    client = Client()
    client.cookies["pishkhan_language"] = language
    answer = client.post(reverse("public:track"), {"code": code, "national_id": number})
    return answer.status_code, answer.content.decode()


def test_the_right_pair_shows_where_the_letter_stands_and_nothing_personal(world: World) -> None:
    accepted = world.accept()
    status, page = ask(accepted.tracking_code, NUMBER)
    assert status == 200
    assert "نامهٔ شما پذیرفته شد و در راه دستگاه است." in page
    given = world.acceptance().applicant
    assert [word for word in (NUMBER, given.name, given.mobile) if word in page] == []


def test_another_language_keeps_the_letter_and_makes_no_try(world: World) -> None:
    accepted = world.accept()
    client = Client()
    given = {"code": accepted.tracking_code, "national_id": NUMBER}
    page = client.post(reverse("public:track"), given).content.decode()
    for language, words in (("en", "on its way to the agency"), ("fa", "در راه دستگاه")):
        page = switched(client, page)
        assert f'<html lang="{language}"' in page
        assert words in page
        assert NUMBER not in page
    wrong = client.post(reverse("public:track"), given | {"national_id": national_id(2)})
    for _ in range(10):
        page = switched(client, wrong.content.decode())
        assert accepted.tracking_code in page
    assert client.post(reverse("public:track"), given).status_code == 200


@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_sentence_has_more_than_twelve_words_and_each_state_has_one(language: str) -> None:
    assert set(SAYINGS) == set(SubmissionState)
    with override(language):
        said = [str(text) for each in SAYINGS.values() for text in (each.sentence, each.todo)]
    sentences = [one for text in said for one in re.split(r"[.؛!?؟]", text) if one.strip()]
    assert len(sentences) > len(SAYINGS)
    assert [one for one in sentences if len(one.split()) > 12] == []


TEMPLATES = Path(views.__file__).parent / "templates" / "public"
MARKED = re.compile(
    r'{% translate "([^"]+)"|{% blocktranslate[^%]*%}(.+?){% endblocktranslate %}', re.S
)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_text_of_the_citizens_pages_has_a_sentence_of_more_than_twelve_words(
    language: str,
) -> None:
    pages = [*TEMPLATES.glob("*.html"), TEMPLATES.parents[2] / "templates/components/problem.html"]
    marked = [
        re.sub(r"{{ *(\w+) *}}", r"%(\1)s", one or other)
        for page in pages
        for one, other in MARKED.findall(page.read_text("utf-8"))
    ]
    with override(language):
        said = [gettext(text) for text in marked]
        said += [str(text) for text in (*STEPS.values(), *PROVED.values(), *KINDS.values())]
    sentences = [one for text in said for one in re.split(r"[.؛!?؟:]", text) if one.strip()]
    assert len(sentences) > 60
    assert [one for one in sentences if len(one.split()) > 12] == []


@pytest.mark.parametrize("until", [None, date(2026, 12, 11)])
def test_the_citizen_sees_one_icon_and_one_date(world: World, until: date | None) -> None:
    with clock.use(clock.FakeClock(NOON)):
        accepted, arrival = world.arrive()
        letters.return_for_deficiency(world.registrar, arrival, missing="تصویر سند", until=until)
        drain()
        _, page = ask(accepted.tracking_code, NUMBER)
    card = page.partition('<section class="card status-card')[2].partition("</section>")[0]
    assert card.count('class="status-icon"') == 1
    days = re.findall(r"(?:[0-9۰-۹]{1,2}) (?:آبان|آذر)", card)
    assert len(days) == 1


def test_the_sentence_is_complete_in_english_too(world: World) -> None:
    accepted = world.accept()
    _, page = ask(accepted.tracking_code, NUMBER, "en")
    assert "Your letter is accepted and on its way to the agency." in page


def test_persian_digits_and_dashes_are_read(world: World) -> None:
    accepted = world.accept()
    code = accepted.tracking_code.translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    number = NUMBER.translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    status, _ = ask(f"{code[:3]}-{code[3:6]} {code[6:]}", number)
    assert status == 200


def test_a_wrong_number_and_an_unknown_code_look_the_same(world: World) -> None:
    accepted = world.accept()
    wrong = ask(accepted.tracking_code, "1111111111")
    unknown = ask(tracking.make(b"k" * 32, 999_999, 1), "1111111111")

    def told(page: str) -> str:
        return re.search(r'role="alert">.*?</div></div>', page, re.S).group()  # type: ignore[union-attr]  # a page without it fails here

    assert wrong[0] == unknown[0] == 404
    assert told(wrong[1]) == told(unknown[1])
    assert "یافت نشد" in told(wrong[1])


def test_guessing_is_slowed_down_and_the_wait_is_told(world: World) -> None:
    accepted = world.accept()
    answers = [ask(accepted.tracking_code, "1111111111")[0] for _ in range(5)]
    assert answers[:3] == [404, 404, 404]
    assert 429 in answers
    status, page = ask(accepted.tracking_code, NUMBER)
    assert status == 429
    assert "صبر کنید" in page


def test_the_page_stays_out_of_caches_and_search_engines(world: World) -> None:
    client = Client()
    answer = client.get(reverse("public:code", args=[world.accept().tracking_code]))
    assert "no-store" in answer["Cache-Control"]
    assert "noindex" in answer["X-Robots-Tag"]
