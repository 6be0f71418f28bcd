"""`pishkhan letter`: every deed of a letter's life, as a person on a seat."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any
from uuid import UUID

from pishkhan.node.commands import letter_between, letter_brought, letter_day, letter_deeds
from pishkhan.node.commands.letter_between import agency_of
from pishkhan.node.commands.letter_seat import (
    actor_of,
    as_data,
    as_line,
    as_public_line,
    seat_arguments,
    state_word,
    stored,
)
from pishkhan.node.commands.user import more
from pishkhan.node.console import Exit, _, command, emit, group, progress

EXAMPLES = """  pishkhan letter accept --as demo-clerk --national-id 0012345679 \\
      --name "Fard Nemooneh" --mobile 09120000000 --agency "آب و فاضلاب" \\
      --subject "قطعی آب شرب روستا" page1.jpg page2.jpg
  pishkhan letter list --as demo-clerk
  pishkhan letter show 7214093381260 --as demo-clerk --json
  pishkhan letter track 7214093381260 --national-id 0012345679
  pishkhan letter register 7214093381260 --as demo-secretary
  pishkhan letter refer 7214093381260 --as demo-secretary --to "کارشناس فنی" --deadline 1405/12/20
  pishkhan letter draft 7214093381260 --as demo-expert --subject "پاسخ" < answer.txt"""


def register(subparsers: Any) -> None:
    """Add the noun and its verbs."""
    verbs = group(
        subparsers,
        "letter",
        _("Letters: from the counter to the answer and back"),
        examples=EXAMPLES,
    )
    parser = command(verbs, "accept", _("Accept a citizen's letter from files"), accept)
    seat_arguments(parser)
    add = parser.add_argument
    letter_brought.number_arguments(parser)
    add("--name", required=True, help=_("the applicant's name"))
    add("--mobile", default="")
    add("--agency", required=True, help=_("id of the agency, or words of its name"))
    add("--subject", required=True)
    add("--text", default="", help=_("the letter's text, typed"))
    add("--kind", default="request", choices=["request", "complaint", "proposal", "report"])
    add("--pay", default="card", choices=["card", "cash", "free"])
    add("--rrn", default="", help=_("reference number of the card payment"))
    add("--nonce", type=UUID, default=None, help=_("repeat with the same one: accepted once"))
    letter_brought.accept_arguments(parser)
    add("files", nargs="*", type=Path, help=_("PDF, JPEG, PNG or TIFF"))
    parser = command(verbs, "list", _("List the counter's letters, newest first"), show_all)
    seat_arguments(parser)
    parser.add_argument("--after", default=None, help=_("cursor of the next page"))
    parser = command(verbs, "show", _("Show a letter of the counter"), show)
    seat_arguments(parser)
    parser.add_argument("code", help=_("tracking code"))
    parser = command(verbs, "track", _("Show what the citizen sees"), track)
    parser.add_argument("code", help=_("tracking code"))
    parser.add_argument("--national-id", required=True, help=_("the applicant's number"))
    letter_deeds.register(verbs)
    letter_between.register(verbs)
    letter_day.register(verbs)


def accept(args: argparse.Namespace) -> int:
    """Store the files, then accept the letter."""
    from dataclasses import replace

    from pishkhan.kernel.ids import new_id
    from pishkhan.letters import api as letters
    from pishkhan.letters.contracts import (
        Acceptance,
        Applicant,
        IdKind,
        LetterKind,
        PageRole,
        PayWay,
    )

    actor = actor_of(args)
    fee = replace(letters.letter_fee(actor), way=PayWay(args.pay), rrn=args.rrn)
    with progress(_("Pages"), len(args.files)) as step:
        pages = []
        for file in args.files:
            pages.append(stored(file))
            step(1)
    if args.signatures:
        pages.append(replace(stored(args.signatures), role=PageRole.SIGNATURES))
    accepted = letters.accept(
        actor,
        Acceptance(
            nonce=args.nonce or new_id(),
            applicant=Applicant(IdKind(args.id_kind), args.national_id, args.name, args.mobile),
            agency_id=agency_of(args.agency),
            subject=args.subject,
            body=args.text,
            kind=LetterKind(args.kind),
            fee=fee,
            pages=tuple(pages),
            circumstances=letter_brought.circumstances_of(args),
        ),
    )
    data = {"id": accepted.letter_id, "code": accepted.tracking_code, "at": accepted.at}
    emit(args, {**data, "repeated": accepted.repeated}, [accepted.tracking_code])
    return Exit.DONE


def show_all(args: argparse.Namespace) -> int:
    """List the counter's letters, a page at a time."""
    from pishkhan.letters import api as letters

    page = letters.submissions(actor_of(args), after=args.after)
    rows = [
        {
            "id": row.id,
            "code": row.tracking_code,
            "state": row.state,
            "agency": row.agency_name,
            "number": row.number_text,
            "accepted_at": row.accepted_at,
        }
        for row in page.rows
    ]
    lines = [
        f"{row.tracking_code}\t{state_word(row.state)}\t{row.agency_name}" for row in page.rows
    ]
    emit(args, {"rows": rows, "next": page.next}, [*lines, *more(page.next)])
    return Exit.DONE


def show(args: argparse.Namespace) -> int:
    """Show one letter as its counter holds it."""
    from pishkhan.letters import api as letters

    actor = actor_of(args)
    view = letters.submission(actor, letters.find_submission(actor, args.code))
    row = view.row
    data = {
        "id": row.id,
        "code": row.tracking_code,
        "state": row.state,
        "subject": row.subject,
        "agency": row.agency_name,
        "number": row.number_text,
        "accepted_at": row.accepted_at,
        "pages": [
            {"digest": p.digest, "media_type": p.media_type, "size": p.size} for p in view.pages
        ],
        "steps": [as_data(step) for step in view.steps],
    }
    head = [
        f"{row.tracking_code}  {state_word(row.state)}",
        row.subject,
        f"{row.agency_name} {row.number_text}",
    ]
    emit(args, data, [*head, *(as_line(step) for step in view.steps)])
    return Exit.DONE


def track(args: argparse.Namespace) -> int:
    """Show what the citizen sees."""
    from pishkhan.letters import api as letters

    view = letters.track(args.code, args.national_id)
    data = {
        "code": view.tracking_code,
        "state": view.state,
        "agency": view.agency_name,
        "number": view.number_text,
        "since": view.since,
        "steps": [as_data(step) for step in view.steps],
    }
    head = f"{view.tracking_code}  {state_word(view.state)}  {view.agency_name} {view.number_text}"
    emit(args, data, [head, *(as_public_line(step) for step in view.steps)])
    return Exit.DONE
