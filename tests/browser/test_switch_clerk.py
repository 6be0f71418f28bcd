"""Several clerks at one PC: the one who takes over is at work within three seconds."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from tests.browser.browsing import People
from tests.browser.desk import type_into
from tests.browser.keyboard import Keys
from tests.browser.node import ROOT, Node
from tests.browser.test_accounts import PASSWORD, log_in

pytestmark = pytest.mark.pace

MOST = 3.0  # seconds from F1 until the colleague can type, at 0.2 s a key
PIN = "4071"
CLERKS = (("pc-first", "نرگس نمونه"), ("pc-second", "بهروز نمونه"))
AT_ONE_COUNTER = f"""
import django
django.setup()
from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
clerk = directory.user_named("demo-clerk")
[seat] = directory.seats(clerk.id)
for name, label in {CLERKS!r}:
    user = directory.add_user(SYSTEM, username=name, full_name=label)
    directory.set_password(SYSTEM, user_id=user, password={PASSWORD!r}, own_password=True)
    directory.add_clerk(SYSTEM, counter_id=seat.id, user_id=user)
"""


@pytest.fixture(scope="module")
def clerks(node: Node) -> None:
    environ = {**node.environ, "DJANGO_SETTINGS_MODULE": "pishkhan.node.settings"}
    command = [sys.executable, "-c", AT_ONE_COUNTER]
    subprocess.run(command, cwd=ROOT, env=environ, check=True, timeout=60)


def with_pin(page: Page, name: str) -> None:
    """Sign in by password and set a PIN."""
    log_in(page, name, PASSWORD)
    page.goto("/counter/pin")
    if "reauthenticate" in page.url:
        page.locator("[name=password]").fill(PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url("**/counter/pin")
    type_into(page, "pin", PIN)
    page.keyboard.press("Enter")
    type_into(page, "again", PIN)
    page.keyboard.press("Enter")
    page.wait_for_url("**/counter/switch")


@pytest.mark.usefixtures("clerks")
def test_a_colleague_takes_over_within_three_seconds(people: People, record_property):
    page = people.page("citizen:pc", "fa")
    with_pin(page, CLERKS[0][0])
    page.keyboard.press("F10")
    page.wait_for_url("http://*/")
    with_pin(page, CLERKS[1][0])
    page.goto("/counter/")
    page.locator("[name=subject]").fill("نامهٔ بهروز")
    took: list[float] = []
    told = []
    for at in (0, 1, 0, 1):
        keys = Keys(page)
        keys.start()
        keys.press("F1")
        expect(page.locator("[name=pin]")).to_be_focused()
        keys.data(PIN)
        keys.press("Enter")
        page.wait_for_url("**/counter/")
        expect(page.locator("[name=number]")).to_be_focused()
        whole, system = keys.result()
        told.append(f"{whole:.1f} s, of which the system {system:.1f} s")
        expect(page.locator(".menu > summary").first).to_contain_text(CLERKS[at][1])
        mine = "نامهٔ بهروز" if at else ""
        expect(page.locator("[name=subject]")).to_have_value(mine)
        took.append(whole)
    # The best of four, and on a machine with other work no more than its share of the cores.
    busy = max(1.0, os.getloadavg()[0] / (os.cpu_count() or 1))
    assert min(took) <= MOST * busy, (told, busy)
    record_property("switch of clerks", f"{'; '.join(told)} (load {busy:.1f} a core)")


@pytest.fixture
def late_refusals(everybody: People) -> Iterator[None]:
    """Let refused saves pass until all pages are closed: a page that goes tries once more."""
    with everybody.errors.expecting(r"status of 403 .*/counter/save\)"):
        yield


@pytest.mark.usefixtures("clerks", "late_refusals")  # before `people`, so that it ends after it
def test_a_page_left_open_says_that_somebody_else_sits_here_now(people: People):
    """What the first clerk left open in another tab goes nowhere under the second one's name."""
    page = people.page("citizen:pc", "fa")
    page.goto("/counter/")
    other = people.page("citizen:pc", "fa")
    other.goto("/counter/switch")
    type_into(other, "pin", PIN)
    other.keyboard.press("Enter")
    other.wait_for_url("**/counter/")
    with page.expect_response("**/counter/save") as saved:
        page.locator("[name=subject]").press_sequentially("دیر")
    assert saved.value.status == 403
    page.close()  # it tries once more, in vain
    other.reload()
    assert "دیر" not in other.locator("[name=subject]").input_value()
