"""`pishkhan post`: who stands in for a post, and its hand-over to another person."""

from __future__ import annotations

import argparse
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from pishkhan.node.commands.letter_seat import actor_of, seat_arguments
from pishkhan.node.commands.user import id_of
from pishkhan.node.console import Exit, Parser, Stop, _, command, emit, group

if TYPE_CHECKING:
    from pishkhan.directory.contracts.stand_ins import StandInRow

EXAMPLES = """  pishkhan post stand-ins --as sara
  pishkhan post name --as sara --by 01890000-0000-7000-8000-000000000001 --until 1405/09/10
  pishkhan post end --as sara 01890000-0000-7000-8000-000000000002
  pishkhan post hand-over --as admin --from sara --to reza 01890000-0000-7000-8000-000000000003"""

KINDS, SCOPES = ("deputy", "chief", "per_pro"), ("all", "no_signing")


def register(subparsers: Any) -> None:
    """Add the noun and its verbs."""
    verbs = group(
        subparsers, "post", _("Posts: who stands in for one, and its hand-over"), examples=EXAMPLES
    )
    parser = command(verbs, "stand-ins", _("List who stands in for a post"), stand_ins)
    seat_arguments(parser)
    _post(parser)
    parser = command(verbs, "name", _("Name who stands in for a post"), name)
    seat_arguments(parser)
    _post(parser)
    add = parser.add_argument
    add("--by", type=UUID, required=True, help=_("id of the post that stands in"))
    add("--kind", choices=KINDS, default="deputy")
    add("--from", dest="begin", default="", help=_("first day, like 1405/09/01; now, if left out"))
    add("--until", default="", help=_("last day; a deputy needs one"))
    add("--scope", choices=SCOPES, default="all", help=_("what a deputy may do"))
    add(
        "--only", action="append", default=[],
        help=_("a kind of letters: citizen:complaint, way:internal, kind:CODE; may be repeated"),
    )  # fmt: skip
    add("--approves", action="store_true", help=_("may approve secret letters for the head"))
    add("--basis", default="", help=_("number of the order"))
    parser = command(verbs, "end", _("End a stand-in now"), end)
    seat_arguments(parser)
    parser.add_argument("id", type=UUID, help=_("as `stand-ins` shows it"))
    parser = command(verbs, "hand-over", _("Hand a post over to another person"), hand_over)
    seat_arguments(parser)
    add = parser.add_argument
    add("post", type=UUID, help=_("id of the post"))
    add("--from", dest="leaver", required=True, help=_("login of who leaves"))
    add("--to", required=True, help=_("login of who comes"))
    add("--basis", default="", help=_("number of the order"))
    add(
        "--keep", type=UUID, action="append", default=[],
        help=_("id of a stand-in that goes on; may be repeated"),
    )  # fmt: skip


def _post(parser: Parser) -> None:
    parser.add_argument(
        "--post", type=UUID, default=None, help=_("id of the post, if not one's own")
    )


def stand_ins(args: argparse.Namespace) -> int:
    """List them, those that are over too for whoever may name them."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts import Right

    actor = actor_of(args)
    if args.post is None:
        rows = directory.stand_ins(actor)
    elif Right.ADMIN in actor.rights or args.post == actor.own_post_id:
        rows = directory.stand_ins_of([args.post])
    else:
        raise Stop(_("Only its holder and an administrator see that."), Exit.FORBIDDEN)
    emit(args, {"rows": [_data(row) for row in rows]}, [_line(row) for row in rows])
    return Exit.DONE


def _data(row: StandInRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "kind": row.kind,
        "scope": row.scope,
        "for": row.for_title,
        "by": row.by_title,
        "from": row.from_at,
        "until": row.until_at,
        "only": list(row.kinds),
        "approves": row.approves,
    }


def _line(row: StandInRow) -> str:
    from pishkhan.kernel.jalali import format_date
    from pishkhan.node.console import language
    from pishkhan.web import stand_ins as words

    until = format_date(row.until_at, language()) if row.until_at else "–"
    began = format_date(row.from_at, language())
    return f"{row.id}\t{words.KINDS[row.kind]}\t{row.for_title}\t{row.by_title}\t{began}\t{until}"


def name(args: argparse.Namespace) -> int:
    """Name one; its id ends it."""
    from pishkhan.directory import api as directory
    from pishkhan.directory.contracts.stand_ins import StandInKind, StandInScope

    actor = actor_of(args)
    post = args.post or actor.post_id
    if post is None:
        raise Stop(_("Say for which post."), Exit.INVALID)
    made = directory.name_stand_in(
        actor,
        kind=StandInKind(args.kind),
        for_post_id=post,
        by_post_id=args.by,
        from_at=_day(args.begin),
        until_at=_day(args.until, after=True),
        scope=StandInScope(args.scope),
        kinds=args.only,
        approves=args.approves,
        basis=args.basis,
    )
    emit(args, {"done": True, "id": made}, [str(made)])
    return Exit.DONE


def _day(typed: str, *, after: bool = False) -> datetime | None:
    """Return the day's first moment, or the one after its last; None for today and for none."""
    from pishkhan.kernel import clock, jalali

    if not typed:
        return None
    found = jalali.parse_date(typed)
    if after:
        return jalali.day_bounds(found)[1]
    today = clock.current().now().astimezone(clock.TEHRAN).date()
    return None if found == today else jalali.day_bounds(found)[0]


def end(args: argparse.Namespace) -> int:
    """End one now."""
    from pishkhan.directory import api as directory

    directory.end_stand_in(actor_of(args), stand_in_id=args.id)
    emit(args, {"done": True}, [_("It is ended.")])
    return Exit.DONE


def hand_over(args: argparse.Namespace) -> int:
    """Hand a post over now; stand-ins end with it but for those that are kept."""
    from pishkhan.letters import api as letters

    made = letters.hand_over_post(
        actor_of(args),
        post_id=args.post,
        leaver_id=id_of(args.leaver),
        user_id=id_of(args.to),
        basis=args.basis,
        keep=args.keep,
    )
    emit(args, {"done": True, "id": made}, [str(made)])
    return Exit.DONE
