"""What the browser tests share: one node, one browser, people with contexts of their own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.browser.browsing import ARGUMENTS, Errors, People
from tests.browser.node import Node, demonstration, make, make_without_letters, postgresql

CHROMIUM = "/usr/bin/chromium-headless-shell"
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark all of this directory's tests; the quick lanes leave them out.

    Screens come first, while the province is as it was made: other tests write rubbish into it.
    Slow ones come last: they are whole days of work, after which few lists are as they were.
    """
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)
    items.sort(
        key=lambda item: (
            item.path.name != "test_screens.py",
            item.get_closest_marker("slow") is not None,
        )
    )


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The home of the node: empty, or the province that the stages of one run share, copied."""
    found = tmp_path_factory.mktemp("browser") / "home"
    if shared := os.environ.get("PISHKHAN_TEST_PROVINCE"):
        province = Path(shared)
        if not province.exists():
            make(made := province.with_suffix(".made"))
            made.rename(province)
        shutil.copytree(province, found)
    return found


@pytest.fixture(scope="session")
def node(home: Path) -> Iterator[Node]:
    """The node of nearly all tests: SQLite, made and served by the command that people run."""
    with demonstration(home) as running:
        yield running


@pytest.fixture(scope="session")
def node_on_postgresql(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    home = tmp_path_factory.mktemp("browser-pg") / "home"
    with postgresql() as database:
        make_without_letters(home, database)
        with demonstration(home, database) as running:
            yield running


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def everybody(node: Node, browser: Browser) -> Iterator[People]:
    people = People(browser, node.address, Errors())
    yield people
    people.close()


@pytest.fixture
def people(everybody: People) -> Iterator[People]:
    """The people of the node; the test fails when one of their pages complained."""
    everybody.errors.told.clear()
    before = everybody.pages()
    yield everybody
    for page in everybody.pages() - before:
        page.close()
    assert everybody.errors.told == []


@pytest.fixture
def errors(people: People) -> Errors:
    return people.errors


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Tell what was measured."""
    for report in terminalreporter.stats.get("passed", []):
        for name, told in report.user_properties:
            terminalreporter.write_line(f"{name}: {told}")
