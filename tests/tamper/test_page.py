"""docs/explanation/tampering.md says what the tests here show, and names every one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
PAGE = (HERE.parents[1] / "docs/explanation/tampering.md").read_text("utf-8")
ROW = re.compile(r'^\| [^|]+ \| ([^|]+) \| "([^"|]+)" \| `(test_\w+)` \|$', re.M)
CAUGHT, _, NOT_CAUGHT = PAGE.partition("## What nobody tells")


def cheats() -> dict[str, str]:
    """Return the source of each test that cheats, by its name."""
    found = {}
    for path in sorted(HERE.glob("test_*.py")):
        if path.name in {"test_page.py", "test_honest.py", "test_switched_key.py"}:
            continue
        source = path.read_text("utf-8")
        for part in ast.parse(source).body:
            if isinstance(part, ast.FunctionDef) and part.name.startswith("test_"):
                found[part.name] = ast.get_source_segment(source, part) or ""
    return found


def test_the_page_names_every_cheat_once() -> None:
    rows = [name for _by, _says, name in ROW.findall(CAUGHT)]
    assert len(rows) == len(set(rows)) == CAUGHT.count("| `test_") >= 60
    not_caught = set(re.findall(r"`(test_\w+)`", NOT_CAUGHT))
    assert not set(rows) & not_caught
    assert set(rows) | not_caught == cheats().keys()


def test_each_sentence_of_the_page_is_one_that_its_test_asks_for() -> None:
    sources = cheats()
    for _by, says, name in ROW.findall(CAUGHT):
        assert says in sources[name], name
