"""Takes away each check that catches a cheat, one at a time, and demands that a test notices.

`tools/removals.py [--list] [part of a file's path …]`. Checks are the verifier's and its monitor's
refusals, findings and cautions, what `pishkhan fsck` and the log's own check tell, and where the
node refuses to sign or publish. First the tests run once in a copy of the tree where each check
writes down in which test it spoke; then each check is replaced by nothing, and those tests run.
Exit 1 when they stay green without it, when no test makes it speak, or when a cheat of
`tests/tamper` is caught with each single check gone: its test would not see that one is missing.
"""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

ROOT = Path(__file__).resolve().parent.parent
PYTHON = str(ROOT / ".venv" / "bin" / "python")
VERIFIER = "verify/src/pishkhan_verify"
NODE = (
    "src/pishkhan/journal/logic",
    "src/pishkhan/letters/logic",
    "src/pishkhan/relay/logic",
    "src/pishkhan/web/uploads",
)
REFUSALS = {"Refused", "Unreadable", "Unavailable", "_damaged"}
TELLING = {"tell", "caution", "keep"}
FOUND = {"told", "_state", "_gap", "_pages"}
COPIES = 2
PATIENCE = 1800  # seconds for one run of the tests
ENOUGH = 3  # tests that run first without a check, beside the cheats not yet seen to fail
CHEATS = "cheats"
SUITES = {
    "own": ("-c", "verify/pyproject.toml", "--rootdir", "verify", "verify/tests"),
    CHEATS: ("tests/tamper",),
    "alike": ("tests/web/test_verify_alike.py", "tests/web/test_verify_roots.py", "tests/journal"),
    "fsck": (
        "tests/node/test_fsck.py",
        "tests/node/test_fsck_slips.py",
        "tests/node/test_fsck_running.py",
    ),
}
NAMES = ("REMOVALS_SUITE", "PYTEST_CURRENT_TEST")
BLIND = "test_every_end_has_a_sentence"
"""Looks for every code in the text of the program: it would miss each, whatever it does."""


@dataclass(frozen=True, slots=True)
class Check:
    """A statement that refuses or tells. `first` and `last` are its lines, from 1."""

    path: str
    first: int
    last: int
    indent: int
    instead: str
    """What stands in its place: `pass`, or what keeps a generator one."""
    said: str

    @property
    def name(self) -> str:
        """Return what a file can be called."""
        return f"{self.path}:{self.first}:{self.indent}".replace("/", "-")

    def __str__(self) -> str:
        return f"{self.path}:{self.first} {self.said}"


def checks(parts: list[str]) -> list[Check]:
    """Return every check of the files whose path holds one of `parts`, or of all."""
    files = sorted((ROOT / VERIFIER).rglob("*.py"))
    for folder in NODE:
        files += sorted((ROOT / folder).glob("*.py"))
    found: list[Check] = []
    for file in files:
        path = str(file.relative_to(ROOT))
        if path.startswith(VERIFIER) or "fsck" in path or "/journal/" in path:
            found += _checks_of(path, file.read_text())
    return [each for each in found if not parts or any(part in each.path for part in parts)]


def _checks_of(path: str, source: str) -> Iterator[Check]:
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.stmt):
            continue
        instead = _instead(node, fsck="fsck" in path)
        if instead:
            said = " ".join(ast.unparse(node).split())[:90]
            last = node.end_lineno or node.lineno
            yield Check(path, node.lineno, last, node.col_offset, instead, said)


def _instead(node: ast.stmt, *, fsck: bool) -> str:
    match node:
        case ast.Expr(value=ast.Yield(value=value)) if _finds(value, fsck=fsck):
            return "yield from ()"
        case ast.Raise(exc=ast.Call(func=ast.Name(id=name))) if name in REFUSALS:
            return "pass"
        case ast.Expr(value=ast.Call(func=ast.Attribute(attr=name), args=[*args])) if (
            name in TELLING or (name == "append" and fsck and _finds(args[0], fsck=fsck))
        ):
            return "pass"
        case ast.AugAssign(target=ast.Attribute(attr="damaged")):
            return "pass"
    return ""


