"""Looks at a page as it is drawn: clipped, overlapping, too wide, too small, wrong words, axe."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

LOOK = Path(__file__).with_name("looks.js").read_text()
SERIOUS = frozenset({"serious", "critical"})
RUN_AXE = """() => axe
  .run(document, {resultTypes: ['violations'], preload: false})
  .then((r) => r.violations)"""


@dataclass(frozen=True, order=True)
class Fault:
    """One thing that is wrong on one page."""

    check: str
    where: str
    text: str

    def __str__(self) -> str:
        return f"{self.check}: {self.where}: {self.text}"


def looked(page: Page, language: str, *, phone: bool = False) -> list[Fault]:
    """Return what is wrong with the page as it is drawn now."""
    found: list[dict[str, str]] = page.evaluate(LOOK, {"language": language, "phone": phone})
    return [Fault(**each) for each in found]


def axe(page: Page) -> list[Fault]:
    """Return axe-core's serious and critical findings."""
    if not page.evaluate("() => 'axe' in window"):  # the second size of the same page has it
        page.evaluate(AXE_SCRIPT)
    found: list[dict[str, Any]] = page.evaluate(RUN_AXE)
    return [
        Fault(f"axe {each['id']}", ", ".join(str(t) for t in one["target"]), each["help"])
        for each in found
        if each["impact"] in SERIOUS
        for one in each["nodes"][:3]
    ]
