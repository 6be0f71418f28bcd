"""`pishkhan letter accept` and `hand-over` where it is not the applicant with his own paper."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pishkhan.node.commands.letter_seat import actor_of
from pishkhan.node.console import Exit, _, emit

if TYPE_CHECKING:
    from pishkhan.letters.contracts import Circumstances

KINDS = ("national", "foreign", "passport", "legal")
PAPERS = ("attorney", "written", "guardian", "delegate")


def number_arguments(parser: Any) -> None:
    """Add the applicant's number and its register."""
    parser.add_argument("--national-id", required=True, help=_("the applicant's number"))
    parser.add_argument(
        "--id-kind", default="national", choices=KINDS, help=_("which register the number is of")
    )


def accept_arguments(parser: Any) -> None:
    """Add who brought the letter, who signed besides, in whose words, with which originals."""
    add = parser.add_argument_group(
        _("when it is not the applicant with his own paper")
    ).add_argument
    add("--brought-by", default="", help=_("name of a proxy, a lawyer or a firm's delegate"))
    add("--brought-by-number", default="")
    add("--brought-by-kind", default="national", choices=KINDS[:3])
    add("--paper", default=None, choices=PAPERS, help=_("the paper that was shown"))
    add("--paper-number", default="")
    add("--paper-date", default="", help=_("Jalali, like 1405/09/01"))
    add("--others", type=int, default=0, help=_("how many signed besides the applicant"))
    add("--signers", type=Path, default=None, help=_("file: a name and a number a line"))
    add("--signatures", type=Path, default=None, help=_("file: the page with the signatures"))
    add("--answer-to", default="first", choices=("first", "any"))
    add("--writing", default=None, choices=("hand", "print", "clerk"))
    add("--confirmed", default=None, choices=("word", "signature", "fingerprint"))
    add("--original", action="append", default=[], help=_("a paper seen and given back"))
    add("--original-to", default="applicant", choices=("applicant", "bearer"))
    add("--mobile-of", default="", help=_("whose the mobile is, when not the applicant's"))


def circumstances_of(args: argparse.Namespace) -> Circumstances:
    """Return what `accept_arguments` took; Invalid for a day that is none."""
    from pishkhan.kernel import jalali
    from pishkhan.letters import api as letters
    from pishkhan.letters.contracts import (
        AnswerTo,
        Bearer,
        Circumstances,
        Confirmed,
        IdKind,
        ProxyPaper,
        RecipientKind,
        Writing,
    )

    bearer = Bearer(
        name=args.brought_by,
        number=args.brought_by_number,
        id_kind=IdKind(args.brought_by_kind),
        paper=ProxyPaper(args.paper) if args.paper else None,
        paper_number=args.paper_number,
        paper_date=jalali.parse_date(args.paper_date) if args.paper_date else None,
    )
    listed = args.signers.read_text(encoding="utf-8") if args.signers else ""
    return Circumstances(
        bearer=bearer if args.brought_by or args.brought_by_number else None,
        others=args.others,
        signers=letters.read_signers(listed),
        answer_to=AnswerTo(args.answer_to),
        writing=Writing(args.writing) if args.writing else None,
        confirmed=Confirmed(args.confirmed) if args.confirmed else None,
        originals=tuple(args.original),
        originals_to=RecipientKind(args.original_to),
        mobile_of=args.mobile_of,
    )


def hand_over_arguments(parser: Any) -> None:
    """Add the applicant's number and, of another taker, what is asked of him."""
    parser.add_argument("--national-id", required=True, help=_("the applicant's number"))
    add = parser.add_argument_group(_("when another takes it")).add_argument
    add("--to", default="applicant", choices=("applicant", "proxy", "bearer", "signer"))
    add("--to-name", default="")
    add("--to-number", default="", help=_("number on the card of who takes it"))
    add("--to-kind", default="national", choices=KINDS[:3])
    add("--to-paper", default=None, choices=PAPERS)
    add("--to-reason", default="", help=_("why the applicant did not come"))


def hand_over(args: argparse.Namespace) -> int:
    """Hand the answer over against number and code."""
    from pishkhan.letters import api as letters
    from pishkhan.letters.contracts import IdKind, ProxyPaper, RecipientKind

    actor = actor_of(args)
    letters.hand_over(
        actor,
        letters.find_submission(actor, args.letter),
        national_id=args.national_id,
        tracking_code=args.letter,
        to=RecipientKind(args.to),
        to_name=args.to_name,
        to_number=args.to_number,
        to_id_kind=IdKind(args.to_kind),
        to_paper=ProxyPaper(args.to_paper) if args.to_paper else None,
        to_reason=args.to_reason,
    )
    emit(args, {"done": True}, [_("Done.")])
    return Exit.DONE
