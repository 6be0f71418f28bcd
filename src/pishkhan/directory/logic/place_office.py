"""Where an office lives: at this node, or at another that joined it."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, OfficeKind, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.logic.next_tracking import give_block
from pishkhan.directory.logic.offices import office
from pishkhan.directory.logic.revoke_node import refuse_revoked
from pishkhan.directory.models import Node, OfficePlace, TrackingBlock
from pishkhan.journal import api as journal
from pishkhan.kernel.prepared import Prepared


def place_office(actor: Actor, *, office_id: UUID, node_id: UUID) -> None:
    """Let an office live at a node from now on; nothing is done where it lives there already.

    A counter that leaves has no open block of tracking codes here any more (`give_block_away`
    gives it one for there); one that comes home gets a new one. Needs ADMIN. Raises NotFound
    `directory.no-office`, `directory.no-node`, Refused `directory.node-revoked`.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        found = office(office_id)
        node = the(Node.objects.select_for_update(), node_id, "node")
        refuse_revoked(node)
        before = node_of_office(office_id)
        if before == (None if node.is_self else node_id):
            return
        if node.is_self:
            OfficePlace.objects.filter(pk=office_id).delete()
        else:
            OfficePlace.objects.update_or_create(
                pk=office_id, defaults={"node": node, "placed_at": act.at}
            )
        fields: dict[str, str | int] = {"office": str(office_id), "place": str(node_id)}
        if found.kind is OfficeKind.COUNTER:
            close_block(office_id)
            if node.is_self:
                fields["block"] = give_block(office_id)
        act.append("office.placed", subject=office_id, actor=actor.ref, fields=fields)


def close_block(counter_id: UUID) -> None:
    """Close the open block of a counter, if it has one, for ever; inside an act."""
    TrackingBlock.objects.filter(counter_id=counter_id, is_open=True).update(is_open=False)


def node_of_office(office_id: UUID) -> UUID | None:
    """Return at which other node an office lives; None where it lives here. One query."""
    row = _PLACE.first(office_id=office_id)
    return None if row is None else row[0]


def offices_at(node_id: UUID) -> list[UUID]:
    """Return the offices that live at another node, by id; one query."""
    rows = OfficePlace.objects.filter(node_id=node_id).order_by("office")
    return list(rows.values_list("office", flat=True))


_PLACE = Prepared(
    lambda office_id: OfficePlace.objects.filter(pk=office_id).values_list("node_id"),
    office_id=UUID,
)
