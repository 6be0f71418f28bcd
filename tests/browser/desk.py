"""What people do at the desks, by keyboard and pointer: the words of the tests that drive them."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from playwright.sync_api import Error as PageError
from playwright.sync_api import Locator, Page, expect

SCANS = [Path(__file__).parents[1] / "data" / f"scan_page_{n}.jpg" for n in (1, 2, 3)]
AGENCY = "آبفا"  # a nickname: the agency of the demonstration's one-click people
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹", "0123456789")
POST = 15.0  # seconds the post may take


def national_id(serial: int) -> str:
    """Return a right national ID; each serial another."""
    head = f"{480000000 + serial:09}"
    rest = sum(int(digit) * (10 - at) for at, digit in enumerate(head)) % 11
    return f"{head}{rest if rest < 2 else 11 - rest}"


def until(true: Callable[[], bool], seconds: float = POST, pause: float = 0.15) -> None:
    """Wait until something becomes true; fail when it does not."""
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, f"not true after {seconds} s"
        time.sleep(pause)


def row(page: Page, address: str, subject: str) -> Locator:
    """Open a list and return the row of a letter; what is on its way gets its time to come."""
    found = page.locator("tr, .cartable-row").filter(has_text=subject)

    def there() -> bool:
        page.goto(address)
        return found.count() > 0

    until(there)
    return found.first


def open_letter(page: Page, address: str, subject: str) -> None:
    """Open a letter from a list."""
    row(page, address, subject).locator(".row-title").click()
    page.wait_for_url(re.compile(r"/letters/"))


AT_DESK = """() => {
  const form = document.querySelector("form[data-hold]");
  const key = `pishkhan:letter:${document.body.dataset.user}`;
  return Boolean(form) && sessionStorage.getItem(key) === form.elements.nonce.value
    && location.search === "";
}"""


def at_desk(page: Page) -> None:
    """Wait until the page has made up its mind which letter it shows."""

    def settled() -> bool:
        try:
            return bool(page.evaluate(AT_DESK))
        except PageError:  # it was on its way to another address
            return False

    until(settled)


def type_into(page: Page, field: str, text: str) -> None:
    """Type where the page has put the focus by itself, once it has come to this field."""
    expect(page.locator(f"[name={field}]")).to_be_focused()
    page.keyboard.type(text)


def empty_form(page: Page) -> None:
    """Open the acceptance form with nothing in it; what was in hand is parked."""
    page.goto("/counter/")
    at_desk(page)
    fields = ("number", "name", "subject", "agency_id")
    typed = any(page.locator(f"[name={field}]").input_value() for field in fields)
    if typed or arrived(page):
        with page.expect_navigation():
            page.keyboard.press("F10")
        at_desk(page)


def add_pages(page: Page, *files: Path) -> None:
    """Choose files as pages and wait until each has arrived."""
    before = page.locator(".sheet-item").count()
    page.locator("[data-files]").set_input_files([str(file) for file in files])
    until(lambda: arrived(page) == before + len(files))


def arrived(page: Page) -> int:
    """Return how many pages have arrived."""
    return len(pages_of(page))


def pages_of(page: Page) -> list[dict[str, Any]]:
    """Return what the form will send about its pages."""
    found: list[dict[str, Any]] = json.loads(page.locator("[data-pages]").input_value() or "[]")
    return found


def choose_agency(page: Page, letters: str = AGENCY) -> None:
    """Type some letters of an agency and take the first that is found."""
    box = page.locator("#id_agency")
    box.press_sequentially(letters)
    page.locator("[role=option]").first.wait_for()
    page.keyboard.press("Enter")


def accept(page: Page, number: str, subject: str, *files: Path, name: str = "فرد نمونه") -> str:
    """Accept a letter of a person whom the counter does not know; return the tracking code."""
    empty_form(page)
    page.locator("[name=number]").press_sequentially(number)
    page.locator("[data-new]").wait_for()
    page.locator("[name=name]").fill(name)
    page.locator("[name=mobile]").fill("09121234567")
    choose_agency(page)
    page.locator("[name=subject]").fill(subject)
    add_pages(page, *files)
    page.keyboard.press("Control+Enter")
    page.wait_for_url("**/receipt*")
    return code_of(page)


def code_of(page: Page) -> str:
    """Return the tracking code that the receipt shows, in Latin digits."""
    shown = page.locator(".receipt-code bdi").first.inner_text()
    code = re.sub(r"\D", "", shown.translate(LATIN))
    assert len(code) == 13, shown
    return code


def track(page: Page, code: str, number: str) -> str:
    """Track as a citizen does; return the sentence that stands large on the page."""
    page.goto("/t/")
    page.locator("[name=code]").fill(code)
    page.locator("[name=national_id]").fill(number)
    page.keyboard.press("Enter")
    return page.locator(".status-word").inner_text()
