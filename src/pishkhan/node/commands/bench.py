"""`pishkhan bench`: how fast this machine takes letters in, beside what it could do at all."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import Any

from pishkhan.node.console import Exit, Stop, _, command, complain, emit

EXAMPLES = """  pishkhan bench
  pishkhan bench intake --engine postgresql --concurrency 16 --cases 10000
  pishkhan bench inbox track --cases 10000,1000000 --out bench.json
  pishkhan bench journal"""
PG_OPTIONS = ("fsync=on", "synchronous_commit=on", "shared_buffers=256MB", "max_wal_size=2GB")


def register(subparsers: Any) -> None:
    """Add the command."""
    from pishkhan.node.bench.run import LOG, OPERATIONS

    parser = command(
        subparsers,
        "bench",
        _("Measure intake, inbox, tracking and referral beside their floors"),
        run,
        examples=EXAMPLES,
        django=False,
    )
    add = parser.add_argument
    add(
        "operations",
        nargs="*",
        choices=[*OPERATIONS, LOG, "all"],
        default="all",
        metavar="operation",
    )
    add("--engine", default="both", choices=["sqlite", "postgresql", "both"])
    add("--server", default="", help=_("PostgreSQL, such as postgresql://user@host:5432"))
    add("--concurrency", default="1,8,16", type=_numbers)
    add("--cases", default="10000", type=_numbers, help=_("letters loaded before; several: each"))
    add("--seconds", default=8.0, type=float, help=_("length of each run"))
    add("--no-floors", action="store_true", help=_("leave the floors out"))
    add("--out", type=Path, default=None, help=_("file for the numbers, as JSON"))


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split(","))


def run(args: argparse.Namespace) -> int:
    """Measure each engine and size in a home of its own; print a table or JSON."""
    from pishkhan.node.bench import log, proc, report
    from pishkhan.node.bench.engines import engine, from_environment
    from pishkhan.node.bench.run import LOG, OPERATIONS, Options, measure

    if not Path("/proc/self/smaps_rollup").exists():
        raise Stop(_("Measuring needs Linux: it reads /proc."), Exit.FAILED)
    engines = ["sqlite", "postgresql"] if args.engine == "both" else [args.engine]
    if "postgresql" in engines and not (args.server or from_environment()):
        _again_with_postgresql()
    asked = OPERATIONS if args.operations in ("all", ["all"], []) else tuple(args.operations)
    results: list[dict[str, Any]] = []
    logs: list[dict[str, Any]] = []
    for name in engines:
        if LOG in asked:
            complain(f"{name}: the log")
            with tempfile.TemporaryDirectory(prefix="pishkhan-bench-") as home:
                made = engine(name, Path(home) / "home", args.server)
                logs.append(log.measure(made, args.seconds, complain))
        for cases in args.cases if set(asked) & set(OPERATIONS) else ():
            options = Options(
                operations=tuple(o for o in OPERATIONS if o in asked),
                concurrency=args.concurrency,
                cases=cases,
                seconds=args.seconds,
                floors=not args.no_floors,
                say=complain,
            )
            with tempfile.TemporaryDirectory(prefix="pishkhan-bench-") as home:
                results.append(measure(engine(name, Path(home) / "home", args.server), options))
    data = {"machine": proc.machine(), "results": results}
    if logs:
        data["journal"] = {"tree": logs[0].pop("tree"), "engines": logs}
    if args.out is not None:
        args.out.write_text(json.dumps(data, ensure_ascii=False, indent=1) + "\n", "utf-8")
    emit(args, data, report.table(data))
    return Exit.DONE


def _again_with_postgresql() -> None:
    """Run this command again under a PostgreSQL of its own, if Debian's pg_virtualenv is here."""
    wrapper = shutil.which("pg_virtualenv")
    if wrapper is None:
        return
    options = [part for option in PG_OPTIONS for part in ("-o", option)]
    arguments = [wrapper, "-t", *options, sys.executable, "-m", "pishkhan", *sys.argv[1:]]
    os.execv(wrapper, arguments)  # noqa: S606 - a program found on the path
