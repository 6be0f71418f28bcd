"""The agency's verbs of `pishkhan letter`, and those that end a letter's life at the counter.

A letter is named by tracking code, letter number or id, as the person on the seat may see it.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pishkhan.node.commands import letter_brought
from pishkhan.node.commands.letter_seat import (
    actor_of,
    as_data,
    as_line,
    purpose_word,
    seat_arguments,
    state_word,
)
from pishkhan.node.commands.letter_seat import stored as stored_page
from pishkhan.node.commands.user import more
from pishkhan.node.console import Exit, Stop, _, command, emit

if TYPE_CHECKING:
    from pishkhan.directory.contracts import Actor
    from pishkhan.letters.contracts import ArrivalView, SearchHit

PURPOSES = ("action", "information", "opinion", "signature")
FOLDERS = ("open", "to_sign", "done", "sent")


def register(verbs: Any) -> None:
    """Add the verbs."""
    parser = verb(verbs, "arrivals", _("List the secretariat's letters"), arrivals, letter=False)
    parser.add_argument("--after", default=None, help=_("cursor of the next page"))
    parser = verb(verbs, "cartable", _("List a folder of the post"), cartable, letter=False)
    parser.add_argument("--folder", default="open", choices=FOLDERS)
    parser.add_argument("--after", default=None, help=_("cursor of the next page"))
    parser = verb(verbs, "search", _("Find letters by number, code or words"), search, letter=False)
    parser.add_argument("words", nargs="+")
    parser.add_argument("--after", default=None, help=_("cursor of the next page"))
    verb(verbs, "read", _("Open a letter at the agency; the reading is noted"), read)
    verb(verbs, "register", _("Give an arrived letter its number"), register_letter)
    parser = verb(verbs, "refer", _("Refer a letter to posts"), refer)
    parser.add_argument("--to", action="append", required=True, help=_("post: id or words"))
    parser.add_argument("--purpose", default="action", choices=PURPOSES)
    parser.add_argument("--instruction", default="")
    parser.add_argument("--deadline", default="", help=_("day, such as 1405/09/20"))
    parser = verb(verbs, "return", _("Return a letter for what is missing"), return_letter)
    parser.add_argument("--missing", required=True)
    parser.add_argument("--until", default="", help=_("day, such as 1405/09/20"))
    parser = verb(verbs, "set-aside", _("Return a letter that is not registrable"), set_aside)
    parser.add_argument("--reason", required=True)
    parser = verb(verbs, "complete", _("Send after what was missing"), complete)
    parser.add_argument("--note", default="")
    parser.add_argument("files", nargs="*", type=Path)
    verb(verbs, "send-again", _("Send a letter again that did not reach its agency"), send_again)
    parser = verb(verbs, "draft", _("Write an answer, or its next version"), draft)
    parser.add_argument("--subject", required=True)
    parser.add_argument("--recipient", default="", help=_("line over the text: to whom it goes"))
    parser.add_argument("--text", default="-", help=_("the answer; - reads standard input"))
    for name, text, run in (
        ("initial", _("Initial the newest draft"), initial),
        ("dispatch", _("Send the signed answer to the counter"), dispatch),
        ("resend", _("Send an answer again that the counter refused"), resend),
    ):
        verb(verbs, name, text, run)
    parser = verb(verbs, "sign", _("Sign the initialled draft"), sign)
    parser.add_argument(
        "--per-pro", type=UUID, default=None, help=_("id of the post signed for, if not one's own")
    )
    text = _("Hand the answer over to the applicant")
    parser = verb(verbs, "hand-over", text, letter_brought.hand_over)
    letter_brought.hand_over_arguments(parser)
    parser = verb(verbs, "close", _("End the work on a letter"), close)
    parser.add_argument("--outcome", required=True)


def verb(
    verbs: Any,
    name: str,
    text: str,
    run: Callable[[argparse.Namespace], int],
    *,
    letter: bool = True,
) -> Any:
    parser = command(verbs, name, text, run)
    seat_arguments(parser)
    if letter:
        parser.add_argument("letter", help=_("tracking code, letter number or id"))
    return parser


# --- reading -------------------------------------------------------------------------------------


def arrivals(args: argparse.Namespace) -> int:
    """List the secretariat's letters, newest first."""
    from pishkhan.letters import api as letters

    page = letters.arrivals(actor_of(args), after=args.after)
    rows = [
        {
            "id": row.id,
            "code": row.tracking_code,
            "number": row.number_text,
            "state": row.state,
            "subject": row.subject,
            "arrived_at": row.arrived_at,
        }
        for row in page.rows
    ]
    lines = [
        f"{row.tracking_code}\t{row.number_text}\t{state_word(row.state)}\t{row.subject}"
        for row in page.rows
    ]
    emit(args, {"rows": rows, "next": page.next}, [*lines, *more(page.next)])
    return Exit.DONE


