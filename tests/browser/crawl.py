"""Finds every screen of a person by following links, one of each kind of address."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from urllib.parse import parse_qsl, urlencode, urlsplit

from playwright.sync_api import APIResponse, BrowserContext

ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}")
CODE = re.compile(r"\b\d{13}\b")
NUMBER = re.compile(r"(?<=/)\d+(?=/|$)")
LINK = re.compile(r"""<a\b(?![^>]*\bdownload\b)[^>]*\bhref="([^"#]*)""")
# Which parameters make another screen; `state` and `after` are only other rows of the same.
TELLING = frozenset({"choose", "folder", "tab", "paper"})
NOT_SCREENS = re.compile(r"^/(static|files|api)/|/logout|/pages/\d|\.(csv|pdf|json)$|/preview")
MOST = 60  # screens of one person; more means that the crawler fails to see two as one


def kind(address: str) -> str:
    """Return an address without what tells one letter from another."""
    parts = urlsplit(address)
    path = NUMBER.sub("{n}", CODE.sub("{code}", ID.sub("{id}", parts.path)))
    query = urlencode(sorted((k, v) for k, v in parse_qsl(parts.query) if k in TELLING))
    return f"{path}?{query}" if query else path


def screens(context: BrowserContext, start: list[str]) -> tuple[dict[str, str], list[str]]:
    """Return kind of address → the first address of this kind, and which addresses are broken.

    Follows what links say, without drawing: only what answers with a page is a screen.
    """
    found: dict[str, str] = {}
    broken: list[str] = []
    met = {kind(each) for each in start}
    waiting = deque(start)
    while waiting:
        address = waiting.popleft()
        answer = context.request.get(address)
        if not _is_page(answer):
            if answer.status >= 400:
                broken.append(f"{address}: {answer.status}")
            continue
        found.setdefault(kind(answer.url), answer.url)
        assert len(found) <= MOST, sorted(found)
        for link in links(answer):
            if kind(link) not in met and not NOT_SCREENS.search(urlsplit(link).path):
                met.add(kind(link))
                waiting.append(link)
    return found, broken


def _is_page(answer: APIResponse) -> bool:
    return answer.ok and answer.headers.get("content-type", "").startswith("text/html")


def links(answer: APIResponse) -> list[str]:
    """Return the addresses on this node that a page links to."""
    base = urlsplit(answer.url)
    found = []
    for href in LINK.findall(answer.text()):
        target = href.replace("&amp;", "&")
        if target.startswith("?"):
            target = base.path + target
        if target.startswith("/") and not target.startswith("//"):
            found.append(target)
    return found


def first(context: BrowserContext, page: str, want: Callable[[str], bool]) -> str | None:
    """Return the first link of a page that is wanted."""
    return next((link for link in links(context.request.get(page)) if want(link)), None)
