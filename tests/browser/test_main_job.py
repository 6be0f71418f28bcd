"""The whole main job: five people at five browsers, with one return for a missing paper."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import CITIZEN, PC, PHONE, Errors, People
from tests.browser.desk import (
    SCANS,
    accept,
    add_pages,
    national_id,
    open_letter,
    row,
    track,
    type_into,
    until,
)
from tests.browser.looks import axe
from tests.browser.node import Node
from tests.browser.test_screens import lasting

EXPERT, HEAD = "کارشناس نامه‌های مردمی", "مدیرعامل"
SAID = {
    "fa": {"returned": "کمبود", "handed over": "تحویل"},
    "en": {"returned": "missing", "handed over": "handed over"},
}


def main_job(people: People, language: str, number: str, subject: str) -> None:
    """Do it all; asserts lie along the way."""
    page = {
        who: people.page(who, language) for who in ("clerk", "secretary", "expert", "head", CITIZEN)
    }
    code = accept(page["clerk"], number, subject, *SCANS[:2])
    assert page["clerk"].locator("html").get_attribute("lang") == language
    expect(page["clerk"].locator("img.qr")).to_be_visible()
    first = track(page[CITIZEN], code, number)

    register_and_refer(page["secretary"], subject)
    return_for_completion(page["expert"], subject)
    until(lambda: SAID[language]["returned"] in track(page[CITIZEN], code, number).lower())
    expect(page[CITIZEN].locator("#status bdi").first).to_be_visible()

    open_letter(page["clerk"], "/counter/letters?state=returned", subject)
    add_pages(page["clerk"], SCANS[2])
    page["clerk"].keyboard.press("Control+Enter")
    page["clerk"].wait_for_load_state()
    expect(page["clerk"].locator("#complete")).to_have_count(0)

    answer(page["expert"], subject)
    sign(page["head"], subject)
    dispatch_asked(page["secretary"], subject)

    find_answer(page["clerk"], code, number, subject)
    to_a_proxy(people, page["clerk"], language)
    if language == "en":
        page["clerk"].locator("[name=to][value=applicant]").check()
    deliver(page["clerk"])
    until(lambda: SAID[language]["handed over"] in track(page[CITIZEN], code, number).lower())
    assert page[CITIZEN].locator(".status-word").inner_text() != first
    same_bytes(page["expert"], subject)
    for each in page.values():
        each.close()


def dispatch_asked(page: Page, subject: str) -> None:
    """Dispatch from the list: a press of the mouse is asked once more, and the paper is offered."""
    one = row(page, "/secretariat/dispatch", subject)
    one.locator("[data-ask]").click()
    expect(one.locator("form")).to_be_visible()
    one.locator("[type=submit]").click()
    page.wait_for_load_state()
    expect(page.locator(".toast a[href$='/letter.pdf']")).to_be_visible()


def register_and_refer(page: Page, subject: str) -> None:
    open_letter(page, "/secretariat/", subject)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**#refer")
    choice = page.locator("li.receiver").filter(has_text=EXPERT).first
    choice.locator(".receiver-pick").check()
    page.locator("#refer button[name=stay]").click()
    page.wait_for_load_state()
    expect(page.locator(".tree-node").filter(has_text=EXPERT).first).to_be_visible()


def return_for_completion(page: Page, subject: str) -> None:
    open_letter(page, "/cartable/", subject)
    page.keyboard.press("Alt+5")
    page.locator("#return .pill").first.click()
    page.locator("#return [data-send]").click()
    page.wait_for_load_state()


def answer(page: Page, subject: str) -> None:
    """Read what was added, write the answer, initial it, offer it for signature."""

    def completed() -> bool:
        open_letter(page, "/cartable/", subject)
        return page.locator('[href$="/pages/3"]').count() == 1

    until(completed)
    page.keyboard.press("Alt+2")
    page.wait_for_url("**/draft*")
    page.locator("[name=body]").fill("بررسی شد؛ لولهٔ آب تا پایان هفته تعویض می‌شود.")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**#draft-*")
    page.keyboard.press("Alt+6")
    expect(page.locator(".draft .good").first).to_be_visible()
    page.locator("#offer .pill").filter(has_text=HEAD).first.click()
    with page.expect_navigation():
        page.keyboard.press("Alt+7")
    open_letter(page, "/cartable/", subject)  # the desk has led on to the next letter
    expect(page.locator(".tree-node").filter(has_text=HEAD).first).to_be_visible()


def sign(page: Page, subject: str) -> None:
    open_letter(page, "/cartable/to-sign", subject)
    page.keyboard.press("F9")
    expect(page.locator("#sign-confirm-panel")).to_be_visible()
    page.keyboard.press("Control+Enter")
    page.wait_for_load_state()


def find_answer(page: Page, code: str, number: str, subject: str) -> None:
    """Open the answer by code and national ID, typed by the keyboard."""
    row(page, "/counter/letters?state=ready", subject)
    page.keyboard.press("F3")
    page.wait_for_url("**/hand-over")
    type_into(page, "code", code)
    page.keyboard.press("Enter")
    type_into(page, "national_id", number)
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/hand-over/[0-9a-f-]{36}"))
    expect(page.locator(".answer-text")).to_contain_text("لولهٔ آب")
    assert printed_together(page) == 2 * sheets(page)


def deliver(page: Page) -> None:
    """Hand the answer over."""
    page.keyboard.press("F9")
    page.keyboard.press("Control+Enter")
    page.wait_for_load_state()
    expect(page.locator(".deliver")).to_have_count(0)


def sheets(page: Page) -> int:
    """Return on how many sheets the page is printed."""
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf()))


def printed_together(page: Page) -> int:
    """Return on how many sheets the answer and another one like it are printed."""
    page.evaluate(
        "() => { const a = document.querySelector('.answer'); a.after(a.cloneNode(true)); }"
    )
    found = sheets(page)
    page.evaluate("() => document.querySelector('.answer + .answer').remove()")
    return found


def to_a_proxy(people: People, page: Page, language: str) -> None:
    """Choose the proxy, be refused while nothing is said of him, then say it."""
    page.locator("[name=to][value=proxy]").check()
    with people.errors.refused(422):
        page.keyboard.press("F9")
        page.keyboard.press("Control+Enter")
        page.locator("#id_to_reason-error").wait_for()
    for size in (PHONE, PC):
        page.set_viewport_size(size)
        assert lasting(page, language, size is PHONE) == []
        assert axe(page) == []
    page.locator("[name=to_name]").fill("وکیل نمونه")
    page.locator("[name=to_number]").fill(national_id(8))
    page.locator("[name=to_paper]").select_option("attorney")
    page.locator("[name=to_reason]").fill("متقاضی بیمار است")


def same_bytes(page: Page, subject: str) -> None:
    """The agency has each scan byte for byte."""
    open_letter(page, "/cartable/done", subject)
    base = page.url.partition("?")[0]
    for seq, scan in enumerate(SCANS, 1):
        got = page.request.get(f"{base}pages/{seq}")
        assert got.body() == scan.read_bytes()


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_letter_goes_its_whole_way(people: People, language: str):
    serial, word = {"fa": (1, "نخست"), "en": (2, "دوم")}[language]
    main_job(people, language, national_id(serial), f"قطعی آب شرب روستای {word}")


def test_a_letter_goes_its_whole_way_on_postgresql(node_on_postgresql: Node, browser):
    people = People(browser, node_on_postgresql.address, Errors())
    main_job(people, "fa", national_id(3), "قطعی آب شرب روستای سوم")
    people.close()
    assert people.errors.told == []
