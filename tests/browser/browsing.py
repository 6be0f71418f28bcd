"""People at their browsers: each with a context of their own, each page watched for errors."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    Request,
    ViewportSize,
)

PC: ViewportSize = {"width": 1366, "height": 768}
PHONE: ViewportSize = {"width": 360, "height": 800}
ROLES = ("clerk", "secretary", "expert", "head", "operator")
CITIZEN = "citizen"
AUDITOR = "auditor"  # of the demonstration alone

REFUSED = (r"status of 4(?:1|2)\d",)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--no-proxy-server",
    "--use-fake-ui-for-media-stream",
    "--use-fake-device-for-media-stream",
]

# Chromium tells of every answer ≥ 400 in its console. A page that shows a refused form is
# answered with 4xx on purpose, so a test that provokes one says so by `expecting`.


@dataclass
class Errors:
    """What pages complained about, and what a test expects of them."""

    told: list[str] = field(default_factory=list)
    expected: list[re.Pattern[str]] = field(default_factory=list)

    def add(self, sentence: str) -> None:
        """Keep a complaint that nobody expects."""
        if not any(pattern.search(sentence) for pattern in self.expected):
            self.told.append(sentence)

    def watch(self, page: Page) -> None:
        """Listen to a page from now on."""

        def console(message: ConsoleMessage) -> None:
            if message.type == "error":
                where = message.location.get("url", "")
                self.add(f"console {message.type} on {page.url}: {message.text} ({where})")

        def failed(request: Request) -> None:
            # What the page itself gives up (typing on, leaving) is no failure.
            if request.failure != "net::ERR_ABORTED":
                self.add(f"request failed on {page.url}: {request.url} {request.failure}")

        page.on("console", console)
        page.on("pageerror", lambda error: self.add(f"exception on {page.url}: {error}"))
        page.on("requestfailed", failed)

    @contextmanager
    def expecting(self, *patterns: str) -> Iterator[None]:
        """Let complaints that match one of `patterns` pass while the block runs."""
        added = [re.compile(pattern) for pattern in patterns]
        self.expected += added
        try:
            yield
        finally:
            for pattern in added:
                self.expected.remove(pattern)

    @contextmanager
    def refused(self, *statuses: int) -> Iterator[None]:
        """Let answers with these statuses pass while the block runs."""
        with self.expecting(*[rf"status of {status}\b" for status in statuses]):
            yield


@dataclass
class People:
    """The people of a node: one browser context for each, opened when first asked for."""

    browser: Browser
    address: str
    errors: Errors
    contexts: dict[str, BrowserContext] = field(default_factory=dict)
    languages: dict[str, str] = field(default_factory=dict)

    def context(self, name: str) -> BrowserContext:
        """Return a person's context; the demonstration's people are let in by their one click."""
        if name not in self.contexts:
            made = self.browser.new_context(
                base_url=self.address, viewport=PC, locale="fa-IR", timezone_id="Asia/Tehran",
                reduced_motion="reduce",
            )  # fmt: skip
            made.on("page", self.errors.watch)
            made.set_default_timeout(30_000)  # other stages run beside; who waits has `pace`
            self.contexts[name] = made
            if name.partition(":")[0] in (*ROLES, AUDITOR):
                self._enter(made, name.partition(":")[0])
        return self.contexts[name]

    def _enter(self, context: BrowserContext, role: str) -> None:
        page = context.new_page()
        page.goto("/")
        page.locator(f'[data-role="{role}"]').click()
        page.wait_for_url(lambda url: not url.endswith(f"/enter/{role}"))
        page.close()

    def page(self, name: str, language: str = "fa") -> Page:
        """Return a fresh page of this person in this language."""
        context = self.context(name)
        if self.languages.get(name) != language:
            self._speak(context, language)
            self.languages[name] = language
        page = context.new_page()
        page.set_viewport_size(PC)
        return page

    def _speak(self, context: BrowserContext, language: str) -> None:
        """Choose the language as the menu does."""
        page = context.new_page()
        page.goto("/")
        button = page.locator(f'button[name="language"][value="{language}"]')
        if button.count():
            if not button.first.is_visible():
                page.keyboard.press("F12")
            button.first.click()
            page.wait_for_load_state()
        assert page.locator("html").get_attribute("lang") == language
        page.close()

    def pages(self) -> set[Page]:
        """Return all open pages."""
        return {page for context in self.contexts.values() for page in context.pages}

    def leave(self, name: str) -> None:
        """Close a person's context; the next one begins with the language of the node."""
        self.languages.pop(name, None)
        if name in self.contexts:
            self.contexts.pop(name).close()
            self.languages.pop(name, None)

    def close(self) -> None:
        """Close all contexts."""
        for name in list(self.contexts):
            self.leave(name)