def _finds(value: ast.expr | None, *, fsck: bool) -> bool:
    match value:
        case ast.Tuple(elts=[ast.Constant(value=str()), *_]):
            return True
        case ast.Call(func=ast.Name(id=name)):
            return fsck and name in FOUND
    return False


def telling(source: str, checks: list[Check], folder: Path) -> str:
    """Return the text of one file with each check writing down the test in which it speaks."""
    lines = source.splitlines()
    for check in checks:
        line = lines[check.first - 1]
        where = f"' '.join(__import__('os').environ.get(k, '') for k in {NAMES!r}) + '\\n'"
        file = f"open({str(folder / check.name)!r}, 'a')"
        note = f"(lambda file: (file.write({where}), file.close()))({file}); "
        lines[check.first - 1] = line[: check.indent] + note + line[check.indent :]
    return "\n".join(lines) + "\n"


def removed(source: str, check: Check) -> str:
    """Return the text without the check; the other lines keep their numbers."""
    lines = source.splitlines()
    lines[check.first - 1] = " " * check.indent + check.instead
    for number in range(check.first, check.last):
        lines[number] = ""
    return "\n".join(lines) + "\n"


def copied(folder: Path) -> Path:
    """Copy what the tests need; the environment is the tree's own."""
    left = shutil.ignore_patterns(".git", ".venv", "node_modules", "build", "__pycache__", "*.pyc")
    shutil.copytree(ROOT, folder, ignore=left, symlinks=True)
    (folder / ".venv").symlink_to(ROOT / ".venv")
    return folder


