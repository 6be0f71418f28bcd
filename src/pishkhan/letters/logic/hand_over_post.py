"""Hand a post over (تحویل و تحول سمت): who leaves, who comes, and what lies there, in one act."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, HoldingRow, Right
from pishkhan.directory.contracts.stand_ins import StandInRow
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Invalid, Message, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.post_hand_overs import counted
from pishkhan.letters.models import PostHandOver


def hand_over_post(
    actor: Actor,
    *,
    post_id: UUID,
    leaver_id: UUID,
    user_id: UUID,
    from_at: datetime | None = None,
    basis: str = "",
    keep: Collection[UUID] = (),
) -> UUID:
    """Hand a post over from its present holder to another person; return the hand-over's id.

    `leaver_id` is whom the caller saw on the post: Refused `letters.leaver-changed` when it is
    another by now. From `from_at` on (now unless given; UTC, not in the past) the leaver's seat
    opens nothing, in open sessions either, and all that lies at the post lies before the newcomer:
    nothing is moved. Stand-ins for the post, and those it does for others, end then, but for
    those in `keep`. Needs ADMIN. Raises as `directory.seat_holder`, and Invalid (`from`).
    """
    actor.require(Right.ADMIN)
    basis = entered.line("basis", basis, longest=200, required=False)
    with journal.act() as act:
        begin = from_at or act.at
        if begin < act.at:
            raise Invalid(
                "letters.bad-day", fields={"from": Message(N_("It cannot begin in the past."))}
            )
        directory.seat_holder(
            actor, post_id=post_id, user_id=user_id, from_at=begin, basis=basis
        )  # it locks the post: hand-overs of one post follow each other
        leaver, comer = _both(post_id, leaver_id, begin)
        kept, ended = _stand_ins(actor, post_id, frozenset(keep), begin)
        return _record(act, actor, (leaver, comer), (kept, ended), basis)


def _record(
    act: Act,
    actor: Actor,
    persons: tuple[HoldingRow, HoldingRow],
    stand_ins: tuple[list[StandInRow], list[StandInRow]],
    basis: str,
) -> UUID:
    """Write what lay at the post when it was handed over; return the record's id."""
    leaver, comer = persons
    kept, ended = stand_ins
    assert comer.post_id is not None  # a holding of a post
    post = directory.post(comer.post_id)
    counts = asdict(counted(post.id))
    oldest = counts.pop("oldest")
    id_ = new_id()
    rows.insert(
        PostHandOver,
        {
            "id": id_,
            "post_id": post.id,
            "post_title": post.title,
            "agency_name": post.agency_name,
            "leaver_id": leaver.user_id,
            "leaver_name": leaver.user_name,
            "comer_id": comer.user_id,
            "comer_name": comer.user_name,
            "by_name": actor.label[:160],
            "at": act.at,
            "from_at": comer.from_at,
            "basis": basis,
            "counts": counts,
            "oldest": oldest,
            "kept": [_kept(row) for row in kept],
            "ended": [_kept(row) for row in ended],
        },
    )
    act.append(
        "post.handed_over",
        subject=post.id,
        actor=actor.ref,
        fields={
            "hand_over": str(id_),
            "leaver": str(leaver.user_id),
            "user": str(comer.user_id),
            "from": comer.from_at.isoformat(),
            "kept": [str(row.id) for row in kept],
            "ended": [str(row.id) for row in ended],
            **counts,
        },
    )
    return id_


def _both(post_id: UUID, leaver_id: UUID, begin: datetime) -> tuple[HoldingRow, HoldingRow]:
    """Return the holding that ends where the new one begins, and the new one."""
    held = directory.holders_of(post_id)
    comer = next(row for row in held if row.from_at == begin and row.until_at is None)
    for row in held:
        if row.until_at == begin and row.from_at != begin and row.user_id == leaver_id:
            return row, comer
    raise Refused(
        "letters.leaver-changed",
        N_("Another person holds the post by now, or nobody; look at it again."),
    )


def _stand_ins(
    actor: Actor, post_id: UUID, keep: frozenset[UUID], begin: datetime
) -> tuple[list[StandInRow], list[StandInRow]]:
    """End the stand-ins that nobody confirmed; return those kept and those ended."""
    there = [row for row in directory.stand_ins_at([post_id]) if not row.over(begin)]
    kept = [row for row in there if row.id in keep]
    ended = [row for row in there if row.id not in keep]
    for row in ended:
        directory.end_stand_in(actor, stand_in_id=row.id, at=begin)
    return kept, ended


def _kept(row: StandInRow) -> dict[str, str]:
    return {"kind": row.kind.value, "for_title": row.for_title, "by_title": row.by_title}
