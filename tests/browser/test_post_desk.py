"""A stick is plugged in: it appears by itself, one button does the exchange, and it may go out."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from playwright.sync_api import Page

from tests.browser.browsing import People
from tests.browser.node import ROOT, Node, sticks

OTHER = """
import sys, django
django.setup()
from pathlib import Path
from tests.relay.other_node import OtherNode
other = OtherNode()
other.bag(Path(sys.argv[1]))
print(str(other.id)[-8:])
"""


def plug_in(node: Node, name: str) -> tuple[Path, str]:
    """Plug in a stick that another node has written to; return it and how that node's id ends."""
    ready = node.home.with_suffix(".ready")
    ready.mkdir()
    other = subprocess.run(
        [sys.executable, "-c", OTHER, str(ready)],
        cwd=ROOT, check=True, text=True, stdout=subprocess.PIPE, timeout=120,
        env={**node.environ, "DJANGO_SETTINGS_MODULE": "pishkhan.node.settings"},
    ).stdout.strip()  # fmt: skip
    root = sticks(node.home)
    root.mkdir(exist_ok=True)
    return ready.rename(root / name), other


def test_a_plugged_stick_is_seen_exchanged_and_let_go(people: People, node: Node) -> None:
    page: Page = people.page("operator", "en")
    page.goto("/admin/post/")
    page.get_by_role("link", name="Post desk").click()
    page.get_by_text("No stick is plugged in.").wait_for()
    stick, other = plug_in(node, "KALATEH")
    row = page.locator("li", has_text="KALATEH")
    row.wait_for()  # without a reload
    row.get_by_role("button", name="Exchange post").click()
    page.locator("[data-exchange=done]").wait_for()
    assert page.get_by_text("You may pull the stick out now.").is_visible()
    assert page.locator(".chip--good", has_text="taken in").is_visible()
    assert len(list(stick.glob(f"pishkhan-*-{other}-1.bag/manifest"))) == 1
    assert "Bag 1 for" in page.locator("[data-exchange=done]").inner_text()
    stick.rename(stick.parent.with_suffix(".away"))
    page.get_by_text("No stick is plugged in.").wait_for()
    page.close()
