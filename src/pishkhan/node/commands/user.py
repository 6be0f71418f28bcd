"""`pishkhan user`: logins and their seats."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pishkhan.node.console import Exit, Parser, Stop, _, command, emit, group

if TYPE_CHECKING:
    from pishkhan.directory.contracts import Seat

EXAMPLES = """  pishkhan user add zahra --name "Zahra Nemooneh" --administrator
  pishkhan user password zahra < new-password.txt
  pishkhan user list zah --json
  pishkhan user seats zahra"""


def register(subparsers: Any) -> None:
    """Add the noun and its verbs."""
    verbs = group(subparsers, "user", _("Logins: add, list, password, close"), examples=EXAMPLES)
    parser = command(verbs, "add", _("Add a login"), add)
    parser.add_argument("username")
    parser.add_argument("--name", required=True, help=_("the person's full name"))
    parser.add_argument("--mobile", default="")
    parser.add_argument("--email", default="")
    parser.add_argument("--language", default="fa", choices=["fa", "en"])
    parser.add_argument("--administrator", action="store_true", help=_("may keep the directory"))
    parser.add_argument("--auditor", action="store_true", help=_("may read the log, for reasons"))
    own_password(parser)
    parser = command(verbs, "list", _("List logins"), show_all)
    parser.add_argument("words", nargs="?", default="")
    parser.add_argument("--after", default=None, help=_("cursor of the next page"))
    command(verbs, "relock", _("Lock second factors with the node's new secret"), relock)
    parser = command(
        verbs, "password", _("Set a password, asked for or read from standard input"), password
    )
    parser.add_argument("username")
    own_password(parser)
    parser = command(
        verbs, "link", _("Let an account of the organisation's directory open a login"), link
    )
    parser.add_argument("username")
    parser.add_argument("account", help=_("its name in that directory"))
    for name, text, run in (
        ("unlink", _("End the link; the login needs a new password then"), unlink),
        (
            "end-second-factor",
            _("Turn off the second factor of a person who lost the phone and the codes"),
            end_second_factor,
        ),
        ("audit", _("Let a person read the log, for reasons that it keeps"), audit),
        ("end-audit", _("End that"), end_audit),
        ("seats", _("Show where a person sits"), seats),
        ("deactivate", _("Close a login; what the person did stays"), deactivate),
        ("reactivate", _("Open a closed login again"), reactivate),
    ):
        command(verbs, name, text, run).add_argument("username")


def own_password(parser: Parser) -> None:
    """Add the switch for a password that need not be changed at the next sign-in."""
    parser.add_argument(
        "--own-password",
        action="store_true",
        help=_("the person chose the password: it need not be changed at the next sign-in"),
    )


def add(args: argparse.Namespace) -> int:
    """Add a login; the first administrator is made here, by the node itself."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.journal import api as journal

    secret = ask_password()
    with journal.act():
        user_id = directory.add_user(
            SYSTEM,
            username=args.username,
            full_name=args.name,
            password=secret,
            email=args.email,
            mobile=args.mobile,
            language=args.language,
            own_password=args.own_password,
        )
        if args.administrator:
            directory.add_administrator(SYSTEM, user_id=user_id)
        if args.auditor:
            directory.add_auditor(SYSTEM, user_id=user_id)
    emit(args, {"id": user_id}, [_("Added: %(id)s") % {"id": user_id}])
    return Exit.DONE


def show_all(args: argparse.Namespace) -> int:
    """List logins, a page at a time."""
    from pishkhan.directory import api as directory

    page = directory.users(args.words, after=args.after)
    rows: list[dict[str, Any]] = [
        {
            "id": row.id,
            "username": row.username,
            "name": row.full_name,
            "active": row.is_active,
            "seats": [_place(seat) for seat in directory.seats(row.id)],
        }
        for row in page.rows
    ]
    lines = [f"{row['username']}\t{row['name']}\t{_('; ').join(row['seats'])}" for row in rows]
    emit(args, {"rows": rows, "next": page.next}, [*lines, *more(page.next)])
    return Exit.DONE


