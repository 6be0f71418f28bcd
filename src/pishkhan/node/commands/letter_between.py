"""The verbs of `pishkhan letter` by which agencies write to each other."""

from __future__ import annotations

import argparse
import sys
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pishkhan.node.commands.letter_deeds import arrival_of, done, verb
from pishkhan.node.commands.letter_seat import actor_of
from pishkhan.node.console import Exit, Stop, _, emit

if TYPE_CHECKING:
    from pishkhan.directory.contracts import Actor


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
    _words(parser)

    parser = verb(
        verbs, "write-internal", _("Begin a letter within the agency"), internal, letter=False
    )
    add = parser.add_argument
    add(
        "--to", action="append", default=[], required=True,
        help=_("post: id or words of its title; may be repeated"),
    )  # fmt: skip
    add("--copy", action="append", default=[], help=_("post that gets a copy; may be repeated"))
    add("--phrase", default="", help=_("what the copies are for"))
    add("--recipient", default="", help=_("line over the text; without it the receivers' titles"))
    add("--answers", type=UUID, default=None, help=_("id of the internal letter that it answers"))
    _words(parser)


def _words(parser: argparse.ArgumentParser) -> None:
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


def internal(args: argparse.Namespace) -> int:
    """Begin an internal letter; its id names it in the other verbs."""
    from pishkhan.letters import api as letters
    from pishkhan.letters.contracts import NewLetter, PostTo

    actor = actor_of(args)
    made = letters.begin_letter(
        actor,
        NewLetter(
            agency_id=None,
            posts=(
                *(PostTo(post_of(actor, each)) for each in args.to),
                *(PostTo(post_of(actor, each), True, args.phrase) for each in args.copy),
            ),
            recipient=args.recipient,
            subject=args.subject,
            body=sys.stdin.read() if args.text == "-" else args.text,
            answers=args.answers,
        ),
    )
    emit(args, {"done": True, "id": made}, [str(made)])
    return Exit.DONE


def post_of(actor: Actor, words: str) -> UUID:
    """Return the post of an id, or the only one of the actor's agency that these words find."""
    from pishkhan.directory import api as directory

    try:
        return UUID(words)
    except ValueError:
        agency = actor.office.agency_id if actor.office else None
        hits = directory.open_posts(agency, words, limit=20) if agency else []
    same = [hit for hit in hits if hit.title == words]
    if len(hits) == 1 or len(same) == 1:
        return (same or hits)[0].id
    names = "".join(f"\n  {hit.id}  {hit.title}" for hit in hits)
    raise Stop((_("Which post?") if hits else _("No post has this title.")) + names, Exit.INVALID)


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
