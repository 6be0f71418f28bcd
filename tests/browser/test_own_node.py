"""The main job with the counter on its own node: over a line that was cut, and by stick alone."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.browsing import CITIZEN, Errors, People
from tests.browser.desk import SCANS, accept, add_pages, national_id, open_letter, track, until
from tests.browser.node import Node
from tests.browser.test_main_job import (
    SAID,
    answer,
    deliver,
    dispatch_asked,
    find_answer,
    register_and_refer,
    return_for_completion,
    sign,
)
from tests.browser.village import Village, clerk, found, served, told_by
from tests.relay.cutter import cutting

pytestmark = pytest.mark.slow

CARRIED = 120.0
"""Seconds that the post may take with all its rounds, on a machine that is busy otherwise."""

SERIALS = count(501)
"""Of people whom the counter does not know yet."""

Carry = Callable[[], None]


@pytest.fixture(scope="module")
def village(
    node_on_postgresql: Node, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Village]:
    made = found(tmp_path_factory.mktemp("village") / "home", node_on_postgresql)
    with served(made) as running:
        yield running


def comes(page: Page, address: str, subject: str, carry: Carry) -> None:
    """Carry post until the letter is in this list."""
    rows = page.locator("tr, .cartable-row").filter(has_text=subject)

    def there() -> bool:
        carry()
        page.goto(address)
        return rows.count() > 0

    until(there, CARRIED)


def is_there(page: Page, address: str, subject: str) -> bool:
    page.goto(address)
    return page.locator("tr, .cartable-row").filter(has_text=subject).count() > 0


def own_node_job(
    people: People, village: Village, counter: Page, subject: str, carry: Carry
) -> None:
    """Do the main job; the letter was not carried yet when the clerk has its receipt.

    The citizen tracks at the counter's node, and at the centre once it knows of his letter.
    """
    said = SAID[counter.locator("html").get_attribute("lang") or ""]
    page = {who: people.page(who, "fa") for who in ("secretary", "expert", "head", CITIZEN)}
    citizen = counter.context.new_page()
    number = national_id(next(SERIALS))
    code = accept(counter, number, subject, *SCANS[:2])
    expect(counter.locator("img.qr")).to_be_visible()
    assert not is_there(page["secretary"], "/secretariat/", subject)

    comes(page["secretary"], "/secretariat/", subject, carry)
    first = track(citizen, code, number)
    assert track(page[CITIZEN], code, number)
    register_and_refer(page["secretary"], subject)
    return_for_completion(page["expert"], subject)

    comes(counter, "/counter/letters?state=returned", subject, carry)
    assert said["returned"] in track(citizen, code, number).lower()
    open_letter(counter, "/counter/letters?state=returned", subject)
    add_pages(counter, SCANS[2])
    counter.keyboard.press("Control+Enter")
    counter.wait_for_load_state()
    expect(counter.locator("#complete")).to_have_count(0)

    def completed() -> bool:
        carry()
        open_letter(page["expert"], "/cartable/", subject)
        return page["expert"].locator('[href$="/pages/3"]').count() == 1

    until(completed, CARRIED)
    answer(page["expert"], subject)
    sign(page["head"], subject)
    dispatch_asked(page["secretary"], subject)

    comes(counter, "/counter/letters?state=ready", subject, carry)
    find_answer(counter, code, number, subject)
    deliver(counter)

    assert first not in (last := track(citizen, code, number).lower())
    assert said["handed over"] in last

    def arrived() -> bool:
        carry()
        (centre,) = village.run("relay", "status")["nodes"]
        return bool(centre["waiting"]["count"] == 0)

    until(arrived, CARRIED)
    until(lambda: SAID["fa"]["handed over"] in track(page[CITIZEN], code, number))
    citizen.close()
    for each in page.values():
        each.close()


@pytest.fixture
def people(node_on_postgresql: Node, browser: Browser) -> Iterator[People]:
    made = People(browser, node_on_postgresql.address, Errors())
    yield made
    made.close()
    assert made.errors.told == []


def test_a_letter_goes_its_whole_way_from_a_node_whose_line_was_cut(
    people: People, village: Village, node_on_postgresql: Node, browser: Browser
) -> None:
    with cutting(node_on_postgresql.port) as line:
        village.run("relay", "line", line.address)
        line.broken = True
        counter = clerk(browser, village, people.errors, "fa")
        tried: list[int] = []

        def call() -> None:
            if not tried:  # somebody presses for a call while the line is cut: it says why
                village.run("relay", "call", code=7)
                line.broken = False
            tried.append(1)
            village.run("relay", "call")

        own_node_job(people, village, counter, "پل روستای کلاته با خط", call)
        village.run("relay", "line", "off")


def test_a_letter_goes_its_whole_way_by_stick_alone(
    people: People, village: Village, node_on_postgresql: Node, browser: Browser, tmp_path: Path
) -> None:
    shell, stick = dict(node_on_postgresql.environ), str(tmp_path)
    counter = clerk(browser, village, people.errors, "en")

    def walk() -> None:
        village.run("relay", "export", stick)
        told_by(shell, "relay", "import", stick)
        told_by(shell, "relay", "export", stick)
        village.run("relay", "import", stick)

    own_node_job(people, village, counter, "پل روستای کلاته با حافظه", walk)
