"""`pishkhan backup`: makes a backup of this node, or tries the newest one."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pishkhan.node.console import Exit, _, command, complain, emit

EXAMPLES = """  pishkhan backup /backup --to age1… --settings /etc/pishkhan.env --keep 14
  pishkhan backup /backup --drill --identity /media/usb/operator.age
  pishkhan backup /backup --list"""


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = command(
        subparsers, "backup", _("Back up this node, or try the newest backup"), run,
        examples=EXAMPLES,
    )  # fmt: skip
    add = parser.add_argument
    add("folder", type=Path, help=_("folder of the backups, on another disk"))
    add("--to", action="append", default=[], metavar="RECIPIENT",
        help=_("encrypt the keys to this recipient of age; may be repeated"))  # fmt: skip
    add("--settings", type=Path, help=_("a file of settings to keep with the keys; needs --to"))
    add("--link", action="store_true", help=_("link files on the same disk instead of copying"))
    add("--reread", action="store_true", help=_("read files of earlier backups again, mend them"))
    add("--keep", type=int, default=0, metavar="N", help=_("then remove all but the newest N"))
    add("--drill", action="store_true", help=_("restore the newest into a scratch home, judge it"))
    add("--identity", type=Path, help=_("the age identity that opens the keys, for the drill"))
    add("--list", action="store_true", dest="listing", help=_("list the backups"))


def run(args: argparse.Namespace) -> int:
    """Back up, drill or list; FAILED when a file of letters was damaged in HOME already."""
    from pishkhan.node.backup import files, sets
    from pishkhan.node.backup.make import make

    folder: Path = args.folder.absolute()
    if args.listing:
        return _list(args, folder)
    if args.drill:
        return _drill(args, folder)
    if args.settings and not args.to:
        complain(_("--settings holds the secret: it is kept only with --to."))
        return Exit.USAGE
    if args.settings and not args.settings.is_file():
        complain(_("There is no such file: %(file)s") % {"file": args.settings})
        return Exit.NOT_FOUND
    made = make(folder, recipients=args.to, extra=args.settings, link=args.link, reread=args.reread)
    if not made.encrypted:
        complain(
            _(
                "The keys lie in this backup UNENCRYPTED: who reads it can act as this node. "
                "Give --to."
            )
        )
    if made.same_disk:
        complain(_("The backup lies on the same disk as the node: both die together."))
    removed = 0
    if args.keep > 0:
        with sets.alone(folder):
            removed = files.prune(folder, args.keep)
    lines = [
        _("Backup %(name)s: %(blobs)s files of letters, %(copied)s of them new.")
        % {"name": made.name, "blobs": made.blobs, "copied": made.copied}
    ]
    lines += [_("%(n)s old backups were removed.") % {"n": removed}] if removed else []
    lines += [_("Damaged in HOME already: %(digest)s") % {"digest": d} for d in made.missing]
    emit(args, {**asdict(made), "removed": removed}, lines)
    return Exit.FAILED if made.missing else Exit.DONE


def _drill(args: argparse.Namespace, folder: Path) -> int:
    from pishkhan.node.backup.drill import drill

    done = drill(folder, identity=args.identity)
    words = _("The drill of %(name)s went well: %(rows)s rows, %(blobs)s files, %(seconds)s s.")
    lines = [words % {**asdict(done), "seconds": f"{done.seconds:.1f}"}]
    if not done.keys:
        lines.append(_("The keys were not tried, for they are encrypted: give --identity."))
    emit(args, asdict(done), lines)
    return Exit.DONE


def _list(args: argparse.Namespace, folder: Path) -> int:
    from pishkhan.node.backup import sets
    from pishkhan.node.console import Stop

    rows: list[dict[str, Any]] = []
    for name in sets.names(folder):
        try:
            told = sets.read(folder / "sets" / name)
            rows.append(
                {"name": name, "ok": True, "engine": told.engine, "blobs": told.blobs,
                 "bytes": told.blob_bytes, "key": told.key_id, "encrypted": told.encrypted}
            )  # fmt: skip
        except Stop as stop:
            rows.append({"name": name, "ok": False, "why": stop.sentence})
    lines = [
        "  ".join(str(row[name]) for name in ("name", "engine", "blobs", "bytes", "key"))
        if row["ok"]
        else f"{row['name']}  ✗ {row['why']}"
        for row in rows
    ]
    emit(args, rows, lines or [_("There is no backup here.")])
    return Exit.DONE
