"""An agency's people at a long day: secretaries by keys alone, officials by thumb alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys

from playwright.sync_api import Page, expect

from tests.browser.browsing import PHONE, ROLES, People
from tests.browser.desk import until
from tests.browser.node import ROOT, Node
from tests.browser.test_keyboard import NO_MOUSE

PASSWORD = "رود کشکان در بهار ۱۴۰۵"
OPEN_DOORS = """
import json, sys
import django
django.setup()
from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM

told = {}
for name in sys.argv[2:]:
    for row in directory.post_rows(directory.find_agencies(name)[0].id):
        holder = row.holder_id
        if holder is None:  # vacant in the demonstration: somebody takes it for the day
            username = f"day-{row.id.hex[-8:]}"
            holder = directory.add_user(SYSTEM, username=username, full_name="تازه نمونه")
            directory.seat_holder(SYSTEM, post_id=row.id, user_id=holder)
        directory.set_password(SYSTEM, user_id=holder, password=sys.argv[1], own_password=True)
        told[f"{name}/{row.title}"] = directory.user(holder).username
print(json.dumps(told))
"""
ACCEPT = """
import json, sys
import django
django.setup()
from pishkhan.directory import api as directory
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Acceptance, Applicant, IdKind

clerk, secretary = (
    directory.actor_for(directory.user_named(f"demo-{role}").id, None)
    for role in ("clerk", "secretary")
)
for number, subject in json.load(sys.stdin):
    letters.accept(clerk, Acceptance(
        nonce=new_id(),
        applicant=Applicant(IdKind.NATIONAL, number, "فرد نمونه", ""),
        agency_id=secretary.office.agency_id,
        subject=subject,
        body=subject,
        fee=letters.letter_fee(clerk),
    ))
"""


def script(node: Node, text: str, *arguments: str, given: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-c", text, *arguments],
        cwd=ROOT, check=True, timeout=300, text=True, input=given, stdout=subprocess.PIPE,
        env=dict(os.environ) | dict(node.environ)
        | {"DJANGO_SETTINGS_MODULE": "pishkhan.node.settings"},
    )  # fmt: skip
    return done.stdout


def accept(node: Node, letters: list[tuple[str, str]]) -> None:
    """Let the one-click counter take in these letters: (national ID, subject) of each."""
    script(node, ACCEPT, given=json.dumps(letters))


def open_doors(people: People, node: Node, *agencies: str) -> dict[str, str]:
    """Give the people of these agencies a password; return "agency/post" → login.

    A new password ends a person's sessions: who came in by one click comes in anew.
    """
    found: dict[str, str] = json.loads(script(node, OPEN_DOORS, PASSWORD, *agencies))
    for role in ROLES:
        people.leave(role)
    return found


def log_in(page: Page, login: str) -> None:
    page.goto("/accounts/login/")
    page.locator("[name=login]").fill(login)
    page.locator("[name=password]").fill(PASSWORD)
    with page.expect_navigation():
        page.keyboard.press("Enter")


def at_pc(people: People, login: str) -> Page:
    """Return a page of a person who logs in at a PC."""
    page = people.page(f"citizen:{login}", "fa")
    log_in(page, login)
    return page


def on_phone(people: People, login: str) -> Page:
    """Return a page of a person who logs in on a phone with a touch screen of 360 px."""
    context = people.browser.new_context(
        base_url=people.address, viewport=PHONE, locale="fa-IR", timezone_id="Asia/Tehran",
        reduced_motion="reduce", has_touch=True, is_mobile=True,
    )  # fmt: skip
    context.on("page", people.errors.watch)
    context.set_default_timeout(30_000)
    people.contexts[f"phone:{login}"] = context
    page = context.new_page()
    log_in(page, login)
    return page


def tap(page: Page, selector: str, text: str = "") -> None:
    """Touch the first thing that is so and says so, and wait where it leads."""
    found = page.locator(selector)
    (found.filter(has_text=text) if text else found).first.tap()
    page.wait_for_load_state()


class Desk:
    """A secretariat's desk without a mouse: a press of it fails the test at `done`."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def go(self, address: str) -> None:
        """Type an address."""
        self.page.goto(address)
        self.page.evaluate(NO_MOUSE)

    def press(self, key: str, *, leaves: bool = False) -> None:
        """Press a key; with `leaves` wait for the page it leads to."""
        if not leaves:
            self.page.keyboard.press(key)
            return
        self.done()
        with self.page.expect_navigation():
            self.page.keyboard.press(key)
        self.page.evaluate(NO_MOUSE)

    def done(self) -> None:
        """Fail if a mouse was pressed since the page came."""
        assert self.page.evaluate("() => window.mouse") == 0

    def tab_to(self, selector: str) -> None:
        """Walk on by the tabulator until the focus is there."""
        at = "(selector) => document.activeElement.matches(selector)"
        for _ in range(150):
            if self.page.evaluate(at, selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the tabulator never comes to {selector}")

    def type(self, text: str) -> None:
        """Type into what has the focus."""
        self.page.keyboard.type(text)

    def row(self, address: str, subject: str) -> None:
        """Walk down a list to a letter; what is on its way gets its time to come."""
        titles = self.page.locator(".row-title").filter(has_text=subject)

        def there() -> bool:
            self.go(address)
            return titles.count() > 0

        until(there)
        inside = (
            "(words) => (document.activeElement.closest('tr')?.innerText ?? '').includes(words)"
        )
        for _ in range(150):
            self.page.keyboard.press("ArrowDown")
            if self.page.evaluate(inside, subject):
                return
        raise AssertionError("the arrows never come to the letter")

    def open(self, address: str, subject: str) -> None:
        """Open a letter of a list."""
        self.row(address, subject)
        self.press("Enter", leaves=True)

    def choose(self, letters: str) -> None:
        """Type some letters into the box with the focus and take the first that is found."""
        self.type(letters)
        self.page.locator("[role=option]:visible").first.wait_for()
        self.page.keyboard.press("Enter")


def register(desk: Desk, subject: str, post: str) -> None:
    """Register a letter and refer it to a post, by keys."""
    desk.open("/secretariat/", subject)
    desk.press("Control+Enter", leaves=True)
    expect(desk.page.locator("#refer [data-receivers]")).to_be_visible()
    pick_receiver(desk, post)
    desk.tab_to("#refer button[name=stay]")
    desk.press("Enter", leaves=True)
    expect(desk.page.locator(".tree-node").filter(has_text=post).first).to_be_visible()


def pick_receiver(desk: Desk, post: str) -> None:
    """Tick the receiver of that title."""
    box = desk.page.locator("li.receiver").filter(has_text=post).locator(".receiver-pick").first
    desk.press("Alt+1")
    desk.tab_to(f"[id='{box.get_attribute('id')}']")
    desk.press("Space")
    expect(box).to_be_checked()
