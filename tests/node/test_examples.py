"""Every example of every --help runs as it stands, on the demonstration's data."""

from __future__ import annotations

import argparse
import contextlib
import io
import re
import shlex
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Scope
from pishkhan.journal import api as journal
from pishkhan.kernel import clock, xlsx
from pishkhan.kernel.clock import FakeClock
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState
from pishkhan.node import cli, demo, wiring
from pishkhan.node.commands.directory import SCOPES
from pishkhan.node.console import Exit, _catalogue, language
from pishkhan.relay import api as relay

DATA = Path(__file__).parents[1] / "data"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
"""A day before the deadlines of the examples."""

CODE, NATIONAL_ID = "7214093381260", "0012345679"
ENTRY = "0199c3a1-7c00-7a10-8000-00000000000a"
COUNTER = "01890000-0000-7000-8000-000000000000"
DEHYARIS = (
    [xlsx.Column(head) for head in ("code", "name", "villages", "superior")],
    [("d7", "دهیاری دشت‌بالا نمونه", "1501010001000006", "15-district-01")],
)
PARSED_ONLY = {
    "serve", "practice", "worker", "demo", "bench", "migrate", "manage", "backup", "restore", "tls",
    "status", "post", "keys", "node", "relay",
}  # fmt: skip
"""They run until they are stopped, on a database or folder of their own, or judge this machine, or
name posts by their keys, or take what others signed or other nodes made; their own tests do."""
OF_WITNESSES = {"ask-witnesses", "witness", "take-cosignatures"}
"""Verbs of `pishkhan journal` that need another node; tests/node/test_witnesses.py runs them."""


@pytest.fixture
def _province(
    request: pytest.FixtureRequest,
    transactional_db: None,
    settings: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[None]:
    """A province in this process with so many letters, and one that waits to be registered."""
    settings.HOME, settings.BLOB_ROOT, settings.DEMO = tmp_path, tmp_path / "blobs", True
    monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "tests.settings")
    monkeypatch.setenv("PISHKHAN_LANG", "en")
    monkeypatch.delenv("PISHKHAN_PASSWORD", raising=False)
    monkeypatch.chdir(tmp_path)
    for name in ("page1.jpg", "page2.jpg"):
        shutil.copy(DATA / f"scan_page_{name[4]}.jpg", name)
    Path("answer.txt").write_text("متن پاسخ", "utf-8")
    Path("new-password.txt").write_text("a long enough pass phrase\n", "utf-8")
    Path("divisions.csv").write_bytes(DIVISIONS.encode())
    Path("dehyaris.xlsx").write_bytes(b"".join(xlsx.sheet("d", *DEHYARIS, rtl=True)))
    language.cache_clear()
    _catalogue.cache_clear()
    with clock.use(FakeClock(NOW)):
        demo.make(letters=request.param)
        # Whatever the dice gave them, one letter waits to be registered.
        with contextlib.redirect_stdout(io.StringIO()):
            assert cli.main(shlex.split(ACCEPT)) == Exit.DONE
        relay.step()
        yield
    language.cache_clear()
    _catalogue.cache_clear()


ACCEPT = (
    "letter accept --as demo-clerk --national-id 0012345679 --name 'Fard Nemooneh' "
    "--mobile 09120000000 --agency 'آب و فاضلاب' --subject 'نامه‌ای برای ثبت' page1.jpg"
)
DIVISIONS = (
    "OSTAN,OSTANNAME,SHAHRESTAN,SHAHRESTANNAME,BAKHSH,BAKHSHNAME,DEHESTAN,DEHESTANNAME,"
    "SHAHR,SHAHRNAME,ABADI,ABADINAME,CODEREC,DIAG\r\n15,لرستان,,,,,,,,,,,1,1\r\n"
)


def examples() -> list[str]:
    """Return the lines of all examples, in the order of the commands; broken lines joined."""
    found: list[str] = []

    def walk(parser: argparse.ArgumentParser) -> None:
        lines = (parser.epilog or "").replace("\\\n", " ").splitlines()
        found.extend(line.strip() for line in lines if "pishkhan " in line)
        for action in parser._actions:
            if isinstance(action, argparse._SubParsersAction):
                for child in action.choices.values():
                    walk(child)

    walk(cli.parser([]))
    return [part for line in found for part in line.split(" && ")]


def actor(role: str) -> Any:
    return directory.actor_for(directory.user_named(f"demo-{role}").id, None)


