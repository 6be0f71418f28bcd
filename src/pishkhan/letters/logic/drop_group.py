"""Drop a group of receivers (گروه گیرندگان)."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound
from pishkhan.letters.logic.ready import owner_of
from pishkhan.letters.models import GroupMember, ReceiverGroup


def drop_group(actor: Actor, group_id: UUID, *, agency_id: UUID | None = None) -> None:
    """Drop a group; referrals made with it stay. Raises Forbidden, NotFound."""
    with journal.act() as act:
        owner = owner_of(actor, agency_id)
        found = ReceiverGroup.objects.filter(pk=group_id, owner_id=owner)
        if not found.exists():
            raise NotFound("letters.no-group")
        GroupMember.objects.filter(group_id=group_id).delete()
        found.delete()
        act.append("group.dropped", subject=owner, actor=actor.ref, fields={"group": str(group_id)})
