"""`pishkhan journal evidence`: a letter with all that proves it, for a court, as one file."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pishkhan.node.commands.letter_seat import actor_of, seat_arguments
from pishkhan.node.console import Exit, Stop, _, command, emit

if TYPE_CHECKING:
    from pishkhan.directory.contracts import Actor


def register(verbs: Any) -> None:
    """Add the verb."""
    parser = command(
        verbs, "evidence", _("Export a letter with its entries, proofs and keys"), evidence
    )
    seat_arguments(parser)
    add = parser.add_argument
    add("letter", help=_("tracking code, number or id of the letter"))
    add("--reason", required=True, help=_("the order or the case; it stands in the log"))
    add(
        "--identity",
        metavar="REASON",
        default=None,
        help=_("name persons too, for this reason; it stands in the log by itself"),
    )
    add("--out", type=Path, required=True, help=_("the file to write; it may not be there yet"))


def evidence(args: argparse.Namespace) -> int:
    """Write the bundle; what was exported is on record, also when the disk is full."""
    from pishkhan.letters import api as letters
    from pishkhan.letters.contracts.audit import EvidenceOrder
    from pishkhan.web.public import verify

    actor = actor_of(args)
    order = EvidenceOrder(
        letter_of(actor, args.letter),
        reason=args.reason,
        identity=args.identity is not None,
        identity_reason=args.identity or "",
    )
    try:
        out = args.out.open("xb")
    except OSError as error:
        words = _("%(file)s cannot be written: %(why)s")
        raise Stop(words % {"file": args.out, "why": error.strerror}, Exit.REFUSED) from None
    try:
        with out:
            made = letters.export_evidence(actor, order, verify_page=verify.saved())
            for piece in made.chunks:
                out.write(piece)
    except BaseException:
        args.out.unlink(missing_ok=True)  # half a bundle proves nothing
        raise
    told = {
        "file": str(args.out),
        "sums": made.sums,
        "entries": made.entries,
        "waiting": made.waiting,
        "files": made.files,
    }
    emit(args, told, [f"{name}: {value}" for name, value in told.items()])
    return Exit.DONE


def letter_of(actor: Actor, typed: str) -> UUID:
    """Return the one letter that was meant; Stop where there is none, or more than one."""
    from pishkhan.letters import api as letters

    found = letters.audit_find(actor, typed).subjects
    if len(found) > 1:
        raise Stop(_("Several letters have this number: give the id of one."), Exit.INVALID)
    if not found:
        raise Stop(_("No such letter is open to this person."), Exit.NOT_FOUND)
    return found[0]
