"""Runs every check in stages, some at a time; a stage that can not run has failed.

`tools/checks [--all] [stage …]`: stages lint, types, desk (the helper on the clerk's PC), verify
(the stand-alone verifier), messages,
assets, migrations, sqlite, postgresql, browser (every screen pictured, too), pace, and with --all
removals (each check that catches a cheat is taken away, and a test must notice). What a stage
wrote is in build/checks/<stage>.log and is shown if it failed. Two stages run at a time, and beside
them browser, which often waits; pace runs alone, for it measures time, and after it removals.
"""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOGS = ROOT / "build" / "checks"
BIN = ROOT / ".venv" / "bin"
PYTHON = str(BIN / "python")
BROWSER = "chromium-headless-shell"  # half the work of the whole browser, and the same engine
COUNTS = re.compile(r"(\d+) (passed|failed|errors?|skipped|xfailed|xpassed)\b")
PATIENCE = 50 * 60  # seconds a stage may take, also on a machine that is busy otherwise
SHOWN = 120  # lines of a failed stage's log


@dataclass(frozen=True, slots=True)
class Stage:
    """Commands that run one after another; the first that fails fails the stage."""

    name: str
    commands: tuple[tuple[str, ...], ...]
    vendor: str = ""
    alone: bool = False
    waits: bool = False  # takes half a core: runs beside two others
    needs: tuple[str, ...] = ()


@dataclass(slots=True)
class Result:
    stage: Stage
    ok: bool
    seconds: float
    counts: dict[str, int]
    log: Path


def tool(name: str) -> str:
    """Return the path of a tool of the virtual environment."""
    return str(BIN / name)


def tests(*arguments: str, slow: bool) -> tuple[str, ...]:
    """Return a pytest command. Random order of hash seeds is left on: nothing may depend on it."""
    marks = "not browser" if slow else "not browser and not slow"
    return (PYTHON, "-m", "pytest", "-q", "-m", marks, "--ignore=tests/browser", *arguments)


def browsing(marks: str, *arguments: str, slow: bool) -> tuple[str, ...]:
    """Return a pytest command for tests that drive a browser."""
    both = " and ".join(each for each in (marks, "" if slow else "not slow") if each)
    return (PYTHON, "-m", "pytest", "-q", "-m", both, *arguments)


def postgresql(*command: str) -> tuple[str, ...]:
    """Return the command inside a PostgreSQL server of its own, which goes when it ends.

    With its settings in a folder of its own (`-t`), so that others may run on this machine.
    """
    settings = (
        "max_connections=200",
        "log_min_messages=fatal",
        "log_checkpoints=off",
        "fsync=off",  # see scratch()
        "full_page_writes=off",
    )
    return ("pg_virtualenv", "-t", *(word for each in settings for word in ("-o", each)), *command)


def stages(*, slow: bool) -> list[Stage]:
    """Return all stages, the long ones first."""
    sources = ("src", "tests", "tools")
    last = [Stage("removals", ((PYTHON, "tools/removals.py"),), alone=True)] if slow else []
    return [
        # What asks no engine anything runs once, in the other lane (tests/lanes.py).
        Stage(
            "postgresql",
            (postgresql(*tests("--of-the-engine", slow=slow)),),
            "postgresql",
            needs=("pg_virtualenv",),
        ),
        Stage("sqlite", (tests(slow=slow),), "sqlite"),
        # The screens are pictured first, while the province is as it was made (conftest).
        Stage(
            "browser",
            (browsing("not pace", "tests/browser", slow=slow),),
            waits=True,
            needs=("pg_virtualenv", BROWSER),
        ),
        Stage("types", ((tool("mypy"),),)),
        distribution("desk", needs=("scanimage", "lp")),
        distribution("verify"),
        Stage(
            "lint",
            (
                (tool("ruff"), "check", "--quiet", *sources),
                (tool("ruff"), "format", "--check", "--quiet", *sources),
                (tool("lint-imports"), "--config", "importlinter.toml"),
                (tool("codespell"), *sources, "docs"),
            ),
        ),
        Stage("messages", ((PYTHON, "tools/messages.py", "check"),), needs=("xgettext",)),
        Stage("assets", ((PYTHON, "tools/compare_assets.py"),), needs=("npm", "node")),
        Stage(
            "migrations",
            ((tool("pishkhan"), "manage", "makemigrations", "--check", "--dry-run"),),
        ),
        Stage(
            "pace", (browsing("pace", "tests/browser", slow=slow),), alone=True, needs=(BROWSER,)
        ),
        *last,
    ]


def distribution(name: str, *, needs: tuple[str, ...] = ()) -> Stage:
    """Return the checks of a distribution of its own, which lies in the folder of its name."""
    settings = f"{name}/pyproject.toml"
    return Stage(
        name,
        (
            (tool("ruff"), "check", "--quiet", name),
            (tool("ruff"), "format", "--check", "--quiet", name),
            (tool("codespell"), name),
            (tool("mypy"), "--config-file", settings, f"{name}/src", f"{name}/tests"),
            (
                "env",
                f"PYTHONPATH={name}/src",
                tool("lint-imports"),
                "--config",
                f"{name}/importlinter.toml",
            ),
            (PYTHON, "-m", "pytest", "-q", "-c", settings, "--rootdir", name, f"{name}/tests"),
        ),
        needs=needs,
    )


def scratch() -> str:
    """Return a folder in memory for what tests write, where there is room for it, else the usual.

    Most of a test's time went into syncing files that no one will read. What a test says of
    crashes is about killed processes, for which memory holds as well as a disk.
    """
    made = tempfile.mkdtemp(prefix="pishkhan-checks-", dir=roomy())
    Path(made).chmod(0o711)  # the database's own user passes through, and sees no names
    return made


