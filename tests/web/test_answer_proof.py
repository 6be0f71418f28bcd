"""The two squares on the first page of an answer: read off its paper, and what stands by them."""

from __future__ import annotations

import base64
import random
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from types import ModuleType
from typing import Any
from uuid import UUID
from xml.etree import ElementTree

import pypdfium2
import pytest
import zxingcpp
from django.urls import reverse
from PIL import Image

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.identity import Identity
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import Invalid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, AnswerView
from pishkhan.web.counter.answer_pdf import of_answer
from pishkhan.web.paper import letter as paper
from pishkhan.web.paper.answer import identifier, squares_of
from pishkhan.web.paper.proof import verify_address, verify_home
from pishkhan.web.paper.shams import Shams, written
from tests.letters.world import World, national_id
from tests.web.desks import sit, text
from tests.web.test_answer_by_code import browser, post, proof_on, sent_code, tracked
from tests.web.test_paper import bare, pages
from tests.web.test_receipt_photo import (
    PRINTER,
    judged,
    log,
    no_network,
    photo,
    policy,
    run,
    verifier,
)

__all__ = ["log", "no_network", "verifier"]  # fixtures

LEGAL = "10380284790"
EMAIL = "dabir@agency.example.ir"


def identify(world: World) -> None:
    directory.set_identity(SYSTEM, agency_id=world.agency, email=EMAIL, national_id=LEGAL)


def counter_pdf(world: World, accepted: Accepted) -> bytes:
    """Return the answer's paper as the counter prints it for whoever proved the pair."""
    (answer,) = letters.submission(world.clerk, accepted.letter_id).answers
    clerk = sit(world.clerk)
    pair = {"code": accepted.tracking_code, "national_id": national_id(1)}
    clerk.post(reverse("counter:hand-over"), pair)
    got = clerk.get(reverse("counter:answer-pdf", args=[accepted.letter_id, answer.id]))
    assert got["Content-Type"] == "application/pdf"
    return bytes(got.content)


def agency_pdf(world: World, arrival: UUID) -> bytes:
    (draft,) = letters.arrival(world.registrar, arrival).drafts
    at = reverse("secretariat:paper", args=[arrival, draft.id])
    return bytes(sit(world.registrar).get(at).content)


def dots(pdf: bytes, number: int = 0) -> Image.Image:
    """Return the dots of one page on a printer of 203 dots an inch."""
    document = pypdfium2.PdfDocument(pdf)
    drawn = document[number].render(scale=PRINTER / 72, grayscale=True).to_pil()
    return drawn.point(lambda value: 255 if value > 128 else 0)


def left_to_right(pdf: bytes) -> str:
    """Return the signs of the first page by their places: lines from above, each from its left.

    A reader of PDF guesses the direction of a text, and turns its runs of figures around.
    """
    page = pypdfium2.PdfDocument(pdf)[0].get_textpage()
    signs = []
    for index in range(page.count_chars()):
        left, bottom, _, top = page.get_charbox(index, loose=True)
        sign = chr(pypdfium2.raw.FPDFText_GetUnicode(page, index))
        if sign.isprintable() and sign != " ":  # else it may be the reader's own, with no place
            signs.append(((bottom + top) / 2, left, sign))
    signs.sort(reverse=True)
    lines: list[list[tuple[float, str]]] = []
    line: list[tuple[float, str]] = []
    height = signs[0][0]
    for middle, left, sign in signs:
        if height - middle > 4:  # points; a line is some 15 high
            lines.append(line)
            line, height = [], middle
        line.append((left, sign))
    return "".join(sign for each in [*lines, line] for _, sign in sorted(each))


def read(page: Image.Image) -> list[str]:
    """Return the texts of the squares on a page, the address of the promise first."""
    return sorted((each.text for each in zxingcpp.read_barcodes(page)), reverse=True)


def test_both_squares_are_read_off_the_first_page_at_the_counter_and_at_the_agency(
    world: World, log: Path
):
    identify(world)
    accepted, arrival = world.answered()
    answer = letters.open_answer(world.clerk, accepted.letter_id)
    local = answer.dispatched_at.astimezone(TEHRAN).strftime("%Y-%m-%dT%H:%M:%S")
    told = f"{answer.number_text}|{local}|{answer.id}||{EMAIL}|{LEGAL}"
    for pdf in (counter_pdf(world, accepted), agency_pdf(world, arrival)):
        address, other = read(dots(pdf))
        assert address == f"{verify_address()}#{answer.promise}"
        assert other == told
        assert len(answer.number_text) <= 20
        assert (len(local), len(str(answer.id)), len(LEGAL)) == (19, 36, 11)
        (page,) = pages(pdf)
        for words in ("بررسی اصالت", "شناسهٔ شمس", "اثر انگشت متن"):
            assert bare(words) in page
        assert answer.text_digest in left_to_right(pdf)