def filled(line: str, codes: dict[str, str]) -> str:
    """Return the line with a letter, a person and a counter of this province."""
    verb = (re.findall(r"pishkhan letter (\S+)", line) or [""])[0]
    own = letters.submissions(actor("clerk"), limit=1).rows[0]
    person = letters.submission(actor("clerk"), own.id).applicant.number
    if verb in codes:
        line = line.replace(CODE, codes[verb])
    elif CODE in line:
        line = line.replace(CODE, own.tracking_code).replace(NATIONAL_ID, person)
    line = line.replace(ENTRY, str(journal.entries_of(own.id)[0].id))
    return line.replace(COUNTER, str(directory.counters(limit=1).rows[0].id))


def codes() -> dict[str, str]:
    arrived = letters.arrivals(actor("secretary"), state=ArrivalState.ARRIVED, limit=1).rows[0]
    open_ = letters.cartable(actor("expert"), folder="open", limit=50).rows
    views = [letters.arrival(actor("expert"), row.arrival_id) for row in open_]
    mine = next(view for view in views if "draft" in view.deeds)
    return {
        "register": arrived.tracking_code,
        "refer": arrived.tracking_code,
        "draft": mine.row.tracking_code,
    }


@pytest.mark.usefixtures("_province")
@pytest.mark.parametrize("_province", [60], indirect=True)
def test_every_example_of_every_help_runs(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines, known = examples(), codes()
    while journal.step(wiring.LogKey()):
        pass
    assert len(lines) > 20
    faults = []
    for line in lines:
        shown = filled(line, known)
        command, _pipe, _rest = shown.partition(" | ")
        command, _sign, _file = command.partition(" > ")
        command, _sign, given = command.partition(" < ")
        words = [word for word in shlex.split(command) if not re.fullmatch(r"[A-Z_]+=.*", word)]
        assert words[0] == "pishkhan"
        fed = Path(given).read_text("utf-8") if given else "a long enough pass phrase\n"
        monkeypatch.setattr(sys, "stdin", io.StringIO(fed))
        if words[1] in PARSED_ONLY or OF_WITNESSES & set(words[:3]):
            if words[1] != "manage":
                cli.parser(words[1:]).parse_args(words[1:])
            continue
        try:
            code = cli.main(words[1:])
        except SystemExit as stop:
            code = int(stop.code or 0)
        out = capsys.readouterr()
        fine = {Exit.DONE, Exit.FAILED} if words[1] == "check" else {Exit.DONE}
        if code not in fine:
            faults.append(f"{line}: {code} {out.err}")
        relay.step()
        journal.step(wiring.LogKey())
    assert not faults, "\n".join(faults)


def test_the_scopes_of_the_help_are_all_there_are() -> None:
    assert set(SCOPES) == {scope.value for scope in Scope}


@pytest.mark.usefixtures("_province")
@pytest.mark.parametrize("_province", [5], indirect=True)
def test_persian_lists_speak_persian_and_json_gives_times_as_the_api_does(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cli.main(["letter", "list", "--as", "demo-clerk", "--json"]) == Exit.DONE
    told = capsys.readouterr().out
    assert re.search(r'"accepted_at": "\d{4}-\d\d-\d\dT[\d:.]+Z"', told)
    assert "+00:00" not in told
    monkeypatch.setenv("PISHKHAN_LANG", "fa")
    language.cache_clear()
    _catalogue.cache_clear()
    assert cli.main(["letter", "list", "--as", "demo-clerk"]) == Exit.DONE
    code = letters.submissions(actor("clerk"), limit=1).rows[0].tracking_code
    assert cli.main(["letter", "show", code, "--as", "demo-clerk"]) == Exit.DONE
    assert cli.main(["letter", "cartable", "--as", "demo-expert"]) == Exit.DONE
    shown = capsys.readouterr().out
    assert "پذیرش" in shown
    assert "جهت اقدام" in shown
    assert not re.search(r"\b(handed_over|accepted|registered|in_progress|action)\b", shown)
    assert cli.main(["user", "list", "demo-clerk"]) == Exit.DONE
    assert capsys.readouterr().out.count("\t") >= 2
    with pytest.raises(SystemExit):
        cli.main(["letter", "track", code])
    wrong = capsys.readouterr().err
    assert "کاربرد:" in wrong
    assert "این‌ها باید داده شود: --national-id" in wrong
    with pytest.raises(SystemExit):
        cli.main(["directory", "add-client", "--help"])
    helped = capsys.readouterr().out
    assert "letters:read" in helped
    assert "نمایش همین راهنما" in helped
    assert "options" not in helped
