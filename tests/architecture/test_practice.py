"""Each line of how the work really goes has its row in practice.md, its screen and its test.

The lines are those that people at counters and offices told before anything was built. What
belongs to a later capability is named with it, and its row must not be claimed before.
"""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "reference" / "practice.md"
TEST = re.compile(r"`((?:tests|desk/tests|tools)/[\w/.]+\.py)(?:::(\w+))?`")

LINES = (
    # The clerk's own PC, and the network of a government.
    "Scanner on the clerk's own PC",
    "Receipts of 80 mm without a browser dialog",
    "Watched scan folder",
    "Pages by paste",
    "Old Windows",
    "No public CA within reach",
    "No network at the node",
    # What befalls a letter.
    "Return for deficiency",
    "Transfer to the competent agency",
    "Correction of particulars",
    "Voiding of a number",
    # Referral.
    "referral: a purpose for each receiver",
    "referral: several receivers with one principal actor",
    "referral: ready phrases and receiver groups",
    "referral: seen/unseen",
    "referral: “my referrals”",
    "referral: answer beside refer",
    "referral: opinions gathered",
    "referral: reminders",
    # Posts.
    "posts: office chief",
    "posts: signing per pro",
    "posts: deputy",
    "posts: hand-over",
    "posts: vacancy",
    "posts: one person at several",
    "Order and initial are two acts",
    # What a private counter may not know.
    "Look-up at a counter is no browsing",
    "The text of an answer needs a one-time code",
    "Private counters take no state letter",
    "State letters need clearance",
    # At the desk.
    "Collective letter",
    "Company delegate",
    "Foreign nationals",
    "No mobile",
    "Words written by the clerk",
    "Originals seen and given back",
    "Lost code",
    "Hand-over with proxy",
    "Back-dated intake",
    "Printable key card",
    "Repeat last",
    "Park and resume",
    "Switch operator by PIN",
    "Close of day",
    "Training mode",
    # Secretariats and officials.
    "Register and next",
    "Stamp or label",
    "Register book and dispatch book",
    "Bulk register and refer",
    "Letterhead",
    "Folders of letters",
    "Next letter by swipe",
    "Pen or finger initial",
    "Batch signing",
    # Citizens.
    "One icon, one sentence",
    "SMS of at most 70 characters",
    "Handwritten letters say so",
    # Days, money, figures.
    "Counters open on Thursdays",
    "Money: state fee and commission",
    "Medium, sheets and print intent",
)
LATER = {
    "Sealed letter": "CONFIDENTIAL",
    "USB sticks": "REACH",
}


def rows() -> dict[str, str]:
    found = {}
    for line in PAGE.read_text("utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip("|").split(" | ")]
        if line.startswith("| ") and len(cells) == 3 and cells[0] != "line":
            found[cells[0]] = cells[2]
    return found


@pytest.mark.parametrize("line", LINES)
def test_the_line_has_one_row(line: str) -> None:
    assert len([row for row in rows() if row.startswith(line)]) == 1


def test_each_row_names_tests_that_are_there() -> None:
    lost = []
    for row, tests in rows().items():
        named = TEST.findall(tests)
        if not named:
            lost.append(f"{row}: no test")
        for path, name in named:
            if not (ROOT / path).exists() or (name and name not in functions(ROOT / path)):
                lost.append(f"{row}: {path} {name}")
    assert len(rows()) >= len(LINES)
    assert lost == []


def test_what_comes_later_is_not_claimed() -> None:
    claimed = [row for row in rows() for line in LATER if row.startswith(line)]
    assert claimed == []


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
