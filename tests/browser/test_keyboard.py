"""Accepting a two-page letter by the keyboard alone, at 200 ms a key.

What counts: every press that is not data (a chord is one press), and one Enter in the dialog of
files. The mouse is taken away: a click fails the test.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import People
from tests.browser.desk import PERSIAN, SCANS, accept, code_of, empty_form, national_id
from tests.browser.keyboard import Keys

KNOWN, NEW = 8, 14  # presses beyond the data
WHOLE, SYSTEM = 60.0, 5.0  # seconds

NO_MOUSE = """() => {
  window.mouse = 0;
  for (const event of ["mousedown", "pointerdown"]) {
    addEventListener(event, () => (window.mouse += 1), true);
  }
}"""


def without_mouse(people: People) -> Page:
    page = people.page("clerk", "fa")
    empty_form(page)
    page.evaluate(NO_MOUSE)
    assert page.evaluate("() => document.activeElement.name") == "number"
    return page


def finish(page: Page, keys: Keys) -> tuple[float, float]:
    """Accept with the last press; return the seconds once the receipt stands there."""
    assert page.evaluate("() => window.mouse") == 0
    keys.press("Control+Enter")
    page.wait_for_url("**/receipt*")
    expect(page.locator(".receipt-code")).to_be_visible()
    return keys.result()


def report(record_property, name: str, keys: Keys, whole: float, system: float) -> None:
    keyed = f"{keys.presses} presses beyond {keys.typed} of data ({' '.join(keys.steering)})"
    record_property(name, f"{keyed}, {whole:.1f} s, of which the system {system:.1f} s")


@pytest.mark.pace
def test_a_letter_of_a_known_person(people: People, record_property):
    number = national_id(10)
    before = people.page("clerk", "fa")
    accept(before, number, "ترمیم راه روستایی", SCANS[0])
    before.close()

    page = without_mouse(people)
    keys = Keys(page)
    keys.start()
    keys.data(number.translate(PERSIAN))
    keys.press("Enter")  # a card reader sends it too: it opens nobody's name
    expect(page.locator("[data-card-button]")).to_be_focused()
    assert page.locator("[name=name]").input_value() == ""
    keys.press("Enter")  # the card was seen
    expect(page.locator("[data-card-seen]")).to_be_visible()
    keys.data("آبفا")
    page.locator("[role=option]").first.wait_for()
    keys.press("Enter")
    keys.data("پل تخریب‌شده در سیل")
    keys.choose("F9", SCANS[:2])
    whole, system = finish(page, keys)
    assert len(code_of(page)) == 13
    report(record_property, "known person", keys, whole, system)
    assert keys.presses <= KNOWN, keys.steering
    assert whole <= WHOLE
    assert system <= SYSTEM, f"{system:.1f} s"


@pytest.mark.pace
def test_a_letter_of_a_new_person(people: People, record_property):
    page = without_mouse(people)
    keys = Keys(page)
    keys.start()
    keys.data(national_id(11).translate(PERSIAN))
    keys.press("Enter")
    expect(page.locator("[name=name]")).to_be_focused()
    keys.data("مینا نمونه")
    keys.press("Enter")
    keys.data("۰۹۱۲۷۶۵۴۳۲۱")
    keys.press("Enter")
    keys.data("آبفا")
    page.locator("[role=option]").first.wait_for()
    keys.press("Enter")
    keys.data("اعتراض به قبض")
    keys.choose("F9", SCANS[:2])
    whole, system = finish(page, keys)
    report(record_property, "new person", keys, whole, system)
    assert keys.presses <= NEW, keys.steering
    assert whole <= WHOLE
    assert system <= SYSTEM, f"{system:.1f} s"


@pytest.mark.parametrize(
    ("who", "key", "address"),
    [
        ("clerk", "F3", "/counter/hand-over"),
        ("clerk", "F6", "/counter/letters"),
        ("clerk", "F8", "/counter/post"),
        ("secretary", "F4", "/secretariat/dispatch"),
        ("secretary", "F7", "/secretariat/search"),
        ("head", "F4", "/cartable/to-sign"),
        ("expert", "F6", "/cartable/sent"),
    ],
)
def test_each_desk_is_reached_by_the_key_shown_beside_it(people: People, who, key, address):
    page = people.page(who, "fa")
    page.goto("/")
    page.keyboard.press(key)
    page.wait_for_url(f"**{address}")


def test_the_focus_is_never_lost_in_a_list(people: People):
    page = people.page("secretary", "fa")
    page.goto("/secretariat/letters/")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator(".row-title").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("Enter")
    page.wait_for_url("**/letters/*-*/**")
