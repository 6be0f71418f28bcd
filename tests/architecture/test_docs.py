"""Documents that can fail: what the sources have, the pages name, and nothing else."""

import re
import subprocess
import sys
from pathlib import Path

import pishkhan
from pishkhan.web.context import RAILS

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"

sys.path.insert(0, str(ROOT / "tools"))
import reference  # noqa: E402 - a tool, not a package

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
CELL = re.compile(r"^\| `([^`]+)` \| ([^|]*)", re.M)


def page(name):
    return (DOCS / "reference" / name).read_text("utf-8")


def test_every_error_code_is_documented_with_its_status():
    written = {code: status.strip() for code, status in CELL.findall(page("errors.md"))}
    known = {code: str(told.status or "–") for code, told in reference.codes().items()}
    assert len(known) > 150
    assert written == known, "run tools/reference.py"


def test_every_kind_of_entry_is_documented():
    kinds = reference.kinds()
    assert len(kinds) > 60
    assert {kind for kind, _ in CELL.findall(page("journal-kinds.md"))} == kinds


def test_every_setting_is_documented():
    names = reference.settings()
    assert len(names) > 10
    rows = [line for line in page("settings.md").splitlines() if line.startswith("| `")]
    told = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row.split("|")[1])}
    assert told == names


def test_every_command_is_documented():
    nouns = reference.commands()
    assert len(nouns) > 5
    told = set(re.findall(r"^\| `pishkhan ([a-z]+)` ", page("command-line.md"), re.M))
    assert nouns - told == set()


def test_every_key_of_the_desks_is_documented():
    told, desk = set(), ""
    for line in page("screens-keys.md").partition("\n## ")[0].splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3:
            desk = cells[0] or desk
            told.add((desk, cells[2]))
    rails = {(name, key) for name, rail in RAILS.items() for _label, _to, key, _icon in rail}
    assert len(rails) > 15
    assert rails - told == set()


def test_the_reader_of_sources_sees_an_undocumented_code(tmp_path, monkeypatch):
    folder = tmp_path / "letters" / "logic"
    folder.mkdir(parents=True)
    (folder / "deed.py").write_text(
        'class Refused:\n    status = 409\nraise Refused("letters.made-up", N_("No."))\n'
        'act.append("letter.made_up", subject=1)\n'
    )
    monkeypatch.setattr(reference, "PACKAGE", tmp_path)
    assert reference.codes() == {"letters.made-up": (409, "No.")}
    assert "letter.made_up" in reference.kinds()


def test_the_changelog_begins_with_this_version():
    heads = re.findall(r"^## (\S+)", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.M)
    assert heads[0] == pishkhan.__version__


def documents():
    listed = subprocess.run(
        ["git", "ls-files", "*.md"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
    return [ROOT / name for name in listed]


def test_links_between_documents_lead_somewhere():
    pages = documents()
    assert pages
    dead = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in pages
        for target in LINK.findall(path.read_text("utf-8"))
        if not target.startswith(("http", "#", "mailto:"))
        and not (path.parent / target.partition("#")[0]).exists()
    ]
    assert dead == []


PATH = re.compile(r"`((?:src|tests|tools|docs|requirements)/[\w./-]+\.\w+|tests/[\w/]+/)`")


def test_files_that_documents_name_exist():
    dead = [
        f"{path.relative_to(ROOT)}: {name}"
        for path in documents()
        for name in PATH.findall(path.read_text("utf-8"))
        if not (ROOT / name).exists()
    ]
    assert dead == []
