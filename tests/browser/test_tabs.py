"""Several tabs of one clerk: each writes a letter of its own, none takes another's unasked, and
nothing that was typed is lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import People
from tests.browser.desk import (
    SCANS,
    add_pages,
    arrived,
    at_desk,
    choose_agency,
    code_of,
    national_id,
    until,
)
from tests.browser.test_line import big_scan, slow

ELSEWHERE = "در زبانهٔ دیگری باز است"
LETTERS = "/counter/letters"


@pytest.fixture
def tab(people: People) -> Page:
    """The first tab, at an empty form; no letter is open anywhere else."""
    page = people.page("clerk", "fa")
    for _ in range(20):
        page.goto("/counter/")
        at_desk(page)
        if not subject(page) and not page.locator("[name=number]").input_value():
            return page
        with page.expect_navigation():
            page.keyboard.press("F10")
        at_desk(page)
        page.evaluate("() => sessionStorage.clear()")
    raise AssertionError("there is always one more letter")


def new_tab(people: People) -> Page:
    page = people.page("clerk", "fa")
    page.goto("/counter/")
    return page


def subject(page: Page) -> str:
    return page.locator("[name=subject]").input_value()


def nonce(page: Page) -> str:
    return page.locator("#accept-form [name=nonce]").input_value()


def write(page: Page, words: str) -> None:
    """Type a subject and wait until the server has it."""
    with page.expect_response("**/counter/save") as saved:
        page.locator("[name=subject]").fill(words)
    assert saved.value.status == 200


def fill(page: Page, serial: int, words: str) -> None:
    page.locator("[name=number]").press_sequentially(national_id(serial))
    page.locator("[data-new]").wait_for()
    page.locator("[name=name]").fill("فرد نمونه")
    choose_agency(page)
    page.locator("[name=subject]").fill(words)
    add_pages(page, SCANS[0])


def taken(page: Page) -> None:
    """See that the page says its letter is open elsewhere, and shows nothing to type into."""
    expect(page.locator("#held-elsewhere")).to_be_visible()
    expect(page.locator("#held-elsewhere")).to_contain_text(ELSEWHERE)
    expect(page.locator("#accept-form")).to_be_hidden()


def test_a_second_tab_begins_a_letter_of_its_own_and_nothing_mixes(people: People, tab: Page):
    fill(tab, 7401, "نامهٔ زبانهٔ یکم")
    write(tab, "نامهٔ زبانهٔ یکم")
    other = new_tab(people)
    at_desk(other)
    expect(other.locator("[name=subject]")).to_have_value("")
    assert other.locator("[name=number]").input_value() == ""
    assert arrived(other) == 0
    expect(other.locator("[name=number]")).to_be_focused()
    assert nonce(other) != nonce(tab)
    fill(other, 7402, "نامهٔ زبانهٔ دوم")
    write(other, "نامهٔ زبانهٔ دوم.")
    tab.bring_to_front()
    write(tab, "نامهٔ زبانهٔ یکم.")
    codes = set()
    for page in (other, tab):
        page.keyboard.press("Control+Enter")
        page.wait_for_url("**/receipt*")
        codes.add(code_of(page))
    assert len(codes) == 2
    tab.goto(LETTERS)
    for words in ("نامهٔ زبانهٔ یکم.", "نامهٔ زبانهٔ دوم."):
        assert tab.locator("tr").filter(has_text=words).count() == 1


def test_each_tab_has_its_own_letter_again_after_a_reload(people: People, tab: Page):
    write(tab, "یکم پیش از بازخوانی")
    other = new_tab(people)
    at_desk(other)
    write(other, "دوم پیش از بازخوانی")
    for page, words in ((tab, "یکم پیش از بازخوانی"), (other, "دوم پیش از بازخوانی")):
        page.bring_to_front()
        page.reload()
        expect(page.locator("[name=subject]")).to_have_value(words)
        at_desk(page)
    # Another page and back by the key is no new tab either.
    tab.goto(LETTERS)
    tab.keyboard.press("F2")
    expect(tab.locator("[name=subject]")).to_have_value("یکم پیش از بازخوانی")
    at_desk(tab)


def test_the_last_word_before_a_reload_is_not_cut_off(tab: Page):
    write(tab, "آغاز")
    tab.locator("[name=subject]").fill("آغاز و واپسین واژه")
    tab.reload()
    expect(tab.locator("[name=subject]")).to_have_value("آغاز و واپسین واژه")
    expect(tab.locator("[data-autosave-state]")).to_have_attribute("data-state", "saved")


def test_a_closed_tabs_letter_is_back_when_the_desk_is_opened_anew(people: People, tab: Page):
    other = new_tab(people)
    at_desk(other)
    write(other, "رهاشده")
    tab.reload()
    at_desk(tab)
    assert subject(tab) == ""  # held by a living tab: not offered as one's own
    other.close()
    again = new_tab(people)
    expect(again.locator("[name=subject]")).to_have_value("رهاشده")
    at_desk(again)


def test_a_letter_open_elsewhere_says_so_and_is_taken_over_knowingly(people: People, tab: Page):
    write(tab, "در دست زبانهٔ یکم")
    other = new_tab(people)
    at_desk(other)
    write(other, "نامهٔ خودم")
    row = other.locator("aside form[data-resume]").filter(has_text="در دست زبانهٔ یکم")
    until(lambda: bool(other.reload()) and row.count() == 1)
    expect(row.locator("[data-away]")).to_be_visible()
    expect(row).to_contain_text(ELSEWHERE)
    # What is typed there in this very moment comes along.
    tab.locator("[name=subject]").fill("در دست زبانهٔ یکم، تا همین دم")
    row.locator("button").click()
    expect(other.locator("[name=subject]")).to_have_value("در دست زبانهٔ یکم، تا همین دم")
    at_desk(other)
    tab.bring_to_front()
    taken(tab)
    write(other, "ادامه در زبانهٔ دوم")
    other.goto("/counter/parked")
    expect(other.locator(".parked").filter(has_text="نامهٔ خودم")).to_be_visible()
    # The first tab may have it back, as knowingly.
    other.goto("/counter/")
    expect(other.locator("[name=subject]")).to_have_value("ادامه در زبانهٔ دوم")
    at_desk(other)
    tab.keyboard.press("Alt+1")
    expect(tab.locator("[name=subject]")).to_have_value("ادامه در زبانهٔ دوم")
    taken(other)
    other.locator("#held-elsewhere a").click()
    expect(other.locator("#accept-form")).to_be_visible()
    at_desk(other)
    assert subject(other) == ""


def test_the_list_of_parked_letters_tells_which_one_another_tab_holds(people: People, tab: Page):
    write(tab, "کنارگذاشته و یکتا")
    with tab.expect_navigation():  # the address stays as it is
        tab.keyboard.press("F10")
    at_desk(tab)
    write(tab, "در دست و یکتا")
    other = people.page("clerk", "fa")
    other.goto("/counter/parked")
    held = other.locator(".parked").filter(has_text="در دست و یکتا")
    expect(held).to_contain_text(ELSEWHERE)
    expect(held.get_by_text("دور انداختن")).to_be_hidden()
    free = other.locator(".parked").filter(has_text="کنارگذاشته و یکتا").first
    expect(free.locator("[data-away]").first).to_be_hidden()
    free.locator("form[data-resume] button").click()
    expect(other.locator("[name=subject]")).to_have_value("کنارگذاشته و یکتا")
    at_desk(other)
    expect(tab.locator("[name=subject]")).to_have_value("در دست و یکتا")
    expect(tab.locator("#held-elsewhere")).to_be_hidden()


def test_a_press_before_it_is_told_takes_nothing_over(people: People, tab: Page):
    write(tab, "هنوز ناگفته")
    other = people.page("clerk", "fa")
    other.goto("/counter/parked")
    row = other.locator(".parked").filter(has_text="هنوز ناگفته")
    expect(row.locator("[data-away]").first).to_be_visible()
    row.locator("[data-away]").evaluate_all("(all) => all.forEach((each) => (each.hidden = true))")
    row.locator("form[data-resume] button").evaluate("(button) => button.click()")
    taken(other)
    write(tab, "هنوز مال همین زبانه")


def test_an_address_of_a_letter_held_elsewhere_steals_nothing(people: People, tab: Page):
    write(tab, "مال زبانهٔ یکم")
    other = people.page("clerk", "fa")
    other.goto(f"/counter/?letter={nonce(tab)}")
    taken(other)
    write(tab, "مال زبانهٔ یکم هنوز")
    other.locator("#held-elsewhere form button").click()
    expect(other.locator("[name=subject]")).to_have_value("مال زبانهٔ یکم هنوز")
    taken(tab)


def test_a_tab_that_does_not_answer_loses_nothing_either(people: People, tab: Page):
    """A tab that hangs, or another browser: the server parks what comes too late."""
    write(tab, "پیش از جدایی")
    second = people.browser.new_context(
        base_url=people.address, storage_state=people.contexts["clerk"].storage_state()
    )
    far = second.new_page()
    far.goto("/counter/")
    expect(far.locator("[name=subject]")).to_have_value("پیش از جدایی")
    write(far, "در مرورگر دیگر")
    with people.errors.refused(409):
        tab.locator("[name=subject]").fill("دیر رسید")
        taken(tab)
    expect(tab.locator("#held-elsewhere [data-words]")).to_contain_text("کنار گذاشته شد")
    far.goto("/counter/parked")
    expect(far.locator(".parked").filter(has_text="دیر رسید")).to_be_visible()
    far.goto("/counter/")
    assert subject(far) == "در مرورگر دیگر"
    second.close()


def test_two_presses_in_each_of_two_tabs_make_two_letters(people: People, tab: Page):
    other = new_tab(people)
    at_desk(other)
    for page, serial, words in ((tab, 7421, "دوبار یکم"), (other, 7422, "دوبار دوم")):
        page.bring_to_front()
        fill(page, serial, words)
    twice = "() => { const b = document.querySelector('[data-submit]'); b.click(); b.click(); }"
    for page in (tab, other):
        page.evaluate(twice)
    for page in (tab, other):
        page.wait_for_url("**/receipt*")
    tab.goto(LETTERS)
    for words in ("دوبار یکم", "دوبار دوم"):
        assert tab.locator("tr").filter(has_text=words).count() == 1
    # The next letter of each tab is an empty one of its own.
    for page in (tab, other):
        page.bring_to_front()
        page.goto(LETTERS)
        page.keyboard.press("F2")
        page.locator("#accept-form").wait_for()
        at_desk(page)
        assert subject(page) == ""
    assert nonce(tab) != nonce(other)


def test_one_tab_asks_for_its_page_once(tab: Page):
    asked: list[str] = []
    tab.on("request", lambda r: asked.append(r.url) if r.resource_type == "document" else None)
    tab.goto("/counter/")
    at_desk(tab)
    write(tab, "یک‌بار")
    tab.reload()
    at_desk(tab)
    tab.goto(LETTERS)
    tab.keyboard.press("F2")
    tab.locator("#accept-form").wait_for()
    at_desk(tab)
    assert len(asked) == 4, asked


def test_a_letter_is_parked_with_the_page_that_is_still_on_its_way(tab: Page, tmp_path: Path):
    tab.locator("[name=subject]").fill("کنار با صفحهٔ در راه")
    line = slow(tab, 900_000)
    tab.locator("[data-files]").set_input_files(str(big_scan(tmp_path)))
    tab.locator(".sheet-item").first.wait_for()
    with tab.expect_response("**/counter/park", timeout=30_000):
        tab.keyboard.press("F10")
    line.detach()
    at_desk(tab)
    assert arrived(tab) == 0
    row = tab.locator("aside form[data-resume]").filter(has_text="کنار با صفحهٔ در راه").first
    row.locator("button").click()
    expect(tab.locator("[name=subject]")).to_have_value("کنار با صفحهٔ در راه")
    at_desk(tab)
    assert arrived(tab) == 1
