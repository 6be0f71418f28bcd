"""`pishkhan relay`: the post bags that go between this node and others."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pishkhan.node.console import Exit, Stop, _, command, emit, group, progress

if TYPE_CHECKING:
    from datetime import datetime

    from pishkhan.relay.contracts import BundleMade, BundleTaken
    from pishkhan.relay.contracts.contacts import ContactView

EXAMPLES = """  pishkhan relay export /media/stick
  pishkhan relay export /media/stick --to 01890000-0000-7000-8000-000000000001 --one-file
  pishkhan relay import /media/stick
  pishkhan relay line https://letters.example.ir/relay --every 10 --files 22-6
  pishkhan relay call
  pishkhan relay status --json"""

CLOCK_OFF = 60
"""Seconds by which two clocks may differ before it is told."""
PARTS = 1000  # a bar counts in thousandths


def register(subparsers: Any) -> None:
    """Add the noun and its verbs."""
    verbs = group(subparsers, "relay", _("Post bags to and from other nodes"), examples=EXAMPLES)
    parser = command(verbs, "export", _("Write what other nodes have not received yet"), export)
    parser.add_argument("folder", type=Path, help=_("where the stick is, or any folder"))
    parser.add_argument(
        "--to", type=UUID, default=None, help=_("id of the node; every node, if left out")
    )
    parser.add_argument("--one-file", action="store_true", help=_("one file, not a folder"))
    parser = command(verbs, "import", _("Take in what a folder has for this node"), take)
    parser.add_argument("folder", type=Path, help=_("where the stick is, or any folder"))
    parser = command(verbs, "line", _("Show or set the line to this node's centre"), line)
    parser.add_argument(
        "address", nargs="?", default=None, help=_("where the centre answers, or `off`")
    )
    parser.add_argument(
        "--to", type=UUID, default=None, help=_("id of the centre; the only one, if left out")
    )
    add = parser.add_argument
    add("--every", type=int, metavar=_("MINUTES"), help=_("between two calls when nothing waits"))
    add("--kbit", type=int, help=_("the most bits a second, in thousands; 0: no cap"))
    add("--quiet", metavar="22-6", help=_("hours without calls; `none`: there are none"))
    add("--files", metavar="22-6", help=_("hours for files, on a metered line; `none`: always"))
    command(verbs, "call", _("Exchange post bags with the centre now"), call)
    command(verbs, "status", _("How the exchange with each node stands"), status)


def export(args: argparse.Namespace) -> int:
    """Pack what waits, and write a bag for each node that has no notice against it."""
    from pishkhan.kernel.errors import PishkhanError
    from pishkhan.node import directory_post
    from pishkhan.relay import api as relay

    directory_post.send()
    relay.drain()
    nodes = relay.contacts()
    wanted = [each for each in nodes if args.to in {each.node, None} and not each.revoked]
    if not wanted:
        raise Stop(_("No such node is known here: see `relay status`."), Exit.NOT_FOUND)
    made: list[tuple[ContactView, BundleMade]] = []
    failed: list[tuple[ContactView, PishkhanError]] = []
    for each in wanted:
        try:
            with progress(each.name, PARTS) as step:
                tell = _thousandths(step)
                found = relay.export_bundle(
                    each.node, args.folder, one_file=args.one_file, tell=tell
                )
        except PishkhanError as error:
            if len(wanted) == 1:
                raise
            failed.append((each, error))
        else:
            made.append((each, found))
    lines = [_made(contact, bag) for contact, bag in made]
    lines += [f"{contact.name}: {_words(error.code)}" for contact, error in failed]
    given = relay.give_back(args.folder)
    if given:
        lines.append(_("The centre's bags for neighbours: %(count)s.") % {"count": given})
    rows = [{**asdict(bag), "path": str(bag.path)} for _contact, bag in made]
    bad = [{"node": contact.node, "code": error.code} for contact, error in failed]
    emit(args, {"made": rows, "failed": bad, "given": given}, lines)
    return Exit.FAILED if failed else Exit.DONE


def _made(contact: ContactView, bag: BundleMade) -> str:
    told = {
        "number": bag.number, "name": contact.name, "envelopes": bag.envelopes,
        "files": bag.files, "kb": -(-bag.size // 1024), "path": bag.path.name,
    }  # fmt: skip
    words = _(
        "Bag %(number)s for %(name)s: %(envelopes)s messages, %(files)s files, %(kb)s kB: %(path)s"
    )
    return words % told


def take(args: argparse.Namespace) -> int:
    """Take in every bag for this node; FAILED when one was refused or is damaged."""
    from pishkhan.relay import api as relay
    from pishkhan.relay.contracts import BundleFate

    with progress(_("Post bags"), PARTS) as step:
        found = relay.import_bundles(args.folder, tell=_thousandths(step))
    along = relay.take_along(args.folder)
    report = relay.drain()
    rows = [{**asdict(each), "fate": each.fate.value} for each in found]
    lines = [_taken(each) for each in found] or [_("No post bag lies here.")]
    if found:
        told = {"applied": report.applied, "stopped": report.refused + report.quarantined}
        lines.append(_("Taken in: %(applied)s, refused or stopped: %(stopped)s.") % told)
    if along:
        words = _("Taken along for the centre, of neighbours: %(count)s bags.")
        lines.append(words % {"count": len(along)})
    emit(args, {"bags": rows, "applied": report.applied, "along": len(along)}, lines)
    bad = {BundleFate.REFUSED, BundleFate.PARTLY}
    return Exit.FAILED if any(each.fate in bad for each in found) else Exit.DONE


def _taken(bag: BundleTaken) -> str:
    from pishkhan.relay.contracts import BundleFate

    told = {
        "name": bag.name, "new": bag.new, "known": bag.known, "files": bag.files,
        "lost": bag.lost, "rejected": bag.rejected, "why": _words(bag.reason),
    }  # fmt: skip
    words = {
        BundleFate.TAKEN: _("%(name)s: %(new)s new messages, %(known)s known, %(files)s files"),
        BundleFate.PARTLY: _(
            "%(name)s: damaged: %(lost)s of its parts are missing; taken: %(new)s new messages, "
            "%(known)s known, %(files)s files"
        ),
        BundleFate.ELSEWHERE: _("%(name)s: for another node, left as it is"),
        BundleFate.OWN: _("%(name)s: this node made it, left as it is"),
        BundleFate.REFUSED: _("%(name)s: refused. %(why)s"),
    }[bag.fate]
    line = words % told
    if bag.rejected:
        line += "; " + _("%(rejected)s messages were not believed") % told
    return line


def line(args: argparse.Namespace) -> int:
    """Set the line as far as it is told, and print it."""
    from dataclasses import replace

    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.relay import api as relay

    found = relay.line_settings()
    if args.address == "off":
        relay.end_line(SYSTEM)
        found = None
    elif args.address is not None or _told(args):
        if args.address is None and found is None:
            raise Stop(_("No line is set: give the centre's address."), Exit.INVALID)
        node = args.to or (found.node if found else relay.only_centre())
        wanted = replace(found, node=node) if found else relay.LineSettings(node, "")
        if args.address is not None:
            wanted = replace(wanted, address=args.address)
        if args.every is not None:
            wanted = replace(wanted, minutes=args.every)
        if args.kbit is not None:
            wanted = replace(wanted, kbit=args.kbit)
        if args.quiet is not None:
            wanted = replace(wanted, quiet=_hours(args.quiet))
        if args.files is not None:
            wanted = replace(wanted, heavy=_hours(args.files))
        found = relay.set_line(SYSTEM, wanted)
    told = None
    lines = [_("No line is set: post goes by stick.")]
    if found is not None:
        told = {
            "node": found.node, "address": found.address, "every": found.minutes,
            "kbit": found.kbit, "quiet": str(found.quiet or ""), "files": str(found.heavy or ""),
        }  # fmt: skip
        words = _(
            "%(address)s, every %(every)s minutes; kbit a second: %(kbit)s; quiet: %(quiet)s; "
            "hours for files: %(files)s"
        )
        shown = {name: value or "–" for name, value in told.items()}
        lines = [words % shown]
    emit(args, {"line": told}, lines)
    return Exit.DONE


def _told(args: argparse.Namespace) -> bool:
    return any(
        value is not None for value in (args.to, args.every, args.kbit, args.quiet, args.files)
    )


def _hours(text: str) -> Any:
    from pishkhan.relay import api as relay

    return None if text == "none" else relay.read_hours(text)


def call(args: argparse.Namespace) -> int:
    """Pack what waits, make one contact, and take in what came."""
    from pishkhan.relay import api as relay

    relay.drain()
    found = relay.call()
    report = relay.drain()
    told = {**asdict(found), "applied": report.applied}
    words = _(
        "Sent: %(sent)s bags, %(sent_bytes)s bytes. Taken: %(taken)s bags, %(taken_bytes)s bytes."
    )
    clock = _("The centre's clock is %(seconds)s s ahead of this one's.")
    emit(args, told, [words % told, clock % {"seconds": round(found.ahead)}])
    return Exit.DONE


def status(args: argparse.Namespace) -> int:
    """Print each node; FAILED when a notice stands against one."""
    from pishkhan.relay import api as relay

    found = relay.contacts()
    lines = [line for each in found for line in _lines(each)]
    emit(args, {"nodes": [asdict(each) for each in found]}, lines or [_("No other node is known.")])
    return Exit.FAILED if any(each.notice or each.suspended for each in found) else Exit.DONE


def _lines(each: ContactView) -> list[str]:
    told = {
        "node": each.node, "name": each.name, "count": each.waiting.count,
        "since": _day(each.waiting.oldest), "made": each.made, "made_at": _day(each.made_at),
        "heard": each.heard, "heard_at": _day(each.heard_at), "said_at": _day(each.said_at),
        "holes": each.holes,
    }  # fmt: skip
    lines = [f"{each.name}\t{each.node}"]
    if each.revoked:
        return [*lines, "   " + _("revoked")]
    lines.append("   " + _("not received there yet: %(count)s, the oldest of %(since)s") % told)
    lines.append("   " + _("last bag to it: %(made)s, made %(made_at)s") % told)
    lines.append(
        "   " + _("last bag from it: %(heard)s, came %(heard_at)s, made there %(said_at)s") % told
    )
    lines += _of_line(each)
    if each.holes:
        lines.append("   " + _("missing of what it sent: %(holes)s") % told)
    if each.notice or each.suspended:
        lines.append("   " + _words(each.notice or "relay.fork"))
    return lines


def _of_line(each: ContactView) -> list[str]:
    if each.line is None:
        return []
    told = {
        "tried": _day(each.line.tried_at), "reached": _day(each.line.reached_at),
        "next": _day(each.line.next_at), "seconds": round(each.line.ahead or 0),
    }  # fmt: skip
    if not each.line.calls:
        lines = ["   " + _("called last %(reached)s") % told]
    else:
        words = _("line: reached last %(reached)s, tried last %(tried)s, next %(next)s")
        lines = ["   " + words % told]
    if each.line.reason:
        lines.append("   " + _words(each.line.reason))
    if each.line.ahead is not None and abs(each.line.ahead) >= CLOCK_OFF:
        lines.append("   " + _("its clock is %(seconds)s s ahead of this one's") % told)
    return lines


def _day(at: datetime | None) -> str:
    from pishkhan.kernel.jalali import format_date
    from pishkhan.node.console import language

    return format_date(at, language(), with_time=True) if at else "–"


def _words(code: str) -> str:
    from django.utils.translation import gettext

    from pishkhan.relay import api as relay

    return relay.reason_in_words(code).render(gettext) if code else ""


def _thousandths(step: Any) -> Any:
    """Return what tells a bar of PARTS how far `done` of `of` is."""
    seen = 0

    def tell(done: int, of: int) -> None:
        nonlocal seen
        now = PARTS * done // of if of else PARTS
        step(now - seen)
        seen = now

    return tell
