"""Keys that open a panel lead into it; what is typed there stays; Ctrl+Enter is the panel's."""

from __future__ import annotations

import base64
import json

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import People
from tests.browser.desk import (
    PERSIAN,
    SCANS,
    accept,
    add_pages,
    empty_form,
    national_id,
    open_letter,
    until,
)

EXPERT = "کارشناس نامه‌های مردمی"
SEEN = """(element) => {
  const box = element.getBoundingClientRect();
  const top = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
  return box.top >= 0 && box.bottom <= innerHeight && element.contains(top);
}"""


@pytest.mark.parametrize(
    ("who", "serial", "key", "field"),
    [
        ("expert", 7203, "Alt+4", "#id_finish_outcome"),
        ("expert", 7204, "Alt+5", "#id_missing"),
        ("secretary", 7205, "Alt+3", "#id_sender_number"),
    ],
)
def test_a_key_that_opens_a_panel_shows_it_and_goes_into_it(
    people: People, who: str, serial: int, key: str, field: str
):
    subject = "کلید برگه را باز می‌کند " + str(serial).translate(PERSIAN)
    page = (letter_of_the_expert if who == "expert" else letter_that_arrived)(
        people, serial, subject
    )
    page.keyboard.press(key)
    expect(page.locator(field)).to_be_focused()
    until(lambda: bool(page.locator(field).evaluate(SEEN)))
    here = page.url
    page.keyboard.type("nتصویر سند")
    assert page.url == here
    expect(page.locator(field)).to_have_value("nتصویر سند")
    page.keyboard.press(key)
    expect(page.locator(field)).to_be_hidden()
    page.keyboard.press(key)
    expect(page.locator(field)).to_have_value("nتصویر سند")
    page.keyboard.press("Escape")
    expect(page.locator(field)).to_be_hidden()


def test_more_of_the_acceptance_form_is_opened_by_its_key(people: People):
    page = people.page("clerk", "fa")
    empty_form(page)
    page.keyboard.press("Alt+4")
    expect(page.locator("#id_body")).to_be_focused()
    assert page.locator("#id_body").evaluate(SEEN)


def letter_that_arrived(people: People, serial: int, subject: str) -> Page:
    """Accept a letter; return the secretary's page of it."""
    clerk, page = people.page("clerk", "fa"), people.page("secretary", "fa")
    accept(clerk, national_id(serial), subject, SCANS[0])
    clerk.close()
    open_letter(page, "/secretariat/", subject)
    return page


def letter_of_the_expert(people: People, serial: int, subject: str) -> Page:
    """Accept a letter and refer it to the expert; return his page of it."""
    secretary = letter_that_arrived(people, serial, subject)
    secretary.keyboard.press("Control+Enter")
    secretary.wait_for_url("**#refer")
    chosen = secretary.locator("li.receiver").filter(has_text=EXPERT).first
    chosen.locator(".receiver-pick").check()
    with secretary.expect_navigation():
        secretary.keyboard.press("Control+Enter")
    secretary.close()
    page = people.page("expert", "fa")
    open_letter(page, "/cartable/", subject)
    return page


def test_the_key_that_sends_belongs_to_the_open_panel(people: People):
    page = letter_of_the_expert(people, 7201, "کلید فرستادن از آن برگهٔ باز است")
    letter = page.url
    page.keyboard.press("Alt+5")
    page.keyboard.type("تصویر سند")
    with page.expect_navigation(), page.expect_request(lambda it: it.method == "POST") as sent:
        page.keyboard.press("Control+Enter")
    page.goto(letter)  # the desk has led on to the next one
    assert sent.value.url.split("?")[0].endswith("/return")
    expect(page.locator(".note--wait:visible")).to_contain_text("تصویر سند")


def test_a_key_does_not_act_in_a_folded_panel(people: People):
    page = letter_of_the_expert(people, 7202, "کلید در برگهٔ بسته کاری نمی‌کند")
    page.keyboard.press("Alt+2")
    page.wait_for_url("**/draft*")
    page.locator("[name=body]").fill("پاسخ")
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**#draft-*")
    sent: list[str] = []
    page.on("request", lambda one: sent.append(one.url) if one.method == "POST" else None)
    page.locator("h1").click()  # the focus is in no form
    page.keyboard.press("Control+Enter")
    page.wait_for_timeout(300)
    assert sent == []
    page.keyboard.press("Alt+1")
    expect(page.locator("#refer")).to_have_attribute("open", "")
    assert page.evaluate("() => document.querySelector('#refer').contains(document.activeElement)")


def test_a_page_is_turned_right_after_it_was_added(people: People):
    page = people.page("clerk", "fa")
    # Asked for before the page is opened: a chooser that opens while the browser is still being
    # told to hand it over is lost, and a busy browser takes its time.
    page.on("filechooser", lambda asked: asked.set_files([str(each) for each in SCANS[:2]]))
    empty_form(page)
    page.keyboard.press("F9")
    until(lambda: len(turns(page)) == 2)
    page.keyboard.press("r")
    until(lambda: turns(page) == [90, 0])
    page.locator("#id_subject").focus()
    page.keyboard.press("Alt+3")
    page.keyboard.press("r")
    until(lambda: turns(page) == [180, 0])


def test_dropped_or_pasted_pages_do_not_take_the_focus_from_a_field(people: People):
    page = people.page("clerk", "fa")
    empty_form(page)
    page.locator("#id_subject").focus()
    page.evaluate(
        """async (data) => {
          const bytes = Uint8Array.from(atob(data), (c) => c.charCodeAt(0));
          const given = new DataTransfer();
          given.items.add(new File([bytes], "page.jpg", { type: "image/jpeg" }));
          document.dispatchEvent(new ClipboardEvent("paste", { clipboardData: given }));
        }""",
        base64.b64encode(SCANS[0].read_bytes()).decode(),
    )
    until(lambda: len(turns(page)) == 1)
    expect(page.locator("#id_subject")).to_be_focused()


def turns(page: Page) -> list[int]:
    found = json.loads(page.locator("[data-pages]").input_value() or "[]")
    return [each["rotation"] for each in found]


def test_pages_are_the_letter_until_one_key_makes_the_rest_enclosures(people: People):
    page = people.page("clerk", "fa")
    empty_form(page)
    add_pages(page, *SCANS)
    assert roles(page) == ["letter"] * 3
    page.locator(".sheet").nth(1).focus()
    page.keyboard.press("e")
    assert roles(page) == ["letter", "enclosure", "enclosure"]
    add_pages(page, SCANS[0])
    assert roles(page)[-1] == "enclosure"
    page.keyboard.press("e")
    page.locator(".sheet").nth(1).focus()
    page.keyboard.press("e")
    assert roles(page) == ["letter"] * 4


def roles(page: Page) -> list[str]:
    return [each["role"] for each in json.loads(page.locator("[data-pages]").input_value())]
