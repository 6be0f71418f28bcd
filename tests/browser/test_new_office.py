"""An office of twelve people from nothing to its first letter, by keys alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page

from tests.browser.agency import script
from tests.browser.browsing import PC, PHONE, People
from tests.browser.desk import national_id, open_letter
from tests.browser.looks import axe, looked
from tests.browser.node import Node

LIST = """رئیس اداره نمونه	نسرین نمونه
مسئول دفتر	مینا نمونه
معاون فنی	امید نمونه
معاون مالی	هما نمونه
متصدی دبیرخانه	رضا نمونه
کارشناس فنی	سارا نمونه				معاون فنی
کارشناس نظارت	بهار نمونه				معاون فنی
کارشناس بهره‌برداری	کاوه نمونه				معاون فنی
کارشناس مالی	ژاله نمونه				معاون مالی
کارشناس حسابداری	آرش نمونه				معاون مالی
کارشناس حقوقی	ندا نمونه
کارشناس روابط عمومی	پویا نمونه
"""
OWN = "کوه بلند و برف سپید"
ACCEPT = """
import sys
import django
django.setup()
from pishkhan.directory import api as directory
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Acceptance, Applicant, IdKind

clerk = directory.actor_for(directory.user_named("demo-clerk").id, None)
letters.accept(clerk, Acceptance(
    nonce=new_id(), applicant=Applicant(IdKind.NATIONAL, sys.argv[2], "فرد نمونه", ""),
    agency_id=directory.find_agencies(sys.argv[1])[0].id, subject=sys.argv[3], body=sys.argv[3],
    fee=letters.letter_fee(clerk),
))
"""
SUBJECT = "نخستین نامهٔ ادارهٔ تازه"


class Keys:
    """A keyboard that counts: what is pressed beside the data itself."""

    def __init__(self, page: Page) -> None:
        self.page, self.pressed = page, 0

    def press(self, key: str, *, leads: bool = False) -> None:
        self.pressed += 1
        if not leads:
            self.page.keyboard.press(key)
            return
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def to(self, name: str) -> None:
        for _ in range(60):
            if self.page.evaluate("(name) => document.activeElement.name === name", name):
                return
            self.press("Tab")
        raise AssertionError(f"the tabulator never comes to {name}")


def drawn_well(page: Page, language: str) -> None:
    """Look at a page at both sizes as the contact sheet does."""
    for size in (PHONE, PC):
        page.set_viewport_size(size)
        page.wait_for_timeout(250)
        assert looked(page, language, phone=size is PHONE) + axe(page) == []


def made_by_keys(page: Page, record_property) -> dict[str, str]:
    """Make the office; return user name → first password."""
    keys = Keys(page)
    page.goto("/admin/agencies/")
    keys.press("Alt+3", leads=True)
    keys.press("Alt+1", leads=True)
    keys.press("Alt+1")
    page.keyboard.type("اداره نمونه دوازده‌نفره")
    keys.to("code")
    page.keyboard.type("twelve")
    keys.to("list")
    page.evaluate("(text) => { document.activeElement.value = text }", LIST)  # pasted
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter", leads=True)
    assert page.locator("#people fieldset").count() == 15
    keys.press("Alt+3", leads=True)
    assert "۱۲ نفر" in page.locator(".note--good").inner_text()
    keys.press("Control+Enter", leads=True)
    page.wait_for_url("**/checklist/")
    drawn_well(page, "fa")
    keys.press("Control+Enter", leads=True)
    drawn_well(page, "fa")
    assert keys.pressed < 30, "twelve people take some thirty keys beside the data"
    record_property("an office of twelve people", f"{keys.pressed} keys beside the data")
    slips = page.locator(".slip")
    assert slips.count() == 12
    found = [each.locator("bdi.code").all_inner_texts() for each in slips.all()]
    return dict(found)


def test_twelve_people_have_an_office_and_its_secretary_registers_a_letter(
    people: People, node: Node, record_property
):
    page = people.page("operator", "fa")
    secrets = made_by_keys(page, record_property)
    script(node, ACCEPT, "دوازده‌نفره", national_id(8801), SUBJECT)

    secretary = people.page("citizen:new-secretary", "fa")
    login = "twelve-05"
    secretary.goto("/accounts/login/")
    secretary.locator("[name=login]").fill(login)
    secretary.locator("[name=password]").fill(secrets[login])
    with secretary.expect_navigation():
        secretary.keyboard.press("Enter")
    secretary.goto("/secretariat/")
    assert "/accounts/password/change/" in secretary.url
    for field, value in (("oldpassword", secrets[login]), ("password1", OWN), ("password2", OWN)):
        secretary.locator(f"[name={field}]").fill(value)
    secretary.keyboard.press("Enter")
    secretary.wait_for_url("**/secretariat/")
    open_letter(secretary, "/secretariat/", SUBJECT)
    secretary.keyboard.press("Control+Enter")
    secretary.wait_for_url("**#refer")
    assert re.search(r"۱۴\d\d/۱\b|۱۴[۰-۹]{2}/۱", secretary.locator("main").inner_text())
    assert secretary.locator("li.receiver").filter(has_text="کارشناس نظارت").count() == 1
    people.leave("citizen:new-secretary")


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_pages_of_a_new_office_look_well_in_both_languages(people, language):
    page = people.page("operator", language)
    for what in ("agency", "counter"):
        page.goto("/admin/agencies/new/")
        with page.expect_navigation():
            page.locator(f"button[value={what}]").click()
        with people.errors.refused(422), page.expect_navigation():
            page.keyboard.press("Control+Enter")
        drawn_well(page, language)
        page.locator("[data-ask]").last.click()
        with page.expect_navigation():
            page.keyboard.press("Alt+Enter")
    assert page.locator("main a.list-link").count() == 0
