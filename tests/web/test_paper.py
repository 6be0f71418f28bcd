"""A letter on paper: what stands on each page, whatever was typed; no database."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from unittest import mock

import pypdfium2
import pytest
from django.utils import translation

from pishkhan.directory import api as directory
from pishkhan.kernel.errors import Unavailable
from pishkhan.kernel.ids import new_id
from pishkhan.letters.contracts import Relation, SignedAs, Urgency
from pishkhan.letters.contracts.between import LinkRef
from pishkhan.web.paper import letter as paper
from pishkhan.web.paper import typeset
from pishkhan.web.paper.letter import Letter, Signer

AT = datetime(2026, 11, 21, 8, 30, tzinfo=UTC)


def made(**changes: Any) -> Letter:
    known: dict[str, Any] = {
        "agency_id": None,
        "agency": "شرکت نمونه",
        "recipient": "ریاست محترم",
        "subject": "موضوع نمونه",
        "body": "متن نامه",
        "number": "1405/27",
        "at": AT,
        "signer": Signer("نام نمونه", "رئیس"),
        "classification": "1",
    }
    return Letter(**(known | changes))


def drawn(letter: Letter, motto: str = "شعار نمونه", logo: bytes = b"") -> bytes:
    with (
        mock.patch.object(directory, "setting", return_value=motto),
        mock.patch.object(directory, "logo", return_value=logo),
    ):
        return paper.pdf(letter)


def pages(pdf: bytes) -> list[str]:
    """Return the words of each page, letters only: how a reader orders them is its own."""
    document = pypdfium2.PdfDocument(pdf)
    found = [page.get_textpage().get_text_range() for page in document]
    document.close()
    return [bare(each) for each in found]


def bare(words: str) -> str:
    """Return letters and digits, «لا» as two letters however the reader took the ligature."""
    kept = "".join(re.findall(r"[0-9A-Za-z۰-۹\u0621-\u064a\u067e-\u06d3]", words))
    return kept.replace("ال", "لا")


def told(**changes: Any) -> dict[str, Any]:
    with (
        mock.patch.object(directory, "setting", return_value=""),
        translation.override("fa"),
    ):
        return paper.given(made(**changes))


def test_the_head_has_name_marks_motto_receiver_and_who_signed_for_whom():
    letter = made(
        signer=Signer("نام نمونه", "معاون", SignedAs.PER_PRO, "مدیرعامل"),
        copies=(("استانداری", "جهت استحضار"),),
        links=(LinkRef(Relation.FOLLOWS, "12", 1404, "شرکت برق"),),
        urgency=Urgency.URGENT,
    )
    (page,) = pages(drawn(letter))
    for words in (
        "بسمه تعالی", "شعار نمونه", "شرکت نمونه", "شماره", "۱۴۰۵", "۲۷", "۰۸", "۳۰",
        "پیوست ندارد", "فوریت فوری", "ریاست محترم", "موضوع نمونه", "پیرو", "۱۲", "شرکت برق",
        "از طرف مدیرعامل", "نام نمونه", "معاون", "رونوشت", "جهت استحضار", "صفحهٔ ۱ از ۱",
    ):  # fmt: skip
        assert bare(words) in page, words
    assert page.count(bare("عادی")) == 2  # at the top and at the bottom
    assert bare("پیش‌نویس") not in page


def test_every_page_of_a_long_letter_has_number_class_and_page_of_pages():
    body = "\n\n".join(f"بند {n} " + "واژه‌های یک نامهٔ بلند " * 14 for n in range(280))
    found = pages(drawn(made(body=body[:100_000], classification="2")))
    assert len(found) >= 30
    of = str(len(found)).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
    for n, page in enumerate(found, 1):
        no = str(n).translate(str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹"))
        assert bare(f"صفحهٔ {no} از {of}") in page
        assert page.count(bare("محرمانه")) == 2
        assert bare("۱۴۰۵") in page
        assert bare("شرکت نمونه") in page


def test_what_has_not_gone_out_is_marked_on_every_page_and_has_no_number():
    found = pages(drawn(made(number="", at=None, signer=None, body="متن نامه\n\n" * 80)))
    assert len(found) > 1
    assert all(bare("پیش‌نویس") in page for page in found)


def test_a_citizens_answer_has_no_class():
    assert told(classification="")["class"] == ""


@pytest.mark.parametrize(
    "words",
    [
        '#read("/etc/passwd")',
        "$x^2$",
        "@label",
        "\\",
        "]#panic()[",
        "*_`=<a>",
        "{n}",
        "//",
        "\0\x07",
    ],
)
def test_nothing_that_is_typed_is_read_as_markup(words: str):
    letter = made(
        agency=f"نام {words}",
        recipient=words,
        subject=f"س {words}",
        body=f"متن {words}\n- {words}",
        copies=((words, words),),
        signer=Signer(words, words),
    )
    (page,) = pages(drawn(letter, motto=words))
    assert "root" not in page
    assert all(page.count(sign) >= 7 for sign in set(bare(words)))  # each place shows it


def test_a_word_without_end_stays_on_the_page():
    document = pypdfium2.PdfDocument(
        drawn(made(body="ا" * 3000 + " " + "W" * 3000, subject="ک" * 300))
    )
    for page in document:
        text = page.get_textpage()
        for n in range(text.count_rects()):
            left, _bottom, right, _top = text.get_rect(n)
            assert left >= 0
            assert right <= page.get_width()
    document.close()


def test_latin_words_in_persian_keep_their_digits_and_their_order():
    (line,) = told(body="نسخهٔ 12 از ISO 9001 part A4، در Feeder-12 است")["blocks"][0]["lines"]
    assert line["runs"][0]["text"] == (
        "نسخهٔ ۱۲ از \u2066ISO\u2069 ۹۰۰۱ \u2066part A4\u2069، در \u2066Feeder-12\u2069 است"
    )
    latin, persian = told(body="An English line.\n\nخط فارسی")["blocks"]
    assert (latin["latin"], persian["latin"]) == (True, False)


def test_signs_that_turn_writing_round_are_taken_out():
    assert "\u202e" not in told(subject="\u202eوارونه")["subject"]


def test_the_same_letter_is_the_same_file():
    assert drawn(made()) == drawn(made())
    assert drawn(made()) != drawn(made(subject="دیگر"))


def test_what_the_typesetter_says_reaches_nobody(caplog: pytest.LogCaptureFixture):
    with pytest.raises(Unavailable, match=r"web\.paper-failed") as caught:
        drawn(made(agency_id=new_id(), body="راز نامه"), logo=b"\x89PNG no picture")
    assert "typst" not in str(caught.value).lower()
    assert "راز" not in caplog.text


def test_a_letter_that_takes_too_long_is_given_up():
    with mock.patch.object(typeset, "SECONDS", 0.01), pytest.raises(Unavailable):
        drawn(made())
