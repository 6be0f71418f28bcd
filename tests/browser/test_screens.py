"""Every screen, in both languages, on an office's PC and on a phone: drawn, looked at, pictured.

Screens are found by following links; what no link leads to (errors, open panels, empty lists) is
named in `STATES`. The pictures are in tests/browser/screens/, with an index.html.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from playwright.sync_api import Page

from tests.browser.browsing import AUDITOR, CITIZEN, PC, PHONE, ROLES, People
from tests.browser.crawl import kind, screens
from tests.browser.desk import track
from tests.browser.looks import Fault, axe, looked
from tests.browser.node import Node
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
@pytest.mark.parametrize("who", [CITIZEN, *ROLES, AUDITOR])
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


@pytest.mark.parametrize("language", ["fa", "en"])
def test_what_only_a_code_and_a_number_open_is_drawn_well(
    people: People, node: Node, sheet: Sheet, language: str
):
    """The citizen's page in every state of a letter, and an answer that is to be handed over."""
    pairs = Pairs(node)
    citizen, clerk = people.page(CITIZEN, language), people.page("clerk", language)
    shots = []
    for state, (code, number) in pairs.of_each_state().items():
        track(citizen, code, number)
        shots.append(look(citizen, sheet, Shot(CITIZEN, f"letter {state}", language)))
    shots.append(problem_form(citizen, pairs.of_each_state()["in_progress"], sheet, language))
    shots.append(rated(citizen, pairs.of_each_state()["handed_over"], sheet, language))
    shots += answer_by_code(citizen, people, pairs.with_answer(language), sheet, language)
    clerk.goto("/counter/hand-over")
    link = clerk.locator(".ready-row a").first.get_attribute("href") or ""
    code = link.partition("code=")[2]
    clerk.goto("/counter/hand-over" + link)
    clerk.locator("[name=national_id]").fill(pairs.number_of(code))
    with clerk.expect_navigation():
        clerk.keyboard.press("Enter")
    shots.append(look(clerk, sheet, Shot("clerk", "hand over: the answer", language)))
    faults = [f"{shot.name}: {fault}" for shot in shots for fault in shot.faults]
    assert faults == [], f"{len(faults)} faults:\n" + "\n".join(faults)


def problem_form(citizen: Page, pair: tuple[str, str], sheet: Sheet, language: str) -> Shot:
    """Picture the form by which a problem with the agency is told of."""
    track(citizen, *pair)
    citizen.locator("form[action$='/t/problem'] button").focus()
    with citizen.expect_navigation():
        citizen.keyboard.press("Enter")
    return look(citizen, sheet, Shot(CITIZEN, "problem with the agency", language))


def rated(citizen: Page, pair: tuple[str, str], sheet: Sheet, language: str) -> Shot:
    """Picture the tracked letter once its applicant has said how it went."""
    track(citizen, *pair)
    citizen.locator("input[name=counter][value=fair]").check()
    citizen.locator("#rating .btn-primary").focus()
    with citizen.expect_navigation():
        citizen.keyboard.press("Enter")
    return look(citizen, sheet, Shot(CITIZEN, "letter: how it went", language))


def answer_by_code(
    citizen: Page, people: People, pair: tuple[str, str], sheet: Sheet, language: str
) -> list[Shot]:
    """Picture the way to the text of an answer; in a demonstration the page shows the code."""

    def pressed(name: str) -> Shot:
        with citizen.expect_navigation():
            citizen.keyboard.press("Enter")
        return look(citizen, sheet, Shot(CITIZEN, name, language))

    track(citizen, *pair)
    citizen.locator("form[action$='/answer/code'] button").focus()
    shots = [pressed("answer: the code")]
    [code] = re.findall(r"\d{6}", citizen.locator("main .note").first.inner_text())
    citizen.locator("[name=one_time_code]").fill("1")
    with people.errors.refused(422):
        shots.append(pressed("answer: a wrong code"))
    citizen.locator("[name=one_time_code]").fill(code)
    shots.append(pressed("answer: the text"))
    assert citizen.locator(".answer-text").count() >= 1
    return shots


class Pairs:
    """What the applicants of the demonstration know: read where the node keeps it."""

    def __init__(self, node: Node) -> None:
        self._file = node.home / "pishkhan.sqlite3"

    def of_each_state(self) -> dict[str, tuple[str, str]]:
        """Return one code and number for each state that some letter is in."""
        asked = "SELECT state, tracking_code, applicant_number FROM letters_submission"
        found = {state: (code, number) for state, code, number in self._rows(asked)}
        assert len(found) >= 7, found.keys()
        return found

    def with_answer(self, language: str) -> tuple[str, str]:
        """Return a pair whose answer a code opens; another for each language: codes are paced."""
        asked = (
            "SELECT tracking_code, applicant_number FROM letters_submission WHERE answer_id IS NOT"
            " NULL AND applicant_mobile <> '' AND circumstances NOT LIKE '%mobile_of%' ORDER BY id"
        )
        code, number = self._rows(asked)[["fa", "en"].index(language)]
        return code, number

    def number_of(self, code: str) -> str:
        """Return the number that belongs to a code."""
        asked = "SELECT applicant_number FROM letters_submission WHERE tracking_code = ?"
        [(number,)] = self._rows(asked, code)
        return str(number)

    def _rows(self, asked: str, *given: str) -> list[tuple[str, ...]]:
        with closing(sqlite3.connect(self._file)) as database:
            return database.execute(asked, given).fetchall()


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
