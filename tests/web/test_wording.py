"""One word for one thing, in words that clerks and citizens use."""

from __future__ import annotations

from pathlib import Path

import polib
import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.letters import api as letters
from tests.letters.world import World, drain, national_id
from tests.web.desks import sit, text

PACKAGE = Path(__file__).resolve().parents[2] / "src/pishkhan"

# Each was once on a screen beside the word that stands after it.
NOT_SAID = {
    "سرپرست": "راهبر",
    "دست نزن": "انصراف",
    "آ۴": "A4",
    "آ۵": "A5",
    "پارک": "کنار گذاشتن",
    "وارسی": "بررسی",
    "راه رایانامه": "سرویس رایانامه",
    "پیشکار": "پراکسی",
    "وصل به مرکز": "خط برقرار است",
    "نشانهٔ دسترسی": "توکن",
    "کسری": "مدرک تکمیلی",
    "گشتی": "راهنما",
    "ساختن پیش‌نویس": "ثبت پیش‌نویس",
    "جناب آقای / سرکار خانم": "جناب آقای",
    "بعداً می‌آید": "",
}


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction: no test here runs inside another one."""


@pytest.mark.parametrize("word", NOT_SAID)
def test_a_word_that_was_given_up_is_on_no_screen(word: str):
    terms = ("نقطهٔ وارسی", "وارسی‌کننده")  # of the log (docs/glossary.fa.md): not a check by people
    said = [
        f"{path.relative_to(PACKAGE)}: {entry.msgstr}"
        for path in sorted(PACKAGE.rglob("django.po"))
        for entry in polib.pofile(str(path))
        if word in _without(terms, entry.msgstr + "".join(entry.msgstr_plural.values()))
    ]
    assert not said


def _without(terms: tuple[str, ...], words: str) -> str:
    for term in terms:
        words = words.replace(term, "")
    return words


def test_the_citizen_reads_no_office_word_of_a_returned_letter():
    world = World.make()
    letter, arrival = world.arrive()
    letters.return_for_deficiency(world.registrar, arrival, missing="تصویر سند")
    drain()
    client = Client(headers={"accept-language": "fa"})
    pair = {"code": letter.tracking_code, "national_id": national_id(1)}
    page = text(client.post(reverse("public:track"), pair, follow=True))
    assert "نیازمند مدرک" in page
    assert "عودت" not in page


def test_who_is_lost_is_led_to_his_desk_or_to_the_first_page():
    world = World.make()
    stranger = text(Client(headers={"accept-language": "fa"}).get("/nowhere/"))
    assert "به صفحهٔ نخست" in stranger
    assert "میز کار" not in stranger.partition("<main")[2]
    assert "بازگشت به میز کار" in text(sit(world.clerk, "fa").get("/nowhere/"))
    tracking = text(sit(world.clerk, "fa").get("/t/nothing/here/")).partition("<main")[2]
    assert "پیگیری نامه" in tracking
    assert "میز کار" not in tracking
