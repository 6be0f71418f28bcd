"""The command line. Exit codes: 0 verified, 1 not verified, 2 could not be read."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from pishkhan_verify import __version__, judge, policy, read, report, roots, words
from pishkhan_verify.errors import Trouble, Unreadable
from pishkhan_verify.judge import LEVELS, PROMISED, Finding
from pishkhan_verify.monitor import cli as monitor
from pishkhan_verify.note import Signed

MONITOR = "monitor"  # a file of this name is given as ./monitor
CHECKPOINT = "checkpoint"  # its name beside `tile/` (C2SP tlog-tiles)

_CODE = re.compile(r"[0-9]{13}", re.ASCII)
_SEPARATORS = re.compile(r"[\s\-‐‑–./\u200c\u200e]+")


def main(arguments: Sequence[str] | None = None) -> int:
    """Check what is named, print what was found, return the exit code."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)  # a Persian word on an old console
        if reconfigure is not None:
            reconfigure(errors="replace")
    words_given = sys.argv[1:] if arguments is None else list(arguments)
    if words_given[:1] == [MONITOR]:
        return monitor.main(words_given[1:], usual_policy())
    asked = parser().parse_args(words_given)
    try:
        found = check(asked)
    except Trouble as trouble:
        _print_trouble(trouble, asked)
        return trouble.exit_code
    if asked.json:
        print(json.dumps(report.as_json(found), ensure_ascii=False, indent=1))
    else:
        print("\n".join(report.lines(found, asked.lang)))
    return 0


def parser() -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="pishkhan-verify",
        description="Checks receipts, proofs and logs of Pishkhan nodes. Asks no server.",
        epilog="Exit codes: 0 verified, 1 not verified, 2 could not be read. "
        "To watch logs: pishkhan-verify monitor --help",
    )
    top.add_argument(
        "inputs",
        nargs="*",
        metavar="INPUT",
        help="proof file, checkpoint, photo, file of QR texts, a QR's text itself, or - for "
        "standard input; those of one letter are combined",
    )
    top.add_argument(
        "--policy", type=Path, default=usual_policy(), help="whom to trust (default: %(default)s)"
    )
    top.add_argument("--roots", type=Path, metavar="FILE", help="roots of agencies that you trust")
    top.add_argument(
        "--statements", nargs="+", type=Path, default=[], metavar="FILE", help="what they state"
    )
    top.add_argument(
        "--revocations", nargs="+", type=Path, default=[], metavar="FILE", help="what they revoke"
    )
    top.add_argument("--code", help="the tracking code printed on the paper")
    top.add_argument(
        "--pages", nargs="+", type=Path, metavar="FILE", help="the letter's page files, in order"
    )
    top.add_argument("--tiles", type=Path, metavar="DIR", help="folder with the log's tiles")
    top.add_argument("--require", choices=LEVELS, default=PROMISED, help="the least verdict")
    top.add_argument("--lang", choices=words.LANGUAGES, default="fa")
    top.add_argument("--json", action="store_true")
    top.add_argument("--version", action="version", version=__version__)
    return top


def usual_policy() -> Path:
    """Return where the policy lies when none is named."""
    base = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(base) / "pishkhan" / "policy"


def now() -> datetime:
    """Return this machine's time, by which a policy's age is told."""
    return datetime.now(UTC)


def check(asked: argparse.Namespace) -> Finding:
    """Return what the inputs prove. Raises Refused and Unreadable."""
    trusted = _policy(asked.policy)
    stated = roots.gather(
        None if asked.roots is None else roots.read_roots(read.file(asked.roots, roots.MOST_BYTES)),
        [read.file(path, roots.MOST_BYTES) for path in asked.statements],
        [read.file(path, roots.MOST_BYTES) for path in asked.revocations],
    )
    items = [item for name in asked.inputs for item in read.given(name)]
    folder = asked.tiles
    if folder is not None and not any(isinstance(item, Signed) for item in items):
        items += read.held(read.file(folder / CHECKPOINT))
    if not items:
        raise Unreadable("nothing")
    found = judge.judge(items, trusted, now=now(), folder=folder, stated=stated)
    if asked.code is not None:
        judge.check_code(found, _code(asked.code))
    if asked.pages:
        judge.check_pages(found, [read.digest(path) for path in asked.pages])
    judge.check_level(found, asked.require)
    return found


def _policy(path: Path) -> policy.Policy:
    try:
        data = read.file(path, policy.MOST_BYTES)
    except Unreadable:
        raise Unreadable("no-policy", name=str(path)) from None
    return policy.read(data)


def _code(text: str) -> str:
    code = _SEPARATORS.sub("", words.latin(text))
    if not _CODE.fullmatch(code):
        raise Unreadable("code-form")
    return code


def _print_trouble(trouble: Trouble, asked: argparse.Namespace) -> None:
    if asked.json:
        print(json.dumps(report.trouble_json(trouble), ensure_ascii=False, indent=1))
    else:
        print(report.trouble_line(trouble, asked.lang), file=sys.stderr)
