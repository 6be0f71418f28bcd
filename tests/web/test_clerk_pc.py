"""What the node gives a clerk's PC: the page that connects it, and the receipt for the roll."""

from __future__ import annotations

from datetime import timedelta

import pypdfium2
import pytest
from django.conf import settings
from django.urls import reverse

from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from tests.letters.world import World
from tests.web.desks import sit, text

HELPER = f"http://127.0.0.1:{settings.PISHKHAN_DESK_PORT}"


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_receipt_is_one_leaf_of_80_mm_with_the_code(world: World, language: str):
    done = world.accept()
    clerk = sit(world.clerk, language)
    answer = clerk.get(reverse("counter:receipt-pdf", args=(done.letter_id,)))
    assert answer["Content-Type"] == "application/pdf"
    document = pypdfium2.PdfDocument(answer.content)
    assert len(document) == 1
    width, height = document[0].get_size()
    assert round(width / 72 * 25.4) == 80
    assert 100 < height / 72 * 25.4 < 300
    written = document[0].get_textpage().get_text_range()
    latin = written.translate(str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789"))
    assert done.tracking_code in "".join(latin.split())
    document.close()


def test_a_letter_that_was_taken_on_paper_earlier_says_so_on_the_roll(world: World):
    day = clock.current().now().astimezone(TEHRAN).date() - timedelta(days=3)
    done = world.accept(taken_on=day, backdate_reason="power cut")
    address = reverse("counter:receipt-pdf", args=(done.letter_id,))
    document = pypdfium2.PdfDocument(sit(world.clerk, "en").get(address).content)
    written = " ".join(document[0].get_textpage().get_text_range().split())
    assert "entered late: power cut" in written
    document.close()


def test_words_of_people_are_not_read_as_markup(world: World):
    trick = '#panic("x") *b* $x$ \\ #read("receipt.typ") </'
    done = world.accept(subject=trick)
    address = reverse("counter:receipt-pdf", args=(done.letter_id,))
    answer = sit(world.clerk, "en").get(address)
    document = pypdfium2.PdfDocument(answer.content)
    written = "".join(document[0].get_textpage().get_text_range().split())
    assert '#panic("x")' in written
    assert "*b*" in written
    document.close()


def test_another_counter_does_not_get_the_receipt(world: World):
    done = world.accept()
    address = reverse("counter:receipt-pdf", args=(done.letter_id,))
    page = reverse("counter:receipt", args=(done.letter_id,))
    for other in (world.registrar, world.expert):
        assert sit(other).get(address).status_code == sit(other).get(page).status_code != 200


def test_only_pages_that_need_the_helper_may_connect_to_it(world: World):
    done = world.accept()
    clerk = sit(world.clerk)
    for name, args in (
        ("accept", ()), ("pc", ()), ("receipt", (done.letter_id,)), ("letter", (done.letter_id,)),
    ):  # fmt: skip
        policy = clerk.get(reverse(f"counter:{name}", args=args))["Content-Security-Policy"]
        assert f"connect-src 'self' {HELPER};" in policy + ";"
    for name in ("letters", "hand-over", "search", "post"):
        assert HELPER not in clerk.get(reverse(f"counter:{name}"))["Content-Security-Policy"]


def test_the_page_that_connects_a_pc_is_the_clerks(world: World):
    shown = text(sit(world.clerk, "en").get(reverse("counter:pc")))
    assert "Show a code" in shown
    assert sit(world.expert).get(reverse("counter:pc")).status_code == 403
