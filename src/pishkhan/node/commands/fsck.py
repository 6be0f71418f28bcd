"""`pishkhan fsck`: does all that is stored agree? Reads database and HOME, writes nothing."""

from __future__ import annotations

import argparse
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from datetime import timedelta
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pishkhan.kernel.i18n import N_
from pishkhan.node.console import Exit, Stop, _, command, complain, emit, progress, say

if TYPE_CHECKING:
    from pishkhan.kernel.findings import Finding, Survey

EXAMPLES = """  pishkhan fsck
  pishkhan fsck --only log,entries
  pishkhan fsck --json | jq '.findings[] | .code'"""
PARTS = ("log", "entries", "letters", "numbers", "blobs", "relay")
NOT_CHECKED = 2
MOST = 10_000
"""Findings that --json holds; beyond it they are counted."""
LONG = timedelta(days=30)
"""A file that nothing names may lie this long, or as long as the collector needs if longer."""
COLLECTED = timedelta(days=2)
NEEDED = ("node.id", "keys.registered", "log-key.registered")
"""Without these in HOME, reading would make them anew."""

SEEN = {
    "entries": N_("entries"),
    "leaves": N_("leaves of the log"),
    "letters": N_("rows of letters"),
    "numbers": N_("letter numbers"),
    "codes": N_("tracking codes"),
    "files": N_("files of letters"),
    "stored files": N_("stored files"),
    "envelopes": N_("envelopes"),
    "items": N_("items in custody"),
}
UNDERIVED = {
    "whether an internal letter is answered": N_("internal letters: whether they are answered"),
    "referrals that a letter begins with": N_("referrals that a letter begins with: their state"),
    "envelopes of former keys": N_("envelopes that a former key of this node signed"),
    "logs of former keys": N_("former logs that another key signed"),
    "promises of other keys": N_("promises that another node's log signed"),
    "order of entries": N_("the order of the entries' times: a demonstration turns its clock back"),
}


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = command(
        subparsers, "fsck",
        _("Derive states, numbers, files and log again and tell every disagreement; reads only"),
        run, examples=EXAMPLES,
    )  # fmt: skip
    parser.add_argument(
        "--only", type=_parts, default=PARTS, metavar=",".join(PARTS),
        help=_("only these parts, with commas between"),
    )  # fmt: skip


def _parts(given: str) -> tuple[str, ...]:
    parts = tuple(part.strip() for part in given.split(","))
    if not set(parts) <= set(PARTS):
        raise argparse.ArgumentTypeError(_("choose among: %(parts)s") % {"parts": ", ".join(PARTS)})
    return parts


def run(args: argparse.Namespace) -> int:
    """Print every finding: 0 for none, FAILED for some, NOT_CHECKED where it could not look."""
    from django.db import DatabaseError
    from django.utils.translation import gettext

    from pishkhan.kernel.errors import PishkhanError
    from pishkhan.kernel.findings import Survey

    survey, found, more = Survey(), list[dict[str, str]](), 0
    try:
        with progress(_("Checking"), None) as step, closing(check(args.only, survey)) as findings:
            survey.step = step
            for each in findings:
                if args.json and len(found) == MOST:
                    more += 1
                    continue
                told = {
                    "code": each.code,
                    "subject": each.subject,
                    "sentence": each.message.render(gettext),
                    "remedy": each.remedy.render(gettext) if each.remedy else "",
                }
                if args.json:
                    found.append(told)
                else:
                    more += 1
                    say(f"✗ {told['sentence']} ({told['code']})\n  {told['remedy']}".rstrip())
    except (DatabaseError, PishkhanError, OSError, Stop) as error:
        complain(_("It could not be checked: %(why)s") % {"why": _why(error)})
        return NOT_CHECKED
    count = len(found) + more
    data = {
        "ok": not count,
        "findings": found,
        "more": more if args.json else 0,
        "parts": list(args.only),
        "seen": survey.seen,
        "underived": survey.underived,
    }
    emit(args, data, _summary(survey, count))
    return Exit.FAILED if count else Exit.DONE


def _why(error: Exception) -> str:
    from django.utils.translation import gettext

    from pishkhan.kernel.errors import PishkhanError

    if isinstance(error, PishkhanError):
        return f"{error.message.render(gettext)} ({error.code})"
    if isinstance(error, Stop):
        return error.sentence
    # The engine's own words may quote a row.
    return type(error).__name__


def check(parts: tuple[str, ...], survey: Survey) -> Generator[Finding]:
    """Yield every finding of these parts, all of the database at one moment."""
    from django.conf import settings

    from pishkhan.journal import api as journal
    from pishkhan.kernel import snapshot
    from pishkhan.sealing import api as sealing

    home: Path = settings.HOME
    _all_there(home, [home / name for name in NEEDED])
    published = journal.published_now()  # before the moment: what is published was committed
    with snapshot.reading():
        _all_migrated()
        _all_there(home, sealing.key_files(home, _epochs()))
        for part in PARTS:
            if part in parts:
                yield from look(part, survey, published)


def _all_there(home: Path, files: Iterable[Path]) -> None:
    missing = [path.relative_to(home).as_posix() for path in files if not path.is_file()]
    if missing:
        words = _("HOME is not that of a node that ran: %(files)s is not there.")
        raise Stop(words % {"files": ", ".join(missing)})


def _epochs() -> int:
    """Return how many logs the node has begun; a missing one is for the part `log` to tell."""
    from pishkhan.journal import api as journal
    from pishkhan.kernel.errors import NotFound

    try:
        return journal.head().epoch
    except NotFound:
        return 1


def look(part: str, survey: Survey, published: dict[int, bytes]) -> Iterator[Finding]:
    """Return the findings of one part, of the database as this connection sees it."""
    from django.conf import settings

    from pishkhan.journal import api as journal
    from pishkhan.kernel import clock
    from pishkhan.letters import api as letters
    from pishkhan.relay import api as relay
    from pishkhan.sealing.api import fits, log_keys
    from pishkhan.web.uploads.fsck import unreferenced

    if part == "log":
        return journal.fsck_log(survey, keys=log_keys, verify=fits, published=published)
    if part == "entries":
        if settings.DEMO:
            survey.passed_over("order of entries")
        return journal.fsck_entries(survey, in_order=not settings.DEMO)
    if part == "letters":
        return letters.fsck_letters(survey)
    if part == "numbers":
        return letters.fsck_numbers(survey)
    if part == "relay":
        return relay.fsck(survey)
    before = clock.current().now() - max(LONG, settings.UNUSED_FILES + COLLECTED)
    return chain(
        letters.fsck_blobs(survey),
        unreferenced(Path(settings.BLOB_ROOT), survey, before=before),
    )


def _all_migrated() -> None:
    """Raise Stop where the tables are not those of this program: nothing could be told of them."""
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Stop(_("The tables are not up to date: run `pishkhan migrate`."))


def _summary(survey: Survey, count: int) -> Iterator[str]:
    for name, n in survey.seen.items():
        yield _("Looked at: %(n)s %(what)s") % {"n": n, "what": _(SEEN[name])}
    for name, n in survey.underived.items():
        yield _("Not to be told from the entries: %(n)s × %(what)s") % {
            "n": n,
            "what": _(UNDERIVED[name]),
        }
    yield _("Disagreements: %(n)s") % {"n": count} if count else _("Everything agrees.")
