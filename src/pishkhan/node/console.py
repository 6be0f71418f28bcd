"""What every command shares: language, output for people or machines, exit codes, progress."""

from __future__ import annotations

import argparse
import gettext as catalogues
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from enum import IntEnum
from functools import cache
from pathlib import Path
from typing import Any, Never

from pishkhan.node import argwords


class Exit(IntEnum):
    """Exit codes; documented in docs/reference/command-line.md."""

    DONE = 0
    FAILED = 1  # ran, and found or met something wrong
    USAGE = 2  # the command line itself is wrong (argparse)
    INVALID = 3  # what was given is malformed
    REFUSED = 4  # a rule forbids it now
    FORBIDDEN = 5  # the actor has no right
    NOT_FOUND = 6
    UNAVAILABLE = 7  # passes with time: try again
    SETTINGS = 8  # the node's settings are wrong or missing
    INTERRUPTED = 130


STATUS_EXITS = {
    403: Exit.FORBIDDEN,
    404: Exit.NOT_FOUND,
    409: Exit.REFUSED,
    413: Exit.INVALID,
    415: Exit.INVALID,
    422: Exit.INVALID,
    429: Exit.UNAVAILABLE,
    503: Exit.UNAVAILABLE,
}


class Stop(Exception):
    """Ends a command with one sentence (already translated) and an exit code."""

    def __init__(self, sentence: str, code: Exit = Exit.FAILED) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


@cache
def language() -> str:
    """Return "fa" or "en": PISHKHAN_LANG, else the terminal's own."""
    wish = os.environ.get("PISHKHAN_LANG", "")
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        wish = wish or os.environ.get(name, "")
    return "fa" if wish.lower().startswith("fa") else "en"


@cache
def _catalogue() -> catalogues.NullTranslations:
    folder = Path(__file__).parent / "locale"
    return catalogues.translation("django", folder, [language()], fallback=True)


def _(msgid: str) -> str:
    """Return the sentence in the terminal's language. Works before Django is set up."""
    return _catalogue().gettext(msgid) if msgid else ""


argwords.speak(_)


def say(text: str) -> None:
    """Print one line for a person."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Print one line on standard error."""
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


def emit(
    args: argparse.Namespace, data: Mapping[str, Any] | list[Any], lines: Iterable[str]
) -> None:
    """Print `data` as JSON when --json was given, else `lines`."""
    if args.json:
        say(json.dumps(data, ensure_ascii=False, default=_plain, sort_keys=True))
        return
    for line in lines:
        say(line)


def _plain(value: object) -> str:
    """Return what JSON has no form for; a moment as the API gives it: UTC, ending in Z."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    return str(value)


def fail(args: argparse.Namespace | None, code: Exit, sentence: str, name: str = "") -> int:
    """Print an error in the asked form and return its exit code."""
    if args is not None and getattr(args, "json", False):
        complain(
            json.dumps({"code": name or code.name.lower(), "title": sentence}, ensure_ascii=False)
        )
    else:
        complain(sentence + (f" ({name})" if name else ""))
    return int(code)


class Parser(argparse.ArgumentParser):
    """argparse that keeps examples as they are written and speaks the terminal's language."""

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        if examples:
            kwargs["epilog"] = _("examples:") + "\n" + examples
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **kwargs)

    def error(self, message: str) -> Never:
        self.print_usage(sys.stderr)
        self.exit(Exit.USAGE, f"{self.prog}: {message}\n")


def command(
    subparsers: Any,
    name: str,
    help_text: str,
    run: Callable[[argparse.Namespace], int],
    *,
    examples: str = "",
    django: bool = True,
) -> Parser:
    """Add one command and return its parser. `django=False`: it runs before Django is set up."""
    parser: Parser = subparsers.add_parser(
        name, help=help_text, description=help_text, examples=examples
    )
    parser.add_argument("--json", action="store_true", help=_("print JSON, for programs"))
    parser.set_defaults(run=run, django=django)
    return parser


def group(subparsers: Any, name: str, help_text: str, *, examples: str = "") -> Any:
    """Add a noun with verbs of its own and return its subparsers."""
    parser: Parser = subparsers.add_parser(
        name, help=help_text, description=help_text, examples=examples
    )
    return parser.add_subparsers(dest="verb", required=True, metavar=_("verb"), parser_class=Parser)


@contextmanager
def progress(title: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Yield a function that adds to a bar on standard error. Silent when no one watches."""
    if not sys.stderr.isatty():
        yield lambda _step: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn()
    )  # fmt: skip
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=total)
        yield lambda step: bar.advance(task, step)