def cartable(args: argparse.Namespace) -> int:
    """List a folder of the post, newest first."""
    from pishkhan.letters import api as letters

    page = letters.cartable(actor_of(args), folder=args.folder, after=args.after)
    rows = [
        {
            "id": row.arrival_id,
            "referral": row.referral_id,
            "number": row.number_text,
            "purpose": row.purpose,
            "subject": row.subject,
            "from": row.from_title,
            "deadline": row.deadline,
            "seen": row.seen,
        }
        for row in page.rows
    ]
    lines = [
        f"{row.number_text}\t{purpose_word(row.purpose)}\t{row.from_title}\t{row.subject}"
        for row in page.rows
    ]
    emit(args, {"rows": rows, "next": page.next}, [*lines, *more(page.next)])
    return Exit.DONE


def search(args: argparse.Namespace) -> int:
    """Find letters."""
    from pishkhan.letters import api as letters

    page = letters.search(actor_of(args), " ".join(args.words), after=args.after)
    rows = [
        {"id": hit.id, "code": hit.tracking_code, "number": hit.number_text, "state": hit.state}
        for hit in page.rows
    ]
    lines = [
        f"{hit.tracking_code}\t{hit.number_text}\t{state_word(hit.state)}\t{hit.subject}"
        for hit in page.rows
    ]
    emit(args, {"rows": rows, "next": page.next}, [*lines, *more(page.next)])
    return Exit.DONE


def read(args: argparse.Namespace) -> int:
    """Open a letter and show it."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    view = letters.open_arrival(actor, arrival_of(actor, args.letter))
    row = view.row
    data = {
        "id": row.id,
        "code": row.tracking_code,
        "number": row.number_text,
        "state": row.state,
        "subject": row.subject,
        "text": view.body,
        "deeds": sorted(deed for deed in view.deeds.allowed if ":" not in deed),
        "pages": [{"digest": p.digest, "media_type": p.media_type} for p in view.pages],
        "drafts": [{"id": d.id, "state": d.state, "number": d.number_text} for d in view.drafts],
        "steps": [as_data(step) for step in view.steps],
    }
    head = [
        f"{row.tracking_code}  {row.number_text}  {state_word(row.state)}",
        row.subject,
        view.body,
    ]
    emit(args, data, [*head, *(as_line(step) for step in view.steps)])
    return Exit.DONE


def hit_of(actor: Actor, words: str, side: str) -> SearchHit:
    """Return the one letter that these words name; NOT_FOUND or INVALID else."""
    from pishkhan.letters import api as letters

    hits = [hit for hit in letters.search(actor, words).rows if hit.side == side]
    if len(hits) == 1:
        return hits[0]
    if hits:
        raise Stop(_("Several letters are meant; give the tracking code."), Exit.INVALID)
    raise Stop(_("There is no such letter here."), Exit.NOT_FOUND)


# --- deeds ---------------------------------------------------------------------------------------


def register_letter(args: argparse.Namespace) -> int:
    """Give a letter its number."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    number = letters.register(actor, arrival_of(actor, args.letter))
    return done(args, number=number.text, at=number.at)


def refer(args: argparse.Namespace) -> int:
    """Refer a letter; the first receiver for action is the principal one."""
    from pishkhan.letters import api as letters
    from pishkhan.letters.contracts import Purpose, Receiver

    actor = actor_of(args)
    receivers = [
        Receiver(post_of(actor, words), Purpose(args.purpose), principal=number == 0)
        for number, words in enumerate(args.to)
    ]
    ids = letters.refer(
        actor,
        arrival_of(actor, args.letter),
        to=receivers,
        instruction=args.instruction,
        deadline=_day(args.deadline),
    )
    return done(args, referrals=ids)


