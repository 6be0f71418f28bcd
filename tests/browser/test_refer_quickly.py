"""A letter is referred to a group with a ready phrase in four presses, by real keys."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import People
from tests.browser.desk import SCANS, accept, national_id, open_letter
from tests.browser.keyboard import Keys

GROUP = "رسیدگی به درخواست‌های مردمی"
PHRASE = "بررسی و اعلام نظر شود."
MOST = 4


def registered(people: People, serial: int, subject: str) -> Page:
    """Accept a letter and register it; return the secretary's page of it."""
    clerk, secretary = people.page("clerk", "fa"), people.page("secretary", "fa")
    accept(clerk, national_id(serial), subject, SCANS[0])
    open_letter(secretary, "/secretariat/", subject)
    with secretary.expect_navigation():
        secretary.keyboard.press("Control+Enter")
    expect(secretary.locator("[data-groups]")).to_be_visible()
    return secretary


def test_a_group_with_a_ready_phrase_takes_four_presses(people: People, record_property):
    page = registered(people, 61, "ارجاع به گروه")
    here = page.url.partition("#")[0]
    page.locator("h1").click()  # where the focus was does not matter
    keys = Keys(page)
    keys.start()
    keys.press("g")
    keys.press("1")
    keys.press("2")
    chosen = page.locator(".receiver-pick:checked")
    expect(chosen).to_have_count(3)
    expect(page.locator("[name=principal]:checked")).to_have_count(1)
    expect(page.locator(f'[name=phrase][value="{PHRASE}"]')).to_be_checked()
    expect(page.locator("[data-ask-principal]")).to_be_hidden()
    with page.expect_navigation():
        keys.press("Control+Enter")
    record_property("refer to a group", f"{keys.presses} presses ({' '.join(keys.steering)})")
    assert keys.presses <= MOST
    page.goto(here)
    tree = page.locator(".tree")
    expect(tree.locator(".tree-node")).to_have_count(3)
    expect(tree.get_by_text(PHRASE)).to_have_count(3)
    expect(tree.get_by_text("اقدام‌کنندهٔ اصلی")).to_have_count(1)


def test_a_group_chosen_twice_is_chosen_no_more(people: People):
    page = registered(people, 62, "گروه دو بار")
    page.locator("h1").click()
    for key in ("g", "1"):
        page.keyboard.press(key)
    expect(page.locator(".receiver-pick:checked")).to_have_count(3)
    for key in ("g", "1"):
        page.keyboard.press(key)
    expect(page.locator(".receiver-pick:checked")).to_have_count(0)


def test_who_is_principal_is_asked_and_answered_by_keys(people: People):
    page = registered(people, 63, "چند اقدام‌کننده")
    picks = page.locator(".receiver-pick")
    picks.nth(0).check(force=True)
    expect(page.locator("[data-ask-principal]")).to_be_hidden()
    picks.nth(1).check(force=True)
    expect(page.locator("[data-ask-principal]")).to_be_visible()
    page.keyboard.press("Control+Enter")
    assert re.search(r"/letters/[0-9a-f-]+/", page.url)
    expect(page.locator("[name=principal]").nth(0)).to_be_focused()
    page.keyboard.press("Space")
    expect(page.locator("[data-ask-principal]")).to_be_hidden()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_phrases_are_kept_and_ordered_by_keyboard(people: People, language: str):
    page = people.page("head", language)
    page.goto("/cartable/ready")
    page.locator("[name=phrases]").fill("نخست\nدوم")
    page.locator("[name=phrases]").focus()
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    expect(page.locator("[name=phrases]")).to_have_value("نخست\nدوم")
