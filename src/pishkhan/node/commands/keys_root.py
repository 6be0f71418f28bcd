"""`pishkhan keys make-root, state, revoke, change-root`: an agency's root, without any node."""

from __future__ import annotations

import argparse
import getpass
import gettext as catalogues
import os
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from pishkhan.node.console import STATUS_EXITS, Exit, Stop, _, command, emit, language

MOST_BYTES = 1024 * 1024  # as `sealing.statements` has it
DAYS = 90
"""Until the next revocation list, unless it is said otherwise."""


def register(verbs: Any) -> None:
    """Add the verbs of a root; none of them sets up Django."""
    parser = _verb(verbs, "make-root", _("Make an agency's root, on a machine without a network"),
                   make)  # fmt: skip
    parser.add_argument("file", type=Path, help=_("file to be made; .pub and .book lie beside it"))
    parser.add_argument("--agency", type=UUID, required=True, help=_("id of the agency"))
    parser = _verb(verbs, "state", _("Sign statements of the keys of a request"), state)
    parser.add_argument("file", type=Path, help=_("request that a node wrote"))
    _signing(parser)
    parser.add_argument("--from", type=_moment, dest="begins", help=_("YYYY-MM-DD (default: now)"))
    parser.add_argument("--until", type=_moment, help=_("YYYY-MM-DD (default: without an end)"))
    parser = _verb(verbs, "revoke", _("Sign the next revocation list"), revoke)
    parser.add_argument(
        "keys", nargs="*", metavar="KEY", help=_("ids of keys (none: the former list, dated anew)")
    )
    _signing(parser)
    parser.add_argument(
        "--at",
        type=_moment,
        help=_("since when: YYYY-MM-DD or YYYY-MM-DDThh:mm UTC (default: now)"),
    )
    parser.add_argument(
        "--reason", choices=("compromised", "lost", "superseded", "ended"), default="compromised"
    )
    parser.add_argument(
        "--days", type=int, default=DAYS, help=_("by when a newer list comes (default: 90)")
    )
    parser = _verb(verbs, "change-root", _("Name, by the present root, the next one"), change)
    parser.add_argument("file", type=Path, help=_("the next root, made by make-root"))
    _signing(parser, number=False)


def _verb(verbs: Any, name: str, words: str, run: Callable[[argparse.Namespace], int]) -> Any:
    return command(verbs, name, words, lambda args: _spoken(run, args), django=False)


def _signing(parser: Any, *, number: bool = True) -> None:
    parser.add_argument("--root", type=Path, required=True, help=_("the root's file"))
    parser.add_argument("--out", type=Path, required=True, help=_("file to be written"))
    if number:
        parser.add_argument(
            "--number", type=int, help=_("first number, where the root's book was lost")
        )


def _spoken(run: Callable[[argparse.Namespace], int], args: argparse.Namespace) -> int:
    """Run without Django, whose translations the errors of sealing are in."""
    from pishkhan import kernel, sealing
    from pishkhan.kernel.errors import PishkhanError

    try:
        return run(args)
    except PishkhanError as error:
        folder = Path((kernel if error.code.startswith("canonical.") else sealing).__path__[0])
        words = catalogues.translation("django", folder / "locale", [language()], fallback=True)
        code = STATUS_EXITS.get(error.status, Exit.FAILED)
        raise Stop(error.message.render(words.gettext), code) from None


def make(args: argparse.Namespace) -> int:
    """Make a root."""
    from pishkhan.sealing import offline

    passphrase = _passphrase()
    if "PISHKHAN_PASSWORD" not in os.environ and sys.stdin.isatty() and passphrase != _again():
        raise Stop(_("The two passphrases are not the same."), Exit.INVALID)
    line = offline.make(args.file, args.agency, passphrase).decode().strip()
    words = _("Keep three copies of the file in three places; the passphrase apart from them.")
    emit(args, {"file": str(args.file), "line": line}, [line, words])
    return Exit.DONE


def state(args: argparse.Namespace) -> int:
    """Sign statements."""
    from pishkhan.sealing import offline

    _node, subjects = offline.read_request(read(args.file))
    root = offline.open_root(args.root, _passphrase())
    lines = [f"{each.kind.value} {each.key_id} {each.name}" for each in subjects]
    signed = offline.state(root, subjects, begins=args.begins, ends=args.until, number=args.number)
    return written(args, signed, lines)


def revoke(args: argparse.Namespace) -> int:
    """Sign a revocation list."""
    from pishkhan.kernel import clock
    from pishkhan.sealing import offline
    from pishkhan.sealing.contracts import Reason, Revoked

    root = offline.open_root(args.root, _passphrase())
    at = args.at or clock.current().now().replace(microsecond=0)
    more = [Revoked(each, at, Reason(args.reason)) for each in args.keys]
    return written(args, offline.revoke(root, more, days=args.days, number=args.number))


def change(args: argparse.Namespace) -> int:
    """Sign the change of the root."""
    from pishkhan.sealing import offline

    return written(args, offline.change(offline.open_root(args.root, _passphrase()), args.file))


def written(
    args: argparse.Namespace, data: bytes, lines: list[str] | None = None, **told: str
) -> int:
    """Write what was made into --out and say so; `told` is said to programs beside it."""
    from pishkhan.kernel import durable

    try:
        durable.write_file(args.out, data, mode=0o644)
    except OSError as error:
        raise Stop(_("The file cannot be written: %(why)s") % {"why": error.strerror}) from None
    words = _("Written: %(file)s") % {"file": args.out}
    emit(args, {"file": str(args.out), **told}, [*(lines or []), words])
    return Exit.DONE


def _passphrase() -> str:
    if "PISHKHAN_PASSWORD" in os.environ:
        return os.environ["PISHKHAN_PASSWORD"]
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    return getpass.getpass(_("Passphrase of the root: "))


def _again() -> str:
    return getpass.getpass(_("Once more: "))


def _moment(text: str) -> datetime:
    found = datetime.fromisoformat(text)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def read(path: Path) -> bytes:
    """Return a file's bytes, not many more than any reader takes."""
    try:
        with path.open("rb") as file:
            return file.read(MOST_BYTES + 1)
    except OSError as error:
        words = _("The file cannot be read: %(why)s") % {"why": error.strerror}
        raise Stop(words, Exit.NOT_FOUND) from None
