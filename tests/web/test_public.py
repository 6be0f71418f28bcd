"""The citizen's page: what it says, what it keeps to itself, how it slows guessing down."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.translation import override

from pishkhan.kernel import tracking
from pishkhan.letters.contracts import SubmissionState
from pishkhan.web.public.status import SAYINGS
from tests.letters.world import World, national_id

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


@pytest.mark.parametrize("language", ["fa", "en"])
def test_no_sentence_has_more_than_twelve_words_and_each_state_has_one(language: str) -> None:
    assert set(SAYINGS) == set(SubmissionState)
    with override(language):
        said = [str(text) for each in SAYINGS.values() for text in (each.sentence, each.todo)]
    sentences = [one for text in said for one in re.split(r"[.؛!?؟]", text) if one.strip()]
    assert len(sentences) > len(SAYINGS)
    assert [one for one in sentences if len(one.split()) > 12] == []


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
