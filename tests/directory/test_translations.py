from __future__ import annotations

import ast
from pathlib import Path

import polib

import pishkhan.directory

HERE = Path(pishkhan.directory.__file__).parent
CATALOGUE = HERE / "locale" / "fa" / "LC_MESSAGES"


def marked() -> set[str]:
    """Return every msgid that the directory's code marks."""
    found = set()
    for path in HERE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in {"N_", "gettext"}
                and isinstance(node.args[0], ast.Constant)
            ):
                found.add(str(node.args[0].value))
    return found


def test_every_sentence_has_a_persian_one_and_none_is_left_over():
    catalogue = {entry.msgid: entry.msgstr for entry in polib.pofile(str(CATALOGUE / "django.po"))}
    assert set(catalogue) == marked()
    assert all(catalogue.values())


def test_what_is_shipped_is_what_is_written():
    written = {e.msgid: e.msgstr for e in polib.pofile(str(CATALOGUE / "django.po"))}
    assert {e.msgid: e.msgstr for e in polib.mofile(str(CATALOGUE / "django.mo"))} == written
