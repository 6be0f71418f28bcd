"""`pishkhan letter day` and `close-day`: a counter's day by clerk, and its closing."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from datetime import date
from typing import Any

from pishkhan.node.commands.letter_seat import actor_of, seat_arguments
from pishkhan.node.console import Exit, _, command, emit


def register(verbs: Any) -> None:
    """Add the two verbs."""
    parser = command(verbs, "day", _("Show the counter's day by clerk"), show)
    seat_arguments(parser)
    _day_argument(parser)
    parser = command(verbs, "close-day", _("Close the day of this seat"), close)
    seat_arguments(parser)
    _day_argument(parser)
    parser.add_argument("--accepted", type=int, required=True, help=_("as `day` showed it"))
    parser.add_argument("--handed-over", type=int, required=True, help=_("as `day` showed it"))
    parser.add_argument("--note", default="")


def _day_argument(parser: Any) -> None:
    parser.add_argument("--day", default="", help=_("Jalali, like 1405/09/01; today without it"))


def _day(args: argparse.Namespace) -> date | None:
    from pishkhan.kernel import jalali

    return jalali.parse_date(args.day) if args.day else None


def show(args: argparse.Namespace) -> int:
    """Show what was accepted, handed over and is open, by clerk."""
    from pishkhan.letters import api as letters

    found = letters.counter_day(actor_of(args), day=_day(args))
    rows = [
        {
            "clerk": each.name,
            "accepted": each.accepted,
            "handed_over": each.handed_over,
            "unsent": each.unsent,
            "returned": each.returned,
            "unprinted": each.unprinted,
        }
        for each in found.clerks
    ]
    head = "\t".join(
        (_("accepted"), _("handed over"), _("not sent"), _("returned"), _("no receipt"), _("clerk"))
    )
    lines = [
        "\t".join(
            str(each[name])
            for name in ("accepted", "handed_over", "unsent", "returned", "unprinted", "clerk")
        )
        for each in rows
    ]
    told = {"day": found.day, "rows": rows, "ready": found.ready}
    emit(args, {**told, "closings": [asdict(each) for each in found.closings]}, [head, *lines])
    return Exit.DONE


def close(args: argparse.Namespace) -> int:
    """Close the day with the figures that were shown."""
    from pishkhan.letters import api as letters

    done = letters.close_day(
        actor_of(args),
        day=_day(args),
        accepted=args.accepted,
        handed_over=args.handed_over,
        note=args.note,
    )
    emit(args, {"done": True, "no": done.no, "at": done.at}, [_("Done.")])
    return Exit.DONE