def post_of(actor: Actor, words: str) -> UUID:
    """Return the post of an id, or the only one within reach that these words find."""
    from pishkhan.directory import api as directory

    try:
        return UUID(words)
    except ValueError:
        found = directory.posts_for_referral(actor, words)
    if len(found) == 1:
        return found[0].id
    names = "".join(f"\n  {post.id}  {post.title}  {post.holder_name}" for post in found)
    raise Stop((_("Which post?") if found else _("No post has this name.")) + names, Exit.INVALID)


def return_letter(args: argparse.Namespace) -> int:
    """Return a letter for a deficiency."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    arrival = arrival_of(actor, args.letter)
    letters.return_for_deficiency(actor, arrival, missing=args.missing, until=_day(args.until))
    return done(args)


def set_aside(args: argparse.Namespace) -> int:
    """Return a letter without a number."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    letters.set_aside(actor, arrival_of(actor, args.letter), reason=args.reason)
    return done(args)


def complete(args: argparse.Namespace) -> int:
    """Send after, at the counter, what the agency missed."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    letter = letters.find_submission(actor, args.letter)
    pages = tuple(stored_page(file) for file in args.files)
    letters.complete(actor, letter, pages=pages, note=args.note)
    return done(args)


def send_again(args: argparse.Namespace) -> int:
    """Send, at the counter, a letter again that the agency's side refused."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    letters.send_again(actor, letters.find_submission(actor, args.letter))
    return done(args)


def draft(args: argparse.Namespace) -> int:
    """Write a draft, or the next version of the one under way."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    arrival = arrival_of(actor, args.letter)
    live = [d.id for d in letters.arrival(actor, arrival).drafts if d.state in LIVE]
    made = letters.draft(
        actor,
        arrival,
        subject=args.subject,
        recipient=args.recipient,
        body=sys.stdin.read() if args.text == "-" else args.text,
        draft_id=live[-1] if live else None,
    )
    return done(args, id=made)


LIVE = ("drafting", "to_sign")


def initial(args: argparse.Namespace) -> int:
    """Initial the newest draft."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    letters.initial(actor, _draft(actor, args.letter, LIVE))
    return done(args)


def sign(args: argparse.Namespace) -> int:
    """Sign the newest draft."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    letters.sign(actor, _draft(actor, args.letter, LIVE), per_pro=args.per_pro)
    return done(args)


def dispatch(args: argparse.Namespace) -> int:
    """Dispatch the signed answer."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    number = letters.dispatch(actor, _draft(actor, args.letter, ("signed",)))
    return done(args, number=number.text, at=number.at)


def resend(args: argparse.Namespace) -> int:
    """Send the refused answer again."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    letters.resend(actor, _draft(actor, args.letter, ("refused",)))
    return done(args)


def close(args: argparse.Namespace) -> int:
    """Close a letter with its outcome."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    letters.close(actor, arrival_of(actor, args.letter), outcome=args.outcome)
    return done(args)


def arrival_of(actor: Actor, words: str) -> UUID:
    try:
        return UUID(words)
    except ValueError:
        return hit_of(actor, words, "agency").id


def _draft(actor: Actor, words: str, states: tuple[str, ...]) -> UUID:
    """Return the letter's newest draft in one of these states."""
    from pishkhan.letters import api as letters

    view: ArrivalView = letters.arrival(actor, arrival_of(actor, words))
    found = [draft.id for draft in view.drafts if draft.state in states]
    if not found:
        raise Stop(_("The letter has no draft in that state."), Exit.REFUSED)
    return found[-1]


def _day(text: str) -> Any:
    from pishkhan.kernel.jalali import parse_date

    return parse_date(text) if text else None


def done(args: argparse.Namespace, **told: Any) -> int:
    """Say what came of it."""
    emit(args, {"done": True, **told}, [str(told.get("number", _("Done.")))])
    return Exit.DONE
