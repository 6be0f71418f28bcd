"""Screens that no link leads to: what a form says when it refuses, open panels, empty lists."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.browser.browsing import AUDITOR, CITIZEN
from tests.browser.desk import SCANS, accept, national_id, type_into
from tests.web.verifiers import maker


@dataclass(frozen=True)
class State:
    """How one person comes to one state of a screen; `refused` are the statuses it provokes."""

    who: str
    name: str
    reach: Callable[[Page], None]
    refused: tuple[int, ...] = ()


ORDER_PREPARED = re.compile("order prepared|دستور آماده")

STATES: list[State] = []


def state(who: str, name: str, *refused: int) -> Callable[[Callable[[Page], None]], None]:
    """Return a decorator that adds a way to the list."""

    def add(reach: Callable[[Page], None]) -> None:
        STATES.append(State(who, name, reach, refused))

    return add


@state(CITIZEN, "page not found", 404)
def _not_found(page: Page) -> None:
    page.goto("/no-such-page")


@state(CITIZEN, "tracking refused", 404, 422, 429)
def _wrong_pair(page: Page) -> None:
    page.goto("/t/")
    page.locator("[name=code]").fill("7214093381260")
    page.locator("[name=national_id]").fill("1234567890")
    page.keyboard.press("Enter")
    page.locator(".note--bad,.field-error").first.wait_for()


@state(CITIZEN, "receipt of a log that is not known")
def _receipt(page: Page) -> None:
    page.goto(f"/verify{maker.qr(maker.Letter().promise(maker.log_key()), '')}")
    page.locator(".verdict").wait_for()


@state("clerk", "acceptance: the rare cases open")
def _brought(page: Page) -> None:
    page.goto("/counter/?new=1")
    page.locator("[data-beside] summary").click()
    page.locator("#id_bearer_name").wait_for()


@state("secretary", "register: more open")
def _register(page: Page) -> None:
    page.goto("/secretariat/")
    page.locator(".row-title").first.click()
    page.wait_for_url("**/letters/**")
    page.locator("#register summary").first.click()


@state("secretary", "arrivals: ticked, then the order")
def _bulk(page: Page) -> None:
    page.goto("/secretariat/")
    page.keyboard.press("A")
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.locator("[name=letter]").first.wait_for()


@state("secretary", "arrivals: what became of many", 409, 422)
def _bulk_result(page: Page) -> None:
    page.goto("/secretariat/letters/?state=registered")
    page.locator("main [name=letter]").first.check(force=True)  # one: others come here too
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.locator(".receiver-pick").first.check(force=True)
    with page.expect_navigation():
        page.keyboard.press("Control+Enter")
    page.locator("#result").wait_for()


@state("secretary", "search with hits")
def _search(page: Page) -> None:
    page.goto("/secretariat/search")
    page.locator("[name=q]").fill("نمونه")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    page.locator(".row-title, .list-link").first.wait_for()


@state("secretary", "search without a hit")
def _search_in_vain(page: Page) -> None:
    page.goto("/secretariat/search")
    page.locator("[name=q]").fill("هیچ‌چنین‌واژه‌ای")
    with page.expect_navigation():
        page.keyboard.press("Enter")


@state("head", "a prepared order")
def _prepared(page: Page) -> None:
    page.goto("/cartable/")
    page.locator(".cartable-row", has_text=ORDER_PREPARED).last.locator("a").click()
    page.locator("[id^=prepared-]").wait_for()


@state("secretary", "office chief at the superior's cartable")
def _chief(page: Page) -> None:
    page.goto("/?choose=1")
    page.locator(".seat-card").last.click()
    page.wait_for_url("**/cartable/")
    page.locator(".cartable-row a").last.click()
    page.locator("#refer").wait_for()  # folded where an answer is being written


@state("secretary", "back at one's own post")
def _own_post(page: Page) -> None:
    page.goto("/?choose=1")
    page.locator(".seat-card").first.click()
    page.wait_for_url("**/secretariat/")


@state("operator", "minutes of a post that was handed over")
def _minutes(page: Page) -> None:
    page.goto("/admin/agencies/")
    page.locator("a[href*='/admin/agencies/0']").first.click()
    page.locator("a[href*='/admin/posts/']", has_text="کارشناس فنی").first.click()
    page.locator("a[href*='/hand-over/']").first.click()
    page.locator(".minutes").wait_for()


@state("head", "menu open")
def _menu(page: Page) -> None:
    page.goto("/cartable/")
    page.keyboard.press("F12")


@state("expert", "letter: all panels open")
def _panels(page: Page) -> None:
    page.goto("/cartable/")
    page.locator(".row-title").first.click()
    page.wait_for_url("**/letters/**")
    page.evaluate(
        "() => document.querySelectorAll('main details').forEach((each) => (each.open = true))"
    )


@state("expert", "draft: another version came meanwhile", 409)
def _meanwhile(page: Page) -> None:
    page.goto("/cartable/")
    page.locator(".row-title").first.click()
    page.wait_for_url("**/letters/**")
    page.goto(page.url.partition("?")[0] + "draft")
    page.locator("#draft-form .btn-primary").click()
    page.wait_for_url("**#draft-*")
    editor = page.locator(".draft [data-key='Alt+2']").last.get_attribute("href")
    page.goto(str(editor))
    language = page.locator("html").get_attribute("lang")  # the same words make no version
    with page.context.new_page() as other:
        other.goto(str(editor))
        other.locator("#id_body").fill(f"پاسخ دیگری که همکار نوشت. ({language})")
        other.keyboard.press("Control+Enter")
        other.wait_for_url("**#draft-*")
    page.locator("#id_body").fill("پاسخی که در این میان نوشته می‌شد.")
    page.keyboard.press("Control+Enter")
    page.locator("#meanwhile").wait_for()


@state("head", "signing asked")
def _signing(page: Page) -> None:
    page.goto("/cartable/to-sign")
    page.locator(".row-title").first.click()
    page.wait_for_url("**/letters/**")
    page.keyboard.press("F9")
    page.locator("#sign-confirm-panel").wait_for()


@state("head", "read and sign: asked")
def _together(page: Page) -> None:
    page.goto("/cartable/to-sign")
    page.locator(".row-title").last.click()
    page.wait_for_url("**/letters/**")
    page.goto("/cartable/to-sign/together")
    page.locator("[data-read]").first.check()
    page.keyboard.press("F9")
    page.locator("#sign-together-panel").wait_for()


def _lost(page: Page) -> None:
    """Look up a person who has just brought a letter."""
    number = national_id(time.time_ns() // 1000 % 10_000_000)
    accept(page, number, "سرویس مدرسه", SCANS[0])
    page.goto("/counter/letters")
    page.keyboard.press("Alt+2")
    page.wait_for_url("**/lost-code")
    type_into(page, "number", number)
    page.keyboard.press("Enter")
    page.locator(".accept-known button:focus").wait_for()


@state("clerk", "lost code: card asked")
def _lost_code(page: Page) -> None:
    _lost(page)


@state("clerk", "lost code: letters of the person")
def _lost_letters(page: Page) -> None:
    _lost(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/lost-code/*-*/")
    page.keyboard.press("Alt+1")
    page.wait_for_url("**/receipt")
    page.go_back()
    page.locator(".row-title").first.wait_for()


@state("clerk", "lost code: nobody")
def _lost_nobody(page: Page) -> None:
    page.goto("/counter/lost-code")
    type_into(page, "number", national_id(39_999_999))
    page.keyboard.press("Enter")
    page.locator(".empty").wait_for()


@state("clerk", "PIN: asked anew after a weak one", 422)
def _weak_pin(page: Page) -> None:
    page.goto("/counter/switch")
    page.locator("main a[href='/counter/pin']").click()
    page.wait_for_url("**/counter/pin")
    for name in ("pin", "again"):
        page.locator(f"[name={name}]").fill("1111")
    with page.expect_navigation():
        page.locator("main form .btn-primary").click()
    page.locator("#id_pin-error").wait_for()


@state("clerk", "receipt: repeat last")
def _repeat_last(page: Page) -> None:
    number = national_id(time.time_ns() // 1000 % 10_000_000)
    accept(page, number, "انشعاب جدید", SCANS[0])
    page.locator(".receipt-repeat").wait_for()


def _held_elsewhere(page: Page) -> str:
    """Write a letter in another tab; return its name."""
    other = page.context.new_page()
    other.goto("/counter/?new=1")
    with other.expect_response("**/counter/save"):
        other.locator("[name=subject]").fill("نشتی لولهٔ اصلی کوچهٔ بهار")
    return other.locator("#accept-form [name=nonce]").input_value()


@state("clerk", "accept: open in another tab")
def _open_elsewhere(page: Page) -> None:
    page.goto(f"/counter/?letter={_held_elsewhere(page)}")
    page.locator("#held-elsewhere").wait_for()


@state("clerk", "accept: beside it, a letter of another tab")
def _beside(page: Page) -> None:
    _held_elsewhere(page)
    page.goto("/counter/?new=1")
    page.locator("aside [data-away]:visible").first.wait_for()


@state("clerk", "parked: open in another tab")
def _parked_elsewhere(page: Page) -> None:
    _held_elsewhere(page)
    page.goto("/counter/parked")
    page.locator(".parked [data-away]:visible").first.wait_for()


def open_entry(page: Page) -> None:
    """Open an entry of the newest accepted letter, saying why if that was not done today."""
    page.goto("/audit/?kind=letter.accepted")
    page.locator("a.row-title").first.click()
    page.wait_for_url(re.compile("/audit/(entries|records)/"))
    if page.locator("[name=reason]").count():
        page.locator("[name=reason]").fill("1405/88")
        page.keyboard.press("Control+Enter")
    page.wait_for_url("**/audit/entries/**")


def open_record(page: Page) -> None:
    """Open that letter's record."""
    open_entry(page)
    page.keyboard.press("Alt+3")
    page.wait_for_url("**/audit/records/**")


state(AUDITOR, "an entry, checked")(open_entry)
state(AUDITOR, "a record that is open")(open_record)


@state(AUDITOR, "an order without its reason", 422)
def _order_refused(page: Page) -> None:
    open_record(page)
    page.locator("[name=identity]").check()
    page.locator("#id_evidence-reason").fill("1405/88")
    page.keyboard.press("F9")
    page.locator(".field-error").first.wait_for()


@state(AUDITOR, "nothing is found")
def _nothing_found(page: Page) -> None:
    page.goto("/audit/")
    page.keyboard.press("Alt+1")
    page.keyboard.type("7214093381261")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit/find")
