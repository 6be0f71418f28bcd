"""`pishkhan-verify monitor`. Exit codes: 0 all good, 1 something is wrong, 2 could not be read."""

from __future__ import annotations

import argparse
import json
import signal
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from pishkhan_verify import policy, promise, read
from pishkhan_verify.errors import Trouble, Unreadable
from pishkhan_verify.monitor import sources, state, told, words
from pishkhan_verify.monitor.after import Due
from pishkhan_verify.monitor.look import Settings
from pishkhan_verify.monitor.told import NOTE, Told
from pishkhan_verify.monitor.watch import Watch
from pishkhan_verify.words import LANGUAGES, Safe

LEAST_SECONDS = 1
# What ends by itself and is then told to be over; the rest are events.
LASTING = frozenset(
    {"rollback", "rollback-old", "withheld", "silent", "quorum-lost", "own-clock", "epoch-back",
     "log-other", "epoch-unknown"}
)  # fmt: skip
REPEATED = frozenset({"witnessed", "logged", "behind", "ahead"})  # of each look, no change


class Stopped(BaseException):
    """A signal came; whatever was being done is safe to leave."""


def main(arguments: Sequence[str], usual: Path) -> int:
    """Watch what is named and print what is found; `usual` is the policy when none is named."""
    asked = parser(usual).parse_args(arguments)
    try:
        watch, given, promises = _prepared(asked)
        with state.held(asked.state):
            if asked.every is None:
                return _once(watch, given, promises, asked)
            return _for_ever(watch, given, promises, asked)
    except Trouble as trouble:
        level = told.WRONG if trouble.exit_code == 1 else told.UNREAD
        emit(Told(level, trouble.code, values=trouble.values), asked)
        return trouble.exit_code


def parser(usual: Path) -> argparse.ArgumentParser:
    """Return the parser of the command line."""
    top = argparse.ArgumentParser(
        prog="pishkhan-verify monitor",
        description="Watches logs and tells split views, rollbacks and clocks that jump.",
        epilog="Exit codes: 0 all good, 1 something is wrong, 2 could not be read.",
    )
    top.add_argument(
        "sources",
        nargs="*",
        metavar="SOURCE",
        help="a log's address, a folder with its checkpoint and tiles, a checkpoint file, or "
        "another monitor's state (default: all addresses of the policy)",
    )
    top.add_argument(
        "--policy", type=Path, default=usual, help="whom to trust (default: %(default)s)"
    )
    top.add_argument("--state", type=Path, required=True, metavar="DIR", help="what it remembers")
    often = top.add_mutually_exclusive_group()
    often.add_argument("--once", action="store_true", help="look once (this is the default)")
    often.add_argument("--every", type=_seconds, metavar="SECONDS", help="look until a signal")
    top.add_argument(
        "--promise",
        action="append",
        default=[],
        metavar="QR",
        help="a receipt's QR text, or a file or photo of it, that the log must keep",
    )
    top.add_argument(
        "--silent", type=_hours, default=24, metavar="HOURS", help="how long a log may be silent"
    )
    top.add_argument(
        "--quorum",
        type=_hours,
        default=2,
        metavar="HOURS",
        help="how long the newest checkpoint may lack the quorum that others had",
    )
    top.add_argument("--lang", choices=LANGUAGES, default="fa")
    top.add_argument("--json", action="store_true", help="one JSON object a line")
    return top


def _seconds(text: str) -> float:
    value = float(text)
    if not LEAST_SECONDS <= value <= 86_400:
        raise argparse.ArgumentTypeError("1 to 86400 seconds")
    return value


def _hours(text: str) -> float:
    value = float(text)
    if not 0 <= value <= 100_000:
        raise argparse.ArgumentTypeError("0 to 100000 hours")
    return value


def now() -> datetime:
    """Return this machine's time."""
    return datetime.now(UTC)


def _prepared(
    asked: argparse.Namespace,
) -> tuple[Watch, list[sources.Web | Path], list[Due]]:
    try:
        data = read.file(asked.policy, policy.MOST_BYTES)
    except Unreadable:
        raise Unreadable("no-policy", name=str(asked.policy)) from None
    trusted = policy.read(data)
    names = asked.sources or list(trusted.urls)
    if not names:
        raise Unreadable("sources-none")
    given = [sources.opened(name) for name in names]
    watch = Watch(trusted, data, asked.state, Settings(asked.silent, asked.quorum))
    return watch, given, [due for text in asked.promise for due in _promises(text, trusted)]


def _promises(name: str, trusted: policy.Policy) -> list[Due]:
    """Return the promises of a QR's text, or of a file with such texts or a photo."""
    found = []
    for item in read.given(name):
        if isinstance(item, promise.Promise):
            key = promise.check_promise(item, trusted.logs)
            data = item.message.removeprefix(promise.LABEL) + item.signature
            text = str(int.from_bytes(b"\x01" + data, "big"))
            found.append(Due(text, item, key.name))
    if not found:
        raise Unreadable("promise-none", name=name)
    return found


def _once(
    watch: Watch, given: list[sources.Web | Path], promises: list[Due], asked: argparse.Namespace
) -> int:
    found = watch.look(given, now(), promises)
    for each in found:
        emit(each, asked)
    watch.confirm()
    return told.exit_code(found)


def _for_ever(
    watch: Watch, given: list[sources.Web | Path], promises: list[Due], asked: argparse.Namespace
) -> int:
    """Look again and again, printing what changed, until a signal; return the last look's code."""
    code = 0
    before: dict[tuple[str, ...], Told] | None = None
    _on_signals(_stop)
    try:
        while True:
            found = watch.look(given, now(), promises)
            code = told.exit_code(found)
            after = {each.key: each for each in found}
            for key, each in after.items():
                if before is None or (key not in before and each.code not in REPEATED):
                    emit(each, asked)
            for key, each in (before or {}).items():
                if key not in after and (each.code in LASTING or each.level == told.UNREAD):
                    emit(each, asked, over=True)
            watch.confirm()
            before = after
            time.sleep(asked.every)
    except Stopped:
        return code
    finally:
        _on_signals(signal.SIG_DFL)


def _on_signals(handler: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handler)


def _stop(_number: int, _frame: FrameType | None) -> None:
    raise Stopped


def emit(each: Told, asked: argparse.Namespace, *, over: bool = False) -> None:
    """Print one finding as one line: what is wrong on standard error, the rest on the other."""
    if asked.json:
        told_json = {
            "at": int(now().timestamp()),
            "level": NOTE if over else each.level,
            "code": each.code,
            "over": over,
            "origin": each.origin,
            "source": each.source,
            "values": each.values,
            "evidence": each.evidence,
            "sentence": _line(each, "en", over=over),
        }
        print(json.dumps(told_json, ensure_ascii=False), flush=True)
        return
    stream = sys.stdout if over or each.level == NOTE else sys.stderr
    print(_line(each, asked.lang, over=over), file=stream, flush=True)


def _line(each: Told, lang: str, *, over: bool) -> str:
    text = words.line(each, lang)
    return words.say("over", lang, what=Safe(text)) if over else text
