"""`pishkhan restore`: puts a backup into an empty home."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from pishkhan.node.console import Exit, _, command, complain, emit

EXAMPLES = """  pishkhan restore /backup --identity /media/usb/operator.age
  pishkhan restore /backup --set 20261122T075500Z --key 0123456789abcdef"""


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = command(
        subparsers, "restore", _("Put a backup into an empty home and an empty database"), run,
        examples=EXAMPLES,
    )  # fmt: skip
    add = parser.add_argument
    add("folder", type=Path, help=_("folder of the backups"))
    add("--set", default="", dest="name", help=_("which backup (default: the newest)"))
    add("--identity", type=Path, help=_("the age identity that opens the keys"))
    add("--key", default="", metavar="KEY", help=_("key id that must have signed the backup"))
    add("--accept-missing", action="store_true",
        help=_("go on without files of letters that are missing or damaged"))  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Restore; the same command again goes on where a killed one stood."""
    from django.conf import settings

    from pishkhan.node.backup.restore import restore

    done = restore(
        args.folder.absolute(), settings.HOME, settings.DATABASES["default"], name=args.name,
        identity=args.identity, key_id=args.key, accept_missing=args.accept_missing,
    )  # fmt: skip
    if not args.key:
        words = _("It was signed by %(key)s. Compare that with the key you know of the node.")
        complain(words % {"key": done.manifest.key_id})
    words = _("Restored %(name)s: %(rows)s rows, %(blobs)s files of letters. Now: pishkhan check")
    if (settings.HOME / "witness.policy").exists():
        complain(_("It cosigns by a new key now: give it to the others (pishkhan journal policy)."))
    rows = sum(done.manifest.rows.values())
    told: dict[str, Any] = {
        "name": done.name, "rows": rows, "blobs": done.blobs, "missing": done.missing,
        "keys": done.keys, "key": done.manifest.key_id,
    }  # fmt: skip
    emit(args, told, [words % told, *done.missing])
    return Exit.FAILED if done.missing else Exit.DONE
