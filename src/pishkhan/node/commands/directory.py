"""`pishkhan directory`: divisions, agencies, counters, API clients."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any
from uuid import UUID

from pishkhan.node.commands.user import more
from pishkhan.node.console import Exit, Stop, _, command, emit, group, progress

EXAMPLES = """  pishkhan directory provinces
  pishkhan directory import divisions.csv
  pishkhan directory import-dehyaris dehyaris.xlsx --try
  pishkhan directory agencies آب
  pishkhan directory counters --json
  pishkhan directory add-client --name "kiosk" --scope letters:read --scope letters:write \\
      --counter 01890000-0000-7000-8000-000000000000"""

SCOPES = ("letters:read", "letters:write", "directory:read", "posts:write")

PARTS = 1000  # the import tells how far it is in thousandths


def register(subparsers: Any) -> None:
    """Add the noun and its verbs."""
    verbs = group(
        subparsers, "directory", _("Divisions, agencies, counters, API clients"), examples=EXAMPLES
    )
    command(verbs, "provinces", _("Add the provinces that are missing"), provinces)
    parser = command(verbs, "import", _("Read the Statistical Centre's division file"), divisions)
    parser.add_argument("file", type=Path, help=_("CSV of the Statistical Centre"))
    parser.add_argument(
        "--keep-good", action="store_true", help=_("leave bad lines out instead of stopping")
    )
    parser = command(verbs, "import-dehyaris", _("Take in a list of dehyaris"), dehyaris)
    parser.add_argument("file", type=Path, help=_("XLSX or CSV; its first line names the columns"))
    parser.add_argument("--try", action="store_true", dest="trial", help=_("change nothing"))
    for name, text, run in (
        ("agencies", _("Find agencies by name, nickname or former name"), agencies),
        ("counters", _("List counters"), counters),
    ):
        parser = command(verbs, name, text, run)
        parser.add_argument("words", nargs="?", default="")
        parser.add_argument("--after", default=None, help=_("cursor of the next page"))
    parser = command(verbs, "add-client", _("Add an API client; its token is shown once"), client)
    add = parser.add_argument
    add("--name", required=True, help=_("what the program is called in lists"))
    add(
        "--scope", action="append", default=[], dest="scopes", choices=SCOPES,
        help=_("what the token opens, within the rights of the seat; several times for several"),
    )  # fmt: skip
    add("--post", type=UUID, default=None, help=_("id of the post it acts from; or --counter"))
    add("--counter", type=UUID, default=None, help=_("id of the counter: see `directory counters`"))
    parser = command(verbs, "revoke-client", _("Close an API client"), revoke)
    parser.add_argument("id", type=UUID, help=_("as `add-client` gave it"))


def provinces(args: argparse.Namespace) -> int:
    """Add the shipped provinces."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    added = directory.add_provinces(SYSTEM)
    emit(args, {"added": added}, [_("Provinces added: %(count)s") % {"count": added}])
    return Exit.DONE


def divisions(args: argparse.Namespace) -> int:
    """Import divisions with a bar; FAILED when bad lines stopped it."""
    from dataclasses import asdict

    from django.utils.translation import gettext

    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    if not args.file.is_file():
        raise Stop(_("There is no file %(name)s.") % {"name": args.file}, Exit.NOT_FOUND)
    seen = 0
    with progress(_("Divisions"), PARTS) as step:

        def tell(done: int, _parts: int) -> None:
            nonlocal seen
            step(done - seen)
            seen = done

        report = directory.import_divisions(SYSTEM, args.file, tell, keep_good=args.keep_good)
    bad = [{"line": bad.line, "reason": bad.reason.render(gettext)} for bad in report.bad]
    emit(
        args,
        {**asdict(report), "bad": bad},
        [
            _("Lines read: %(lines)s, added: %(added)s, updated: %(updated)s, bad: %(bad_lines)s")
            % asdict(report),
            *(f"{row['line']}: {row['reason']}" for row in bad),
        ],
    )
    return Exit.DONE if report.done else Exit.FAILED


def dehyaris(args: argparse.Namespace) -> int:
    """Take in a list of dehyaris with a bar; FAILED when bad lines stopped it."""
    from dataclasses import asdict

    from django.utils.translation import gettext

    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    if not args.file.is_file():
        raise Stop(_("There is no file %(name)s.") % {"name": args.file}, Exit.NOT_FOUND)
    seen = 0
    with progress(_("Dehyaris"), PARTS) as step:

        def tell(done: int, _parts: int) -> None:
            nonlocal seen
            step(done - seen)
            seen = done

        report = directory.import_dehyaris(SYSTEM, args.file, tell, trial=args.trial)
    told = {
        name: [{"line": each.line, "reason": each.reason.render(gettext)} for each in lines]
        for name, lines in (("bad", report.bad), ("notes", report.notes))
    }
    emit(
        args,
        {**asdict(report), **told},
        [
            _("Lines read: %(lines)s, added: %(added)s, updated: %(updated)s, bad: %(bad_lines)s")
            % asdict(report),
            *(f"{row['line']}: {row['reason']}" for row in (*told["bad"], *told["notes"])),
        ],
    )
    return Exit.FAILED if report.bad_lines else Exit.DONE


def agencies(args: argparse.Namespace) -> int:
    """Find agencies; without words, list them."""
    from pishkhan.directory import api as directory

    if args.words:
        hits = directory.find_agencies(args.words)
        rows = [{"id": hit.id, "name": hit.name, "hint": hit.hint} for hit in hits]
        emit(args, {"rows": rows, "next": None}, [f"{h.id}\t{h.name}\t{h.hint}" for h in hits])
        return Exit.DONE
    page = directory.agencies(after=args.after)
    rows = [{"id": row.id, "code": row.code, "name": row.name} for row in page.rows]
    lines = [f"{row.id}\t{row.code}\t{row.name}" for row in page.rows]
    emit(args, {"rows": rows, "next": page.next}, [*lines, *more(page.next)])
    return Exit.DONE


def counters(args: argparse.Namespace) -> int:
    """List counters, a page at a time."""
    from pishkhan.directory import api as directory

    page = directory.counters(args.words, after=args.after)
    rows = [
        {"id": row.id, "code": row.code, "name": row.name, "connected": row.connected}
        for row in page.rows
    ]
    lines = [f"{row.id}\t{row.code}\t{row.name}" for row in page.rows]
    emit(args, {"rows": rows, "next": page.next}, [*lines, *more(page.next)])
    return Exit.DONE


def client(args: argparse.Namespace) -> int:
    """Add an API client and show its token, once."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    client_id, token = directory.add_client(
        SYSTEM, name=args.name, scopes=args.scopes, post_id=args.post, counter_id=args.counter
    )
    emit(
        args,
        {"id": client_id, "token": token},
        [token, _("Keep the token now; it is not shown again.")],
    )
    return Exit.DONE


def revoke(args: argparse.Namespace) -> int:
    """Close an API client."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    directory.revoke_client(SYSTEM, client_id=args.id)
    emit(args, {"done": True}, [_("Done.")])
    return Exit.DONE