def failing(copy: Path, suite: str, tests: list[str], *more: str) -> set[str]:
    """Run tests in a copy; return what failed, or the run itself where it could not even begin."""
    report = copy / "failed.json"
    report.unlink(missing_ok=True)
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PISHKHAN_", "DJANGO_"))}
    env |= {"PISHKHAN_DEMO": "1", "PISHKHAN_HOME": str(copy / "home"), "PISHKHAN_LANG": "en",
            "PYTHONDONTWRITEBYTECODE": "1", "PYTHONPATH": f"{copy}/src:{copy}/verify/src:{copy}",
            "REMOVALS_REPORT": str(report), "REMOVALS_SUITE": suite}  # fmt: skip
    asked = SUITES[suite]
    options = asked[:-1] if suite == "own" else ()
    given = [*options, *(tests or asked[len(options) :])]
    try:
        done = subprocess.run(
            [PYTHON, "-m", "pytest", "-q", "-p", "tools.removals_report", "-p", "no:cacheprovider",
             "-o", "timeout=120", *more, *given],
            cwd=copy, env=env, check=False, capture_output=True, timeout=PATIENCE,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return {"(hung)"}
    if done.returncode == 0:
        return set()
    named = set(json.loads(report.read_text())) if report.exists() else set()
    return named or {f"(exit {done.returncode}) {done.stdout[-400:]!r}"}


Spoken = dict[str, dict[str, list[str]]]
"""Of each check's name, of each suite the tests in which it speaks."""


def spoken(wanted: list[Check], copy: Path) -> Spoken:
    """Run everything once, each check noting where it speaks; refuse if a test fails."""
    notes = copy / "notes"
    notes.mkdir()
    by_file: dict[str, list[Check]] = {}
    for check in wanted:
        by_file.setdefault(check.path, []).append(check)
    whole = {path: (copy / path).read_text() for path in by_file}
    for path, some in by_file.items():
        (copy / path).write_text(telling(whole[path], some, notes))
    try:
        for suite in SUITES:
            red = failing(copy, suite, [], "-k", f"not {BLIND}", "-n", str(COPIES))
            if red:
                raise SystemExit(f"{suite}: red before anything is taken away: {sorted(red)}")
    finally:
        for path, text in whole.items():
            (copy / path).write_text(text)
    return {check.name: _read(notes / check.name) for check in wanted}


def _read(note: Path) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for line in note.read_text().splitlines() if note.exists() else ():
        suite, _, test = line.partition(" ")
        test = test.rpartition(" (")[0]
        if suite == "own":
            test = f"verify/{test}"
        if suite and test and test not in found.setdefault(suite, []):
            found[suite].append(test)
    return found


@dataclass(slots=True)
class Told:
    """What noticed that a check is gone."""

    check: Check
    noticed: set[str]


def try_without(check: Check, copy: Path, where: dict[str, list[str]], uncaught: set[str]) -> Told:
    """Take the check away in the copy, run tests in which it speaks, and put it back.

    Every test of a cheat that is not known to need any check (`uncaught`) is among them.
    """
    file = copy / check.path
    whole = file.read_text()
    told = Told(check, set())
    try:
        file.write_text(removed(whole, check))
        cheats = [each for each in where.get(CHEATS, []) if plain(each) in uncaught]
        if cheats:
            told.noticed |= failing(copy, CHEATS, cheats)
        for some in (slice(ENOUGH), slice(ENOUGH, None)):
            for suite, tests in where.items():
                if tests[some] and not told.noticed:
                    told.noticed |= failing(copy, suite, tests[some], "-x")
        return told
    finally:
        file.write_text(whole)


def plain(test: str) -> str:
    """Return the name of a test without its file and what it was given."""
    return test.rpartition("::")[2].partition("[")[0]


def main(arguments: list[str]) -> int:
    """Try every check; return 0 when each is held by a test, and each cheat's test by a check."""
    parts = [each for each in arguments if not each.startswith("-")]
    wanted = checks(parts)
    if "--list" in arguments:
        print("\n".join(map(str, wanted)))
        return 0
    uncaught = set() if parts else _cheats()
    with tempfile.TemporaryDirectory(prefix="pishkhan-removals-") as made:
        copies: SimpleQueue[Path] = SimpleQueue()
        for number in range(COPIES):
            copies.put(copied(Path(made) / str(number)))
        first = copies.get()
        where = spoken(wanted, first)
        copies.put(first)
        return conclude(_tried(wanted, copies, where, uncaught), uncaught)


def _tried(
    wanted: list[Check], copies: SimpleQueue[Path], where: Spoken, uncaught: set[str]
) -> list[Told]:
    def one(check: Check) -> Told:
        copy = copies.get()
        try:
            told = try_without(check, copy, where[check.name], uncaught)
        finally:
            copies.put(copy)
        uncaught.difference_update(told.noticed)
        mark = "✓" if told.noticed else "✗" if where[check.name] else "– no test makes it speak:"
        print(f"{mark} {check}\n    {' '.join(sorted(told.noticed))}", flush=True)
        return told

    with ThreadPoolExecutor(max_workers=COPIES) as pool:
        return list(pool.map(one, wanted))


def conclude(told: list[Told], uncaught: set[str]) -> int:
    """Print what nothing noticed; return the exit code."""
    unheld = [each.check for each in told if not each.noticed]
    for check in unheld:
        print(f"no test notices that this is gone: {check}")
    for name in sorted(uncaught):
        print(f"passes whichever check is gone: {name}")
    print(f"{len(told)} checks taken away, {len(unheld)} unnoticed, {len(uncaught)} idle tests")
    return 1 if unheld or uncaught else 0


def _cheats() -> set[str]:
    """Return the tests of cheats that the table names."""
    page = (ROOT / "docs/explanation/tampering.md").read_text()
    rows = [line.split("|") for line in page.splitlines() if line.startswith("| ")]
    return {row[4].strip().strip("`") for row in rows if len(row) > 4 and "`test_" in row[4]}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
