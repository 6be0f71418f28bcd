"""`pishkhan keys`: what agencies' roots say of keys. `register` to `show` need a node."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pishkhan.node.commands.keys_root import read, written
from pishkhan.node.commands.keys_root import register as offline
from pishkhan.node.console import Exit, Stop, _, command, emit, group

if TYPE_CHECKING:
    from pishkhan.sealing.papers import AgencyKeys

EXAMPLES = """  pishkhan keys make-root water.root --agency 01890000-0000-7000-8000-000000000000
  pishkhan keys register water.root.pub
  pishkhan keys request --out request.json
  pishkhan keys state request.json --root water.root --out statements.txt
  pishkhan keys revoke 53076a9b2c4d8e1f --reason compromised --root water.root --out list.txt
  pishkhan keys take statements.txt
  pishkhan keys next log --out request.json
  pishkhan keys switch log
  pishkhan keys show"""


USES = ("relay", "log")


def register(subparsers: Any) -> None:
    """Add the noun and its verbs."""
    verbs = group(
        subparsers, "keys", _("Agencies' roots, and what they say of keys"), examples=EXAMPLES
    )
    offline(verbs)
    parser = command(verbs, "register", _("Take in the root of an agency"), register_root)
    parser.add_argument("file", type=Path, help=_("FILE.pub of the root"))
    parser.add_argument(
        "--change", type=Path, help=_("file by which the present root names this one")
    )
    parser.add_argument(
        "--lost",
        action="store_true",
        help=_("rule that the present root is lost; it is journalled"),
    )
    parser = command(verbs, "request", _("Write this node's keys for a root to state"), request)
    parser.add_argument("--out", type=Path, required=True, help=_("file to be written"))
    parser = command(verbs, "take", _("Take in key statements and revocation lists"), take)
    parser.add_argument("file", type=Path, help=_("file that a root signed"))
    parser = command(verbs, "next", _("Make this node's next key, for a root to state"), make_next)
    parser.add_argument("use", choices=USES, help=_("which key"))
    parser.add_argument("--out", type=Path, required=True, help=_("file to be written"))
    parser = command(verbs, "switch", _("Sign by the next key from now on"), switch)
    parser.add_argument("use", choices=USES, help=_("which key"))
    parser = command(verbs, "show", _("Show agencies' roots, stated and revoked keys"), show)
    parser.add_argument("--agency", type=UUID, help=_("only this agency"))
    parser.add_argument(
        "--out", type=Path, help=_("write the agency's papers into a file, to hand them on")
    )


def register_root(args: argparse.Namespace) -> int:
    """Take in a root, or the change of one."""
    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.sealing import papers

    if args.change is not None and args.lost:
        raise Stop(_("A root is changed by its file, or it is lost: not both."), Exit.USAGE)
    change = None if args.change is None else read(args.change)
    root = papers.register_root(SYSTEM, read(args.file), change=change, lost=args.lost)
    told = {"agency": root.agency, "root": root.key_id, "number": root.number}
    words = _("Root %(root)s of the agency %(agency)s is registered; compare it with the paper.")
    emit(args, told, [words % told])
    return Exit.DONE


def request(args: argparse.Namespace) -> int:
    """Write the public keys of this node."""
    from pishkhan.sealing import papers

    return written(args, papers.key_request())


def take(args: argparse.Namespace) -> int:
    """Take in a file of papers, all or none."""
    from dataclasses import asdict

    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.sealing import papers

    found = papers.take_papers(SYSTEM, read(args.file))
    lines = []
    for each in found:
        words = _("%(label)s %(number)s of %(agency)s: taken")
        if not each.new:
            words = _("%(label)s %(number)s of %(agency)s: known already")
        lines.append(words % asdict(each))
    emit(args, {"papers": [asdict(each) for each in found]}, lines)
    return Exit.DONE


def make_next(args: argparse.Namespace) -> int:
    """Make the next relay or log key, or find the one that was made, and ask for its statement."""
    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.sealing import papers

    subject = papers.make_next(SYSTEM, papers.KeyUse(args.use))
    lines = [f"{subject.kind.value} {subject.key_id} {subject.name}"]
    if args.use == "log":
        lines += [
            _("Before the switch, witnesses, monitors and verifiers take this line as well:"),
            f"log {subject.name}",
        ]
    return written(args, papers.next_request(subject), lines, key=subject.key_id)


def switch(args: argparse.Namespace) -> int:
    """Go on to the next key; once more, it goes on from where it stopped."""
    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.sealing import papers

    found = papers.switch_key(SYSTEM, papers.KeyUse(args.use))
    told = {"use": args.use, "key": found.subject.key_id, "former": found.former}
    words = _("This node signs by the %(use)s key %(key)s from now on, no more by %(former)s.")
    if not found.new:
        words = _("This node signs by the %(use)s key %(key)s already, no more by %(former)s.")
    emit(args, {**told, "new": found.new}, [words % told])
    return Exit.DONE


def show(args: argparse.Namespace) -> int:
    """Print what is known; FAILED when a revocation list is past its date."""
    from pishkhan.kernel import clock
    from pishkhan.sealing import papers

    if args.out is not None:
        if args.agency is None:
            raise Stop(_("Name the agency by --agency."), Exit.USAGE)
        return written(args, papers.papers_of(args.agency))
    now = clock.current().now()
    found = [
        papers.agency_keys(each) for each in ([args.agency] if args.agency else papers.roots())
    ]
    stale = [each for each in found if each.revocations and each.revocations.next < now]
    lines = [line for each in found for line in _lines(each, each in stale)]
    own = _own()
    emit(args, {"node": own, "agencies": [_told(each, each in stale) for each in found]},
         [*_own_lines(own), *(lines or [_("No agency has a root here.")])])  # fmt: skip
    return Exit.FAILED if stale else Exit.DONE


def _own() -> dict[str, Any]:
    from pishkhan.kernel.errors import NotFound
    from pishkhan.sealing import papers

    told: dict[str, Any] = {}
    for use in USES:
        try:
            each = papers.own_keys(papers.KeyUse(use))
        except NotFound:  # no log was begun here
            continue
        told[use] = {
            "key": each.subject.key_id, "subject": each.subject.name,
            "next": each.next.key_id if each.next else None,
            "former": [{"key": one.key_id, "ended": one.ended} for one in each.former],
        }  # fmt: skip
    return told


def _own_lines(own: dict[str, Any]) -> list[str]:
    lines = []
    for use, each in own.items():
        lines.append(_("This node's %(use)s key: %(key)s") % {"use": use, "key": each["key"]})
        if each["next"]:
            lines.append(_("   next, not in use yet: %(key)s") % {"key": each["next"]})
        for one in each["former"]:
            told = {"key": one["key"], "day": f"{one['ended']:%Y-%m-%d %H:%M}"}
            lines.append(_("   former, until %(day)s UTC: %(key)s") % told)
    return lines


def _told(found: AgencyKeys, stale: bool) -> dict[str, Any]:
    known = found.revocations
    return {
        "agency": found.root.agency,
        "root": found.root.key_id,
        "keys": [
            {
                "number": each.number, "kind": each.subject.kind, "subject": each.subject.name,
                "key": each.subject.key_id, "from": each.begins, "until": each.ends,
                "revoked": each.revoked.at if each.revoked else None,
                "reason": each.revoked.reason if each.revoked else None,
            }
            for each in found.stated
        ],
        "revocations": None if known is None else {
            "number": known.number, "issued": known.issued, "next": known.next, "stale": stale,
            "revoked": [each.key_id for each in known.revoked],
        },
    }  # fmt: skip


def _lines(found: AgencyKeys, stale: bool) -> list[str]:
    root = found.root
    words = _("Agency %(agency)s: root %(root)s")
    lines = [words % {"agency": root.agency, "root": root.key_id}]
    for each in found.stated:
        told = {
            "n": each.number, "kind": each.subject.kind.value, "key": each.subject.key_id,
            "name": each.subject.name, "day": f"{each.begins:%Y-%m-%d}",
        }  # fmt: skip
        lines.append(_("%(n)s. %(kind)s %(key)s since %(day)s: %(name)s") % told)
        if each.revoked is not None:
            told = {"day": f"{each.revoked.at:%Y-%m-%d %H:%M}", "why": each.revoked.reason.value}
            lines.append(_("   revoked since %(day)s UTC (%(why)s)") % told)
    known = found.revocations
    if known is None:
        return [*lines, _("No revocation list of this agency is here.")]
    told = {"n": known.number, "day": f"{known.next:%Y-%m-%d}"}
    lines.append(_("Revocation list %(n)s; a newer one comes by %(day)s.") % told)
    return [*lines, _("That day is past: ask the agency for a newer list.")] if stale else lines
