"""The verbs of `pishkhan letter` by which agencies write to each other."""

from __future__ import annotations

import argparse
import sys
from typing import Any
from uuid import UUID

from pishkhan.node.commands.letter_deeds import arrival_of, done, verb
from pishkhan.node.commands.letter_seat import actor_of
from pishkhan.node.console import Exit, Stop, _, emit


def register(verbs: Any) -> None:
    """Add the verbs."""
    parser = verb(verbs, "transfer", _("Transfer a letter to the competent agency"), transfer)
    parser.add_argument("--to", required=True, help=_("agency: id or words of its name"))
    parser.add_argument("--reason", required=True)
    parser.add_argument(
        "--again", action="store_true", help=_("also to an agency that passed it on before")
    )

    parser = verb(verbs, "write", _("Begin a letter to another agency"), write, letter=False)
    parser.add_argument("--to", required=True, help=_("agency: id or words of its name"))
    parser.add_argument(
        "--copy", action="append", default=[], help=_("agency that gets a copy; may be repeated")
    )
    parser.add_argument("--phrase", default="", help=_("what the copies are for"))
    parser.add_argument("--recipient", required=True, help=_("line over the text: to whom it goes"))
    parser.add_argument("--subject", required=True)
    parser.add_argument("--text", default="-", help=_("the letter; - reads standard input"))


def write(args: argparse.Namespace) -> int:
    """Begin a letter; its id names it in the other verbs."""
    from pishkhan.letters import api as letters
    from pishkhan.letters.contracts import CopyTo, NewLetter

    made = letters.begin_letter(
        actor_of(args),
        NewLetter(
            agency_id=agency_of(args.to),
            recipient=args.recipient,
            subject=args.subject,
            body=sys.stdin.read() if args.text == "-" else args.text,
            copies=tuple(CopyTo(agency_of(each), args.phrase) for each in args.copy),
        ),
    )
    emit(args, {"done": True, "id": made}, [str(made)])
    return Exit.DONE


def transfer(args: argparse.Namespace) -> int:
    """Transfer a letter to the agency that is competent for it."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    letters.transfer(
        actor,
        arrival_of(actor, args.letter),
        agency_id=agency_of(args.to),
        reason=args.reason,
        again=args.again,
    )
    return done(args)


def agency_of(words: str) -> UUID:
    """Return the agency of an id, or the only one these words find."""
    from pishkhan.directory import api as directory

    try:
        return UUID(words)
    except ValueError:
        hits = directory.find_agencies(words)
    if len(hits) == 1 or (hits and hits[0].name == words):
        return hits[0].id
    names = "".join(f"\n  {hit.id}  {hit.name}" for hit in hits)
    raise Stop(
        (_("Which agency?") if hits else _("No agency has this name.")) + names, Exit.INVALID
    )
