"""`pishkhan journal`: the signed log of this node."""

from __future__ import annotations

import argparse
import sys
from typing import Any
from uuid import UUID

from pishkhan.node.commands.journal_evidence import register as evidence
from pishkhan.node.commands.journal_witness import register as witnesses
from pishkhan.node.console import Exit, Stop, _, command, emit, group

EXAMPLES = """  pishkhan journal head
  pishkhan journal check
  pishkhan journal proof 0199c3a1-7c00-7a10-8000-00000000000a --field kind > entry.tlog-proof
  pishkhan journal evidence 7214093381260 --as demo-auditor --reason "1405/88" --out letter.zip
  pishkhan journal begin-anew --yes
  pishkhan journal erase 0199c3a1-7c00-7a10-8000-00000000000a --field text --reason retention --yes
  pishkhan journal policy
  pishkhan journal ask-witnesses --out /media/usb/asks.json
  pishkhan journal witness /media/usb/asks.json --out /media/usb/answers.json
  pishkhan journal take-cosignatures /media/usb/answers.json"""


def register(subparsers: Any) -> None:
    """Add the noun and its verbs."""
    verbs = group(subparsers, "journal", _("The signed log of this node"), examples=EXAMPLES)
    command(verbs, "head", _("Tell the log's name, size, root and key"), head)
    command(verbs, "check", _("Compare every published file with the rows"), check)
    command(
        verbs, "rebuild", _("Derive the published files anew; the former ones are kept"), rebuild
    )
    parser = command(verbs, "proof", _("Write the proof of an entry to standard output"), proof)
    parser.add_argument("entry", type=UUID, help=_("id of the entry"))
    parser.add_argument(
        "--field", action="append", dest="fields", required=True, help=_("a field to be shown")
    )
    evidence(verbs)
    witnesses(verbs)
    parser = command(verbs, "erase", _("Destroy fields of an entry; the log still verifies"), erase)
    parser.add_argument("entry", type=UUID, help=_("id of the entry"))
    parser.add_argument(
        "--field", action="append", dest="fields", required=True, help=_("a field to be erased")
    )
    parser.add_argument("--reason", required=True, help=_("a code, such as retention, court-order"))
    parser.add_argument("--yes", action="store_true", help=_("I have read the howto about it"))
    parser = command(verbs, "begin-anew", _("Begin a new log where the old can not go on"), anew)
    parser.add_argument("--yes", action="store_true", help=_("I have read the howto about it"))


def head(args: argparse.Namespace) -> int:
    """Print the head and the log's public key."""
    from pishkhan.journal import api
    from pishkhan.node import wiring

    found = api.head()
    told = {
        "origin": found.origin,
        "size": found.size,
        "root": found.root.hex(),
        "key": api.log_vkey(wiring.LogKey()),
        "witness": api.witness_vkey(wiring.witness_key()),
        "signed_at": None if found.signed_at is None else found.signed_at.isoformat(),
    }
    emit(args, told, [f"{name}: {value}" for name, value in told.items()])
    return Exit.DONE


def check(args: argparse.Namespace) -> int:
    """Print the files that differ; FAILED when there are any."""
    from pishkhan.journal import api

    found = api.scrub()
    words = [_("Damaged: %(file)s") % {"file": each} for each in found]
    emit(args, {"damaged": found}, words or [_("Every published file is what the rows say.")])
    return Exit.FAILED if found else Exit.DONE


def rebuild(args: argparse.Namespace) -> int:
    """Derive the files anew."""
    from pishkhan.journal import api

    size = api.rebuild()
    emit(args, {"leaves": size}, [_("Leaves published anew: %(n)s") % {"n": size}])
    return Exit.DONE


def proof(args: argparse.Namespace) -> int:
    """Write a C2SP tlog-proof."""
    from pishkhan.journal import api

    sys.stdout.buffer.write(api.proof(args.entry, args.fields))
    return Exit.DONE


def erase(args: argparse.Namespace) -> int:
    """Erase fields, in an act of their own."""
    from pishkhan.directory.contracts import SYSTEM
    from pishkhan.journal import api

    if not args.yes:
        raise Stop(_("What is erased can not be brought back: add --yes."), Exit.REFUSED)
    try:
        with api.act() as act:
            api.erase(act, args.entry, args.fields, actor=SYSTEM.ref, reason=args.reason)
    except ValueError:
        raise Stop(_("A reason is a code of small letters and hyphens."), Exit.USAGE) from None
    names = ", ".join(sorted(args.fields))
    emit(args, {"erased": sorted(args.fields)}, [_("Erased: %(names)s") % {"names": names}])
    return Exit.DONE


def anew(args: argparse.Namespace) -> int:
    """Begin a new log under a new origin, with a new key."""
    from pishkhan.journal import api
    from pishkhan.node import wiring

    if not args.yes:
        words = _("Receipts of the former log stay provable, but it never grows again: add --yes.")
        raise Stop(words, Exit.REFUSED)
    origin = api.begin_anew()
    key = api.log_vkey(wiring.LogKey())
    words = _("The new log has a key of its own; give it to witnesses, verifiers and the root:")
    emit(args, {"origin": origin, "key": key}, [words, key])
    return Exit.DONE