def _place(seat: Seat) -> str:
    return ", ".join(dict.fromkeys(filter(None, (seat.label, seat.office_label)))) or seat.kind


def password(args: argparse.Namespace) -> int:
    """Set a password."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    directory.set_password(
        SYSTEM,
        user_id=id_of(args.username),
        password=ask_password(),
        own_password=args.own_password,
    )
    emit(args, {"done": True}, [_("Done.")])
    return Exit.DONE


def end_second_factor(args: argparse.Namespace) -> int:
    """Turn off a login's second factor."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    directory.end_second_factor(SYSTEM, user_id=id_of(args.username))
    emit(args, {"done": True}, [_("Done.")])
    return Exit.DONE


def link(args: argparse.Namespace) -> int:
    """Say which account of the organisation's directory holds a login's password."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    directory.link_user(SYSTEM, user_id=id_of(args.username), account=args.account)
    emit(args, {"done": True}, [_("Done.")])
    return Exit.DONE


def unlink(args: argparse.Namespace) -> int:
    """End such a link."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    directory.unlink_user(SYSTEM, user_id=id_of(args.username))
    emit(args, {"done": True}, [_("Done.")])
    return Exit.DONE


def audit(args: argparse.Namespace) -> int:
    """Make a person an auditor."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    directory.add_auditor(SYSTEM, user_id=id_of(args.username))
    emit(args, {"done": True}, [_("Done.")])
    return Exit.DONE


def end_audit(args: argparse.Namespace) -> int:
    """End a person's audit."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    directory.remove_auditor(SYSTEM, user_id=id_of(args.username))
    emit(args, {"done": True}, [_("Done.")])
    return Exit.DONE


def relock(args: argparse.Namespace) -> int:
    """Lock second factors with the present secret of the node."""
    from pishkhan.web.accounts import factors

    done, left = factors.relock(), factors.look()
    emit(
        args,
        {"relocked": done, "unreadable": left.unreadable},
        [_("Locked anew: %(n)s; unreadable: %(m)s") % {"n": done, "m": left.unreadable}],
    )
    return Exit.FAILED if left.unreadable else Exit.DONE


def seats(args: argparse.Namespace) -> int:
    """Show a person's seats."""
    from pishkhan.directory import api as directory

    found = directory.seats(id_of(args.username))
    emit(
        args,
        [{"id": seat.id, "kind": seat.kind, "label": seat.label} for seat in found],
        [f"{seat.id}\t{seat.kind}\t{seat.label}\t{seat.office_label}" for seat in found],
    )
    return Exit.DONE


def deactivate(args: argparse.Namespace) -> int:
    """Close a login."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    directory.deactivate_user(SYSTEM, user_id=id_of(args.username))
    emit(args, {"done": True}, [_("Done.")])
    return Exit.DONE


def reactivate(args: argparse.Namespace) -> int:
    """Open a closed login again."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import SYSTEM

    directory.reactivate_user(SYSTEM, user_id=id_of(args.username))
    emit(args, {"done": True}, [_("Done.")])
    return Exit.DONE


def id_of(username: str) -> UUID:
    """Return a login's id; raises NotFound."""
    from pishkhan.directory import api as directory

    return directory.user_named(username).id


def more(cursor: str | None) -> list[str]:
    """Return the line that says how to read on."""
    return [_("More: --after %(cursor)s") % {"cursor": cursor}] if cursor else []


def ask_password() -> str:
    """Return a password from PISHKHAN_PASSWORD, the terminal (twice), or standard input.

    Never from an argument: those are read by everyone on the machine.
    """
    given = os.environ.get("PISHKHAN_PASSWORD", "")
    if given:
        return given
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass(_("Password: "))
    if getpass.getpass(_("Again: ")) != first:
        raise Stop(_("The two are not the same; nothing was changed."), Exit.INVALID)
    return first
