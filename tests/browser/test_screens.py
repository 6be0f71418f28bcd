"""Every screen, in both languages, on an office's PC and on a phone: drawn, looked at, pictured.

Screens are found by following links; what no link leads to (errors, open panels, empty lists) is
named in `STATES`. The pictures are in tests/browser/screens/, with an index.html.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page

from tests.browser.browsing import CITIZEN, PC, PHONE, ROLES, People
from tests.browser.crawl import kind, screens
from tests.browser.looks import Fault, axe, looked
from tests.browser.sheet import SIZES, Sheet, Shot
from tests.browser.states import STATES

SETTLED = """async () => {
  await document.fonts.ready;
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
}"""
OWN = ["/?choose=1", "/accounts/2fa/", "/accounts/sessions/"]  # the same for everybody
START = {CITIZEN: ["/", "/t/", "/accounts/login/"], "clerk": ["/", *OWN]}


@pytest.fixture(scope="module")
def sheet() -> Iterator[Sheet]:
    made = Sheet()
    yield made
    made.write()


@pytest.mark.parametrize("language", ["fa", "en"])
@pytest.mark.parametrize("who", [CITIZEN, *ROLES])
def test_every_screen_is_drawn_well(people: People, sheet: Sheet, who: str, language: str):
    page = people.page(who, language)
    shots = []
    found, faults = screens(people.context(who), START.get(who, ["/"]))
    for name, address in found.items():
        if who != "clerk" and name.startswith("/accounts/2fa"):
            continue
        page.goto(address)
        shots.append(look(page, sheet, Shot(who, name, language)))
    page.close()
    for state in STATES:
        if state.who == who:
            page = people.page(who, language)
            with people.errors.refused(*state.refused):
                state.reach(page)
                shots.append(look(page, sheet, Shot(who, state.name, language)))
            page.close()
    faults += [f"{shot.name}: {fault}" for shot in shots for fault in shot.faults]
    assert faults == [], f"{len(faults)} faults:\n" + "\n".join(faults)


def look(page: Page, sheet: Sheet, shot: Shot) -> Shot:
    """Picture a screen at both sizes and note what is wrong with it."""
    faults: set[tuple[str, Fault]] = set()
    for size, viewport in zip(SIZES, (PC, PHONE), strict=True):
        page.set_viewport_size(viewport)
        page.evaluate(SETTLED)
        faults |= {(size, each) for each in lasting(page, shot.language, viewport is PHONE)}
        faults |= {(size, each) for each in axe(page)}
        sheet.shoot(page, shot, size)
    page.set_viewport_size(PC)
    shot.faults = [f"{size} {each}" for size, each in sorted(faults)]
    sheet.shots.append(shot)
    return shot


def lasting(page: Page, language: str, phone: bool) -> list[Fault]:
    """Return what is wrong, but for what was only a moment of the change of size."""
    found = looked(page, language, phone=phone)
    if found:
        page.wait_for_timeout(250)
        found = looked(page, language, phone=phone)
    return found


def test_the_crawler_tells_kinds_of_addresses_apart():
    a = "/cartable/letters/0198f0a0-0000-7000-8000-000000000001/?in=open"
    b = "/cartable/letters/0198f0a0-0000-7000-8000-000000000002/"
    assert kind(a) == kind(b) == "/cartable/letters/{id}/"
    assert kind("/t/7214093381260") == "/t/{code}"
    assert kind("/secretariat/letters/?state=closed&after=x") == kind("/secretariat/letters/")
    assert kind("/counter/letters/?paper=a4") != kind("/counter/letters/")
