"""The secretariat's day by the keyboard alone: many letters at one press, and one after another.

What counts is every press that is not data. The mouse is taken away: a click fails the test.
"""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import People
from tests.browser.desk import LATIN, national_id
from tests.browser.keyboard import Keys
from tests.browser.node import ROOT, Node
from tests.browser.test_keyboard import NO_MOUSE

SERIALS = range(7700, 7800)  # one person each: nobody writes the same twice
MOST = 4  # presses a letter beyond the data
MANY = """
import sys
import django
django.setup()
from pishkhan.directory import api as directory
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Acceptance, Applicant, IdKind
from django.contrib.auth import get_user_model

def actor(name):
    user = get_user_model().objects.get(username=name)
    return directory.actor_for(user.pk, None)

clerk, secretary = actor("demo-clerk"), actor("demo-secretary")
for n in range(int(sys.argv[1])):
    letters.accept(clerk, Acceptance(
        nonce=new_id(),
        applicant=Applicant(IdKind.NATIONAL, sys.argv[3 + n], "فرد نمونه", ""),
        agency_id=secretary.office.agency_id,
        subject=f"{sys.argv[2]} {n}",
        body="متن نمونه",
        fee=letters.letter_fee(clerk),
    ))
"""


def write(node: Node, count: int, subject: str) -> None:
    """Let the counter take in so many letters to the secretary's agency."""
    subprocess.run(
        [sys.executable, "-c", MANY, str(count), subject, *map(national_id, SERIALS[:count])],
        cwd=ROOT, check=True, timeout=120,
        env=dict(node.environ) | {"DJANGO_SETTINGS_MODULE": "pishkhan.node.settings"},
    )  # fmt: skip


def at_desk(people: People, node: Node, count: int, subject: str) -> Page:
    """Return the list of arrivals once so many new letters have come."""
    write(node, count, subject)
    page = people.page("secretary", "fa")
    for _ in range(100):
        page.goto("/secretariat/?show=100")
        if page.locator(".row-title").filter(has_text=subject).count() >= count:
            break
        page.wait_for_timeout(200)
    assert page.locator(".row-title").filter(has_text=subject).count() == count
    page.evaluate(NO_MOUSE)
    return page


def number(words: str) -> int:
    return int("".join(sign for sign in words.translate(LATIN) if sign.isdigit()))


def pressed(page: Page, key: str) -> None:
    with page.expect_navigation():
        page.keyboard.press(key)
    page.evaluate(NO_MOUSE)


def test_many_letters_are_ticked_registered_and_referred_by_keys(people: People, node: Node):
    page = at_desk(people, node, 6, "نامهٔ گروهی")
    boxes = page.locator("[data-tick]")
    expect(page.locator("[data-bulk] button").first).to_be_disabled()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect(boxes.nth(0)).to_be_checked()
    page.keyboard.press("Space")
    expect(boxes.nth(0)).not_to_be_checked()
    for _ in range(3):
        page.keyboard.press("Shift+ArrowDown")
    assert [boxes.nth(n).is_checked() for n in range(6)] == [True] * 4 + [False] * 2
    assert number(page.locator("[data-ticked]").inner_text()) == 4
    page.keyboard.press("a")
    expect(boxes.nth(5)).to_be_checked()
    page.keyboard.press("a")
    expect(boxes.nth(0)).not_to_be_checked()
    # The first six, which are the newest.
    page.keyboard.press("Home")
    page.locator(".row-title").first.focus()
    for _ in range(5):
        page.keyboard.press("Shift+ArrowDown")
    pressed(page, "Control+Enter")
    assert page.locator("[name=letter]:checked").count() == 6
    page.keyboard.press("Alt+1")
    page.locator(".receiver-pick").first.focus()
    page.keyboard.press("Space")
    pressed(page, "Control+Enter")
    told = page.locator("#result")
    expect(told).to_be_focused()
    assert told.locator(".bulk-done li").count() == 6
    assert page.locator("table .row-title").filter(has_text="نامهٔ گروهی").count() == 0
    assert page.evaluate("() => window.mouse") == 0


@pytest.mark.slow
def test_forty_letters_one_after_another_in_four_presses_each(
    people: People, node: Node, record_property
):
    count = int(os.environ.get("PISHKHAN_TEST_LETTERS", "40"))
    page = at_desk(people, node, count, "نامهٔ پیاپی")
    page.keyboard.press("ArrowDown")
    pressed(page, "Enter")
    keys = Keys(page)
    keys.start()
    # The first: choose the receiver, a phrase and a deadline once.
    keys.press("Alt+1")
    first = page.locator("[data-open-order] [data-order] input").first
    expect(first).to_be_focused()
    if not first.is_checked():
        keys.press("Space")
    keep = page.locator("#id_keep")  # the choice stays for the next letters when that is asked
    keep.focus()
    if not keep.is_checked():
        keys.press("Space")
    expect(keep).to_be_checked()
    page.evaluate(NO_MOUSE)
    for n in range(count):
        address = page.url
        began = len(keys.steering)
        keys.press("Control+Enter")
        expect(page).not_to_have_url(address)
        if n:
            assert len(keys.steering) - began <= MOST
    assert keys.presses <= MOST * count
    record_property("one after another", f"{keys.presses} presses for {count} letters")
    page.goto("/secretariat/?show=100")
    assert page.locator("table .row-title").filter(has_text="نامهٔ پیاپی").count() == 0
