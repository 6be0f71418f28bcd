"""The session ends while somebody types: it is told as what it is, and what was typed is back."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.browsing import People
from tests.browser.desk import (
    SCANS,
    add_pages,
    arrived,
    choose_agency,
    empty_form,
    national_id,
    pages_of,
)

ENDED = "نشست شما پایان یافت"
SESSION = "pishkhan_session"


def let_in_again(page: Page, role: str) -> None:
    """Enter by the demonstration's door, as its people have no passwords."""
    page.context.clear_cookies(name=SESSION)
    page.goto("/")
    page.locator(f'[data-role="{role}"]').click()
    page.wait_for_url(lambda url: not url.endswith(f"/enter/{role}"))


def test_a_letter_typed_when_the_session_ends_is_back_with_its_pages(people: People):
    page = people.page("clerk", "fa")
    empty_form(page)
    page.locator("[name=number]").press_sequentially(national_id(7301))
    page.locator("[data-new]").wait_for()
    page.locator("[name=name]").fill("فرد نمونه")
    choose_agency(page)
    add_pages(page, *SCANS[:2])
    page.context.clear_cookies(name=SESSION)
    page.locator("[name=subject]").press_sequentially("پایان نشست")
    bar = page.locator("#session-bar")
    expect(bar).to_contain_text(ENDED)
    expect(page.locator("#offline-bar")).to_be_hidden()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/accounts/login/**")
    expect(page.locator("main")).to_contain_text(ENDED)
    let_in_again(page, "clerk")
    page.wait_for_url("**/counter/")
    assert page.locator("[name=subject]").input_value() == "پایان نشست"
    assert page.locator("[name=name]").input_value() == "فرد نمونه"
    assert arrived(page) == 2
    assert len(pages_of(page)) == 2
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt*")
    page.goto("/counter/")
    assert page.locator("[name=subject]").input_value() == ""


def test_what_was_written_on_a_letter_is_back_after_the_login(people: People):
    page = people.page("expert", "fa")
    page.goto("/cartable/")
    page.locator(".row-title").first.click()
    page.wait_for_url("**/letters/**")
    letter = page.url
    page.keyboard.press("Alt+5")
    page.keyboard.type("تصویر سند مالکیت")
    page.context.clear_cookies()
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/accounts/login/**")
    let_in_again(page, "expert")
    page.goto(letter)
    expect(page.locator("#id_missing")).to_be_visible()
    assert page.locator("#id_missing").input_value() == "تصویر سند مالکیت"
    page.reload()
    expect(page.locator("#id_missing")).to_be_hidden()


def test_a_refused_form_keeps_its_words_over_a_change_of_the_language(people: People):
    page = people.page("clerk", "fa")
    page.goto("/counter/letters?state=registered")
    page.locator("main tbody a").first.click()
    page.locator("details:has(#problem) summary").click()
    page.locator("#id_words").fill("پاسخی نمی‌دهند")
    with people.errors.refused(422), page.expect_navigation():
        page.locator("#problem button").click()  # what the problem is was not chosen
    for language in ("en", "fa"):
        page.keyboard.press("F12")
        with page.expect_navigation():
            page.locator(f"[data-language] [value={language}]").click()
        expect(page.locator("html")).to_have_attribute("lang", language)
        assert page.locator("#id_words").input_value() == "پاسخی نمی‌دهند"
        assert "kept" not in page.url


def test_another_person_does_not_get_what_was_typed(people: People):
    page = people.page("expert", "fa")
    page.goto("/cartable/")
    page.locator(".row-title").first.click()
    page.wait_for_url("**/letters/**")
    page.keyboard.press("Alt+4")
    page.keyboard.type("نوشتهٔ کارشناس")
    page.context.clear_cookies(name=SESSION)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/accounts/login/**")
    let_in_again(page, "head")
    assert page.evaluate("() => sessionStorage.getItem('pishkhan:kept')") is None
    let_in_again(page, "expert")
