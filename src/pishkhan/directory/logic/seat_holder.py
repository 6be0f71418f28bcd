from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import F, Q

from pishkhan.directory.contracts import Actor, Right, SeatKind
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Holding, Post, User
from pishkhan.directory.rules import line
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.ids import new_id


def seat_holder(
    actor: Actor, *, post_id: UUID, user_id: UUID, from_at: datetime | None = None, basis: str = ""
) -> UUID:
    """Seat a person on a post and return the holding's id; who held it leaves at that moment.

    `from_at` is now unless given (UTC; may lie ahead); `basis` is the order's number. Needs
    ADMIN. Raises Refused: `directory.post-closed`, `directory.user-inactive`,
    `directory.holds-already`, `directory.holding-order` when the present holder came later.
    """
    actor.require(Right.ADMIN)
    basis = line("basis", basis, longest=200, required=False)
    with journal.act() as act:
        post = the(Post.objects.select_for_update(), post_id, "post")
        user = the(User.objects.all(), user_id, "user")
        if not post.active:
            raise Refused("directory.post-closed", N_("The post is closed."))
        if not user.is_active:
            raise Refused("directory.user-inactive", N_("The person's login is inactive."))
        begin = from_at or act.at
        # Who was ended before he began held nothing, and stands in nobody's way.
        held = Holding.objects.filter(Q(until_at=None) | ~Q(until_at=F("from_at")), post=post)
        last = held.order_by("-from_at", "-id").first()
        if last is not None:
            _make_room(last, user_id=user_id, begin=begin)
        holding = Holding.objects.create(
            id=new_id(), kind=SeatKind.POST.value, user=user, post=post, from_at=begin, basis=basis
        )
        act.append(
            "post.seated",
            subject=post_id,
            actor=actor.ref,
            fields={
                "basis": basis,
                "from": begin.isoformat(),
                "holding": str(holding.id),
                "user": str(user_id),
            },
        )
    return holding.id


def _make_room(last: Holding, *, user_id: UUID, begin: datetime) -> None:
    """End the last holding where the new one begins; refuse what would rewrite history."""
    if last.until_at is None and last.user_id == user_id:
        raise Refused("directory.holds-already", N_("This person holds the post already."))
    if begin < (last.until_at or last.from_at):
        raise Refused(
            "directory.holding-order", N_("The post was held by another person at that time.")
        )
    if last.until_at is None:
        last.until_at = begin
        last.save(update_fields=["until_at"])
