"""`pishkhan journal evidence` and who may give it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pytest
from tests.letters.auditing import publish
from tests.letters.world import World

from pishkhan.journal import api as journal
from pishkhan.node import cli
from pishkhan.node.console import Exit, _catalogue, language


@pytest.fixture
def world(
    transactional_db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[World]:
    settings.HOME = tmp_path
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    monkeypatch.setenv("PISHKHAN_LANG", "en")
    monkeypatch.setenv("PISHKHAN_PASSWORD", "a long enough password 7")
    language.cache_clear()
    _catalogue.cache_clear()
    journal.found_log()
    yield World.make()
    language.cache_clear()
    _catalogue.cache_clear()


def test_an_auditor_made_by_command_takes_a_letter_out(
    world: World, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def run(*arguments: str) -> tuple[int, Any]:
        code = cli.main([*arguments, "--json"])
        out, err = capsys.readouterr()
        return code, json.loads(out or err)

    accepted = world.accept()
    publish()
    assert run("user", "add", "auditor", "--name", "بازرس نمونه", "--auditor")[0] == Exit.DONE
    out = tmp_path / "letter.zip"
    given = ("journal", "evidence", accepted.tracking_code, "--out", str(out))
    code, told = run(*given, "--as", "clerk", "--reason", "1405/88")
    assert (code, out.exists()) == (Exit.FORBIDDEN, False), told
    code, told = run(*given, "--as", "auditor", "--reason", " ")
    assert (code, out.exists()) == (Exit.INVALID, False), told
    code, told = run(*given, "--as", "auditor", "--reason", "1405/88", "--identity", "9/1")
    assert code == Exit.DONE, told
    book = ZipFile(out)
    assert book.testzip() is None
    assert b"<!doctype html>" in book.read("verify.html")[:200].lower()
    assert "فرد نمونه" in book.read("letter.json").decode()
    last = journal.entries_of(accepted.letter_id)[-1]
    assert (last.kind, last.fields["sums"]) == ("evidence.exported", told["sums"])
    before = out.read_bytes()
    code, told = run(*given, "--as", "auditor", "--reason", "1405/88")
    assert (code, out.read_bytes()) == (Exit.REFUSED, before), told
    none = ("journal", "evidence", "0000000000000", "--out", str(tmp_path / "x"))
    assert run(*none, "--as", "auditor", "--reason", "1405/88")[0] == Exit.NOT_FOUND
    assert run("user", "end-audit", "auditor")[0] == Exit.DONE
    assert run(*given, "--as", "auditor", "--reason", "1405/88")[0] == Exit.FORBIDDEN
    assert run("user", "audit", "auditor")[0] == Exit.DONE
