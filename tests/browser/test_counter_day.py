"""The counter's day on the screen: a column that renews itself, the print after an acceptance,
messages that cover nothing one presses, a camera that gives no empty page."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import PC, PHONE, People
from tests.browser.desk import (
    SCANS,
    accept,
    add_pages,
    arrived,
    choose_agency,
    empty_form,
    national_id,
    until,
)

COUNT_PRINTS = "() => { window.prints = 0; window.print = () => { window.prints += 1; }; }"
SEEN_AGAIN = "() => document.dispatchEvent(new Event('visibilitychange'))"
UNDER = """() => {
  const toast = document.querySelector(".toast").getBoundingClientRect();
  const meets = (box) => box.width && box.height && box.left < toast.right && box.right > toast.left
    && box.top < toast.bottom && box.bottom > toast.top;
  return [...document.querySelectorAll("main a, main button, main input, main select, main summary,"
    + " nav a, .menu > summary")]
    .filter((each) => each.checkVisibility() && meets(each.getBoundingClientRect()))
    .map((each) => each.outerHTML.slice(0, 120));
}"""
LATE_PICTURE = """() => {
  const video = document.querySelector("#capture-live video");
  const own = Object.getOwnPropertyDescriptor(HTMLVideoElement.prototype, "videoWidth");
  Object.defineProperty(video, "videoWidth", { configurable: true, get: () => 0 });
  window.pictureComes = () => Object.defineProperty(video, "videoWidth", own);
}"""


@pytest.fixture
def page(people: People) -> Page:
    return people.page("clerk", "fa")


def test_the_days_column_renews_without_a_flicker(people: People, page: Page):
    page.clock.install()
    empty_form(page)
    column = page.locator("[data-renew]")
    page.evaluate("() => { document.querySelector('[data-renew]').firstElementChild.mark = 1 }")
    with page.expect_response(re.compile(r"/counter/today\b")):
        page.clock.fast_forward(31_000)
    assert page.evaluate(
        "() => document.querySelector('[data-renew]').firstElementChild.mark === 1"
    )  # nothing new: nothing was drawn
    other = people.page("clerk", "fa")
    accept(other, national_id(7101), "نامهٔ ستون امروز", SCANS[0])
    other.close()
    with page.expect_response(re.compile(r"/counter/today\b")):
        page.clock.fast_forward(31_000)
    expect(column).to_contain_text("نامهٔ ستون امروز")
    assert page.evaluate("() => document.activeElement.id") == "id_number"


def test_an_acceptance_prints_its_receipt_once(page: Page):
    page.add_init_script(f"({COUNT_PRINTS})()")
    noted: list[int] = []
    page.on("response", lambda r: noted.append(r.status) if r.url.endswith("/printed") else None)
    accept(page, national_id(7102), "رسید چاپی", SCANS[0])
    # The close of day is told of it.
    until(lambda: bool(page.evaluate("() => window.prints === 1")) and noted == [204])
    assert page.url.endswith("/receipt")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.evaluate("() => window.prints") == 0


@pytest.mark.parametrize("size", [PC, PHONE])
def test_a_message_covers_nothing_that_is_pressed(page: Page, size):
    page.set_viewport_size(size)
    empty_form(page)
    page.locator("[name=subject]").fill("نامهٔ کنارگذاشته")
    page.keyboard.press("F10")
    page.locator(".toast").wait_for()
    page.wait_for_load_state("networkidle")
    assert page.evaluate(UNDER) == []
    page.locator("main").evaluate("() => window.scrollTo(0, document.body.scrollHeight)")
    assert [each for each in page.evaluate(UNDER) if "data-submit" in each] == []


def test_a_camera_without_a_picture_gives_no_empty_page(page: Page):
    page.context.grant_permissions(["camera"])
    empty_form(page)
    page.evaluate(LATE_PICTURE)
    page.locator("[data-camera]").click()
    page.locator("[data-take]").click()
    page.wait_for_timeout(300)
    assert arrived(page) == 0
    page.evaluate("() => window.pictureComes()")
    until(lambda: arrived(page) == 1)
    page.keyboard.press("Escape")


def test_the_key_card_shows_its_keys_on_paper(page: Page):
    page.goto("/counter/keys")
    page.emulate_media(media="print")
    assert page.locator(".key-card .kbd").count() > 20
    hidden = "(all) => all.filter((each) => !each.checkVisibility()).length"
    assert page.locator(".key-card .kbd").evaluate_all(hidden) == 0


def test_the_same_file_of_the_same_person_is_pointed_out_whatever_the_subject(page: Page):
    number = national_id(7411)
    accept(page, number, "رسیدگی به پروانه", SCANS[2])
    empty_form(page)
    page.locator("[name=number]").press_sequentially(number)
    page.locator("[data-known]").wait_for()
    choose_agency(page)
    page.locator("[name=subject]").fill("درخواست انشعاب")
    page.keyboard.press("Tab")
    add_pages(page, SCANS[2])
    expect(page.locator("[data-similar] .note--wait")).to_contain_text("رسیدگی به پروانه")