@pytest.mark.usefixtures("no_network")
def test_the_verifier_reads_the_paper_as_the_promise_of_this_answer(
    world: World, log: Path, verifier: Callable[[str], ModuleType]
):
    identify(world)
    accepted, _ = world.answered()
    answer = letters.open_answer(world.clerk, accepted.letter_id)
    (log / "policy").write_text(policy())
    dots(counter_pdf(world, accepted)).save(log / "paper.png")
    asked = [str(log / "paper.png"), "--policy", str(log / "policy"), "--lang", "en"]
    code, said = run(verifier, [*asked, "--code", accepted.tracking_code])
    assert code == 0
    assert "Promised: the log signed this answer." in said
    assert "It is an answer of this agency to the letter with this tracking code." in said
    assert f"Agency: {world.agency}" in said
    assert f"Fingerprint of the text: {answer.text_digest}" in said
    code, said = run(verifier, [*asked, "--code", "1500010000017"])
    assert code == 1
    assert "the tracking code is another" in said


def test_bad_photos_of_the_paper_are_read_rightly_or_not_at_all(
    world: World, log: Path, verifier: Callable[[str], ModuleType]
):
    identify(world)
    accepted, _ = world.answered()
    page = dots(counter_pdf(world, accepted))
    foot = page.crop((0, page.height * 2 // 3, page.width, page.height))
    chance = random.Random("answer")
    judged(verifier, log, [photo(foot, chance, 2.0) for _ in range(8)], 8, "promised")


def test_the_text_flows_over_the_squares_which_stay_on_the_first_page(world: World, log: Path):
    accepted, _ = world.answered()
    answer = letters.open_answer(world.clerk, accepted.letter_id)
    long = replace(answer, body="پاراگراف دراز برای صفحهٔ دوم. " * 150)
    letter = replace(of_answer(long), shams="1405/2|نمونه")
    drawn = paper.pdf(letter)
    words = pages(drawn)
    assert len(words) >= 2
    assert len(read(dots(drawn))) == 2
    assert all(read(dots(drawn, number)) == [] for number in range(1, len(words)))
    assert [bare("بررسی اصالت") in page for page in words] == [True, *[False] * (len(words) - 1)]
    assert sum(page.count(bare("پاراگراف")) for page in words) == 150  # nothing lies under them


def test_without_data_of_the_agency_only_the_promise_is_printed_and_the_admin_is_told(
    world: World, log: Path
):
    accepted, _ = world.answered()
    assert len(read(dots(counter_pdf(world, accepted)))) == 1
    admin, at = sit(world.admin), reverse("admin:agency", args=[world.agency])
    change = reverse("admin:agency-change", args=[world.agency, "shams"])
    missing = (
        "<li>E-mail address of the organisation</li>",
        "<li>National ID of the organisation</li>",
    )
    page = text(admin.get(at))
    assert [each in page for each in missing] == [True, True]
    wrong = text(admin.post(change, {"email": "no address", "national_id": "123"}))
    assert wrong.count('class="field-error"') == 2
    assert 'value="no address"' in wrong
    assert directory.identity(world.agency) == Identity()
    assert admin.post(change, {"email": EMAIL, "national_id": ""}).status_code == 302
    page = text(admin.get(at))
    assert [each in page for each in missing] == [False, True]
    assert len(read(dots(counter_pdf(world, accepted)))) == 1
    given = {"email": EMAIL, "national_id": "۱۰۳۸۰۲۸۴۷۹۰"}
    assert admin.post(change, given).status_code == 302
    page = text(admin.get(at))
    assert [each in page for each in missing] == [False, False]
    assert len(read(dots(counter_pdf(world, accepted)))) == 2
    assert sit(world.head).post(change, given).status_code == 403


def test_an_answer_without_a_promise_is_printed_without(world: World):
    accepted, arrival = world.answered()  # on a node without a log
    for pdf in (counter_pdf(world, accepted), agency_pdf(world, arrival)):
        assert read(dots(pdf)) == []
        assert bare("گواه خودش") not in pages(pdf)[0]
    identify(world)
    drawn = counter_pdf(world, accepted)
    assert len(read(dots(drawn))) == 1
    assert bare("گواه خودش") not in pages(drawn)[0]


def test_a_draft_bears_no_square(world: World, log: Path):
    identify(world)
    _, arrival = world.referred()
    letters.draft(world.expert, arrival, subject="پاسخ", body="متن")
    (draft,) = letters.arrival(world.registrar, arrival).drafts
    at = reverse("secretariat:paper", args=[arrival, draft.id])
    assert read(dots(sit(world.registrar).get(at).content)) == []
    made = replace(of_answer(VIEW), number="", promise="1" * 600, shams="1405/2")
    assert read(dots(paper.pdf(made))) == []


VIEW = AnswerView(
    id=UUID(int=5),
    number_text="1405/2",
    subject="پاسخ",
    body="متن",
    signer_name="نام نمونه",
    signer_title="رئیس",
    agency_name="شرکت نمونه",
    signed_at=datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
    dispatched_at=datetime(2026, 11, 21, 8, 30, tzinfo=UTC),
    signature=b"",
    key_id="",
    text_digest="",
    handed_over_at=None,
)


# --- the paper that the browser prints -----------------------------------------------------------


def sources(page: str) -> list[str]:
    return re.findall(r'<img src="data:image/svg\+xml;base64,([A-Za-z0-9+/=]+)" alt="[^"]+">', page)


def widths(page: str) -> list[float]:
    """Return the widths of the squares of a page, in millimetres."""
    roots = [ElementTree.fromstring(base64.b64decode(each)) for each in sources(page)]
    return [float(root.attrib["width"].removesuffix("mm")) for root in roots]


def test_the_paper_of_the_browser_bears_them_in_the_size_that_dots_need(world: World, log: Path):
    identify(world)
    accepted, _ = world.answered()
    pair = {"code": accepted.tracking_code, "national_id": national_id(1)}
    clerk = sit(world.clerk)
    clerk.post(reverse("counter:hand-over"), pair)
    answer = letters.open_answer(world.clerk, accepted.letter_id)
    sizes = [square.square.size for square in squares_of(answer)]
    for form in ("a4", "a5"):
        at = reverse("counter:hand-over-answer", args=[accepted.letter_id])
        page = text(clerk.get(at, {"paper": form}))
        assert widths(page) == pytest.approx(sizes)
        head, _, after = page.partition('class="answer-squares"')
        assert "answer-head" in head
        assert "answer-subject" in after  # before the text, so on the first page of any letter
        assert "style=" not in after.partition("</section>")[0]
        assert "Check of authenticity" in after
        assert verify_home() in after
    assert sum(sizes) <= 118  # A5 has 122 mm between its margins
    assert sizes[0] / 6 * 203 / 25.4 == pytest.approx(round(sizes[0] / 6 * 203 / 25.4))


@pytest.mark.parametrize("count", [1, 0])
def test_the_citizen_s_page_bears_them_too_and_one_without_a_promise_does_not(
    world: World, request: pytest.FixtureRequest, settings: Any, count: int
):
    settings.DEMO, settings.PISHKHAN_SMS_URL = False, "json://127.0.0.1:9/?:to={to}"
    if count:
        request.getfixturevalue("log")
    accepted, _ = world.answered()
    client = browser()
    status, page = post(client, "answer-code", proof=proof_on(tracked(client, accepted)))
    assert status == 200
    _, page = post(client, "answer", proof=proof_on(page), one_time_code=sent_code())
    assert "answer-text" in page
    assert len(sources(page)) == count
    assert ("answer-squares" in page) == bool(count)


# --- the identifier itself -----------------------------------------------------------------------

KNOWN = Shams("۱۴۰۵/د/۲", datetime(2026, 11, 23, 9, 40, 5, tzinfo=UTC), UUID(int=5), EMAIL, LEGAL)


def test_an_identifier_has_the_circular_s_fields_in_its_lengths():
    one, two = national_id(1), national_id(2)
    guid = "00000000-0000-0000-0000-000000000005"
    for signers, shown in (((), ""), ((one,), one), ((one, two), one + two)):
        told = f"1405/د/2|2026-11-23T13:10:05|{guid}|{shown}|{EMAIL}|{LEGAL}"
        assert written(replace(KNOWN, signers=signers)) == told


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"number": ""}, "number"),
        ({"number": "1" * 21}, "number"),
        ({"number": "1|2"}, "number"),
        ({"number": "1\n2"}, "number"),
        ({"email": ""}, "email"),
        ({"email": "نشانی@example.ir"}, "email"),
        ({"email": "a|b@example.ir"}, "email"),
        ({"organisation": ""}, "organisation"),
        ({"organisation": "10380284791"}, "organisation"),
        ({"signers": ("1234567890",)}, "signers"),
        ({"signers": (national_id(1),) * 3}, "signers"),
    ],
)
def test_a_field_that_the_identifier_cannot_hold_is_named(change: dict[str, Any], field: str):
    with pytest.raises(Invalid, match=r"web\.bad-shams") as error:
        written(replace(KNOWN, **change))
    assert list(error.value.fields) == [field]


def test_a_number_that_is_too_long_leaves_the_identifier_out(world: World):
    identify(world)
    given: Any = (world.agency, "1405/2", VIEW.dispatched_at, VIEW.id)
    assert identifier(*given)
    assert identifier(given[0], "1" * 21, *given[2:]) == ""
    assert identifier(world.other_agency, *given[1:]) == ""
    assert identifier(None, *given[1:]) == ""
