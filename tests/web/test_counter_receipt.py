"""The receipt after the acceptance: printed as was meant, once; the tracking address in letters."""

from __future__ import annotations

import pytest
from django.conf import settings
from django.urls import reverse

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import PrintIntent
from tests.letters.world import World, page
from tests.web.desks import sit, text
from tests.web.test_counter_main_job import form, upload

NOW = "data-print-now"


@pytest.mark.parametrize(
    ("intent", "prints"), [("receipt", True), ("all", True), ("none", False), ("rubbish", True)]
)
def test_an_acceptance_leads_to_the_print_that_was_meant(world: World, intent: str, prints: bool):
    clerk = sit(world.clerk)
    done = clerk.post(reverse("counter:accept"), form(world, [upload(clerk)], print_intent=intent))
    assert done.status_code == 302
    assert (NOW in text(clerk.get(done["Location"]))) is prints
    assert NOW not in text(clerk.get(done["Location"].partition("?")[0]))


def test_the_page_that_two_presses_end_at_prints(world: World):
    clerk = sit(world.clerk)
    given = form(world, [upload(clerk)])
    places = {clerk.post(reverse("counter:accept"), given)["Location"] for _ in range(2)}
    assert len(places) == 1
    assert places.pop().endswith("?print=1")


def test_the_address_of_tracking_stands_under_the_qr_in_letters(world: World):
    done = world.accept()
    shown = text(sit(world.clerk, "fa").get(reverse("counter:receipt", args=(done.letter_id,))))
    host = settings.PISHKHAN_URL.partition("://")[2]
    assert f"{host}/t/<wbr>{done.tracking_code}</bdi>" in shown


@pytest.mark.parametrize(
    ("paper", "receipts", "pages"), [("80mm", 1, 0), ("a5", 1, 2), ("a4", 1, 2), ("pages", 0, 2)]
)
def test_receipt_and_pages_print_where_the_paper_takes_pages(
    world: World, paper: str, receipts: int, pages: int
):
    done = world.accept(print_intent=PrintIntent.ALL, pages=(page("a"), page("b")))
    clerk = sit(world.clerk)
    shown = text(clerk.get(reverse("counter:receipt", args=(done.letter_id,)), {"paper": paper}))
    assert shown.count('class="receipt-code"') == receipts
    assert shown.count("receipt-page") == pages


def test_pages_that_nobody_meant_to_print_are_not_offered(world: World):
    done = world.accept()
    assert letters.receipt(world.clerk, done.letter_id).print_intent is PrintIntent.RECEIPT
    address = reverse("counter:receipt", args=(done.letter_id,))
    shown = text(sit(world.clerk).get(address, {"paper": "pages"}))
    assert "receipt-page" not in shown
    assert 'class="receipt-code"' in shown


def test_the_column_beside_the_form_is_told_anew(world: World):
    clerk = sit(world.clerk)
    before = text(clerk.get(reverse("counter:today")))
    done = world.accept(subject="نامهٔ تازه")
    told = clerk.get(reverse("counter:today"))
    assert "نامهٔ تازه" not in before
    assert "نامهٔ تازه" in text(told)
    assert str(done.letter_id) in text(told)
    assert "no-store" in told["Cache-Control"]
    assert "<html" not in text(told)


def test_nobody_else_is_told_of_the_counters_day(world: World):
    world.accept(subject="نامهٔ تازه")
    assert sit(world.registrar).get(reverse("counter:today")).status_code == 403
    assert "نامهٔ تازه" not in text(sit(world.other_clerk).get(reverse("counter:today")))


@pytest.mark.parametrize("paper", ["80mm", "a5", "a4"])
def test_where_to_come_back_stands_on_every_receipt(world: World, paper: str):
    spans = {day: [["07:30", "13:00"], ["16:00", "19:30"]] for day in ("sat", "sun", "mon")}
    directory.change_counter(
        SYSTEM,
        counter_id=world.counter,
        address="بروجرد، خیابان نمونه",
        phone="066-00000001",
        hours=spans | {"thu": [["08:00", "13:00"]]},
    )
    done = world.accept()
    address = reverse("counter:receipt", args=(done.letter_id,))
    shown = text(sit(world.clerk, "fa").get(address, {"paper": paper}))
    assert "بروجرد، خیابان نمونه" in shown
    assert "۰۶۶-۰۰۰۰۰۰۰۱" in shown
    assert "شنبه تا دوشنبه ۰۷:۳۰ تا ۱۳:۰۰ و ۱۶:۰۰ تا ۱۹:۳۰؛ پنجشنبه ۰۸:۰۰ تا ۱۳:۰۰" in shown
    assert f"{settings.PISHKHAN_URL.partition('://')[2]}/t/</bdi>" in shown
    english = text(sit(world.clerk).get(address, {"paper": paper}))
    assert "Saturday to Monday 07:30 to 13:00 and 16:00 to 19:30; Thursday" in english


def test_a_counter_without_a_place_prints_none(world: World):
    done = world.accept()
    shown = text(sit(world.clerk).get(reverse("counter:receipt", args=(done.letter_id,))))
    assert "receipt-place" not in shown