def roomy() -> Path | None:
    """Return the file system in memory when it has 4 GB to spare."""
    memory = Path("/dev/shm")  # noqa: S108 - a file system in memory, not a guessable name
    return (
        memory if os.access(memory, os.W_OK) and shutil.disk_usage(memory).free > 4 << 30 else None
    )


SCRATCH = scratch()


def environment(stage: Stage, home: Path) -> dict[str, str]:
    """Return the environment of a stage: nothing of the caller's node leaks into it."""
    env = {k: v for k, v in os.environ.items() if not k.startswith(("PISHKHAN_", "DJANGO_"))}
    env |= {
        "PISHKHAN_HOME": str(home),
        "PISHKHAN_DEMO": "1",
        "PISHKHAN_LANG": "en",
        "TMPDIR": SCRATCH,
        "PISHKHAN_TEST_PROVINCE": str(Path(SCRATCH) / "province"),  # made once for all stages
    }
    if stage.vendor:
        env["PISHKHAN_TEST_VENDOR"] = stage.vendor
    if stage.vendor == "postgresql":
        env["PISHKHAN_DATABASE_URL"] = "postgresql:///pishkhan"
    return env


def run(stage: Stage) -> Result:
    """Run one stage; its output goes to its log."""
    log = LOGS / f"{stage.name}.log"
    home = LOGS / f"{stage.name}.home"
    shutil.rmtree(home, ignore_errors=True)
    began = time.monotonic()
    absent = [name for name in stage.needs if not shutil.which(name)]
    if absent:
        log.write_text(f"can not run: {', '.join(absent)} missing (tools/debian-packages)\n")
        return Result(stage, False, 0.0, {}, log)
    ok = True
    with log.open("wb") as out:
        for command in stage.commands:
            out.write(("$ " + " ".join(command) + "\n").encode())
            out.flush()
            ok = finished(command, environment(stage, home), out.fileno())
            if not ok:
                break
    text = log.read_text("utf-8", "replace")
    shutil.rmtree(home, ignore_errors=True)
    return Result(
        stage, ok, time.monotonic() - began, counted(text) if "-m pytest" in text else {}, log
    )


def finished(command: tuple[str, ...], env: dict[str, str], out: int) -> bool:
    """Run one command in a process group of its own; return True when it exits with 0 in time."""
    process = subprocess.Popen(
        command, cwd=ROOT, env=env, stdin=subprocess.DEVNULL, stdout=out,
        stderr=subprocess.STDOUT, start_new_session=True,
    )  # fmt: skip
    try:
        return process.wait(PATIENCE) == 0
    except subprocess.TimeoutExpired:
        os.write(out, f"\ngave up after {PATIENCE} s\n".encode())
        return False
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def counted(text: str) -> dict[str, int]:
    """Return pytest's counts from the last line that has some."""
    for line in reversed(text.splitlines()):
        found = COUNTS.findall(line)
        if found and " in " in line:
            return {word.rstrip("s") if word == "errors" else word: int(n) for n, word in found}
    return {}


def report(result: Result) -> None:
    """Print how a stage went, with its log when it failed."""
    counts = ", ".join(f"{n} {word}" for word, n in result.counts.items())
    mark = "✓" if result.ok else "✗"
    print(f"{mark} {result.stage.name:<11}{result.seconds:6.1f} s  {counts}", flush=True)
    if not result.ok:
        lines = result.log.read_text("utf-8", "replace").splitlines()
        print("\n".join(f"    {line}" for line in lines[-SHOWN:]), flush=True)


def main(arguments: list[str]) -> int:
    """Run what was asked; return 0 when everything passed."""
    slow = "--all" in arguments
    wanted = [name for name in arguments if not name.startswith("-")]
    known = stages(slow=slow)
    unknown = set(wanted) - {stage.name for stage in known}
    if unknown:
        print(f"no such stage: {', '.join(sorted(unknown))}", file=sys.stderr)
        return 2
    chosen = [stage for stage in known if not wanted or stage.name in wanted]
    LOGS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    results: list[Result] = []
    with ThreadPoolExecutor(max_workers=2) as pool, ThreadPoolExecutor(max_workers=1) as beside:
        begun = [
            (beside if stage.waits else pool).submit(tell, stage)
            for stage in chosen
            if not stage.alone
        ]
        results += [future.result() for future in begun]
    results += [tell(stage) for stage in chosen if stage.alone]
    shutil.rmtree(SCRATCH, ignore_errors=True)
    return conclude(results, time.monotonic() - began)


def tell(stage: Stage) -> Result:
    """Run a stage and print its beginning and its end."""
    print(f"▶ {stage.name}", flush=True)
    result = run(stage)
    report(result)
    return result


def conclude(results: list[Result], seconds: float) -> int:
    """Print the closing lines, in pytest's manner; return the exit code."""
    passed = sum(r.counts.get("passed", 0) for r in results)
    failed = sum(r.counts.get("failed", 0) + r.counts.get("error", 0) for r in results)
    bad = [r.stage.name for r in results if not r.ok]
    # A stage without tests that failed counts as one failure, so that "0 failed" is never a lie.
    failed += sum(1 for r in results if not r.ok and not r.counts.get("failed"))
    print(f"stages: {len(results) - len(bad)} passed, {len(bad)} failed {' '.join(bad)}".rstrip())
    print(f"{passed} passed, {failed} failed in {seconds:.1f}s", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
