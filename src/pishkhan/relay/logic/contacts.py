"""How the exchange with each other node stands, for the operator."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import CharField, Count, F, Min
from django.db.models.functions import Cast

from pishkhan.directory.contracts import Finding
from pishkhan.kernel.i18n import N_, Message
from pishkhan.relay import bundle
from pishkhan.relay.contracts import Depth
from pishkhan.relay.contracts.contacts import ContactView, LineView
from pishkhan.relay.logic import begin_epoch, clocks, have, origins
from pishkhan.relay.logic.fates import MOST_COUNTED
from pishkhan.relay.logic.line_settings import line_settings
from pishkhan.relay.models import Contact, Envelope, Line, Outgoing, Peer, Stream

SILENT = timedelta(days=3)
"""A bag that was due goes out in a village once or twice a week; after this somebody asks."""


def findings(now: datetime) -> list[Finding]:
    """Return what of the exchange with other nodes needs a person."""
    found = []
    known = [each for each in contacts() if not each.revoked]
    if unheard := sum(each.is_silent(now) for each in known):
        words = N_("%(count)s nodes were not heard for longer than is usual: ask their people.")
        found.append(Finding("relay.unheard", Message(words, {"count": unheard}), unheard))
    for each in known:
        measured = (each.line.ahead, each.line.reached_at) if each.line else (None, None)
        if ahead := clocks.off(*measured, each.said_at, each.heard_at):
            words = N_(
                "The clocks of this node and of %(name)s differ by %(minutes)s minutes: look at "
                "both."
            )
            told = {"name": each.name, "minutes": round(abs(ahead) / 60)}
            found.append(Finding("relay.clock", Message(words, told), 1))
        if each.notice:
            words = N_("Nothing is sent to the node %(name)s before a person rules: relay status.")
            found.append(
                Finding("relay.notice", Message(words, {"name": each.name}), 1, serious=True)
            )
        elif late := each.waiting.older_than(SILENT, now):
            words = N_(
                "%(count)s messages wait for the node %(name)s, the oldest for %(days)s days: "
                "make a post bag, or ask for its answer."
            )
            told = {"count": each.waiting.count, "name": each.name, "days": late // (24 * 60)}
            found.append(Finding("relay.silent", Message(words, told), each.waiting.count))
    return found


def contacts() -> list[ContactView]:
    """Return every other node that the directory knows, by name. The number of queries is the same
    for one node and for a thousand, but for those of which numbers are missing."""
    known = {row.node: row for row in Contact.objects.all()}
    restored = begin_epoch.RESTORED if begin_epoch.is_restored() else ""
    lines, own = {row.node: row for row in Line.objects.all()}, line_settings()
    suspended = set(Peer.objects.values_list("node", flat=True))
    waiting, gaps = _waiting(), _with_gaps()
    found = []
    for node in origins.Places().others().values():
        row = known.get(node.id) or Contact(node=node.id)
        found.append(
            ContactView(
                node=node.id,
                name=node.name,
                revoked=node.revoked_at is not None,
                waiting=waiting.get(node.id, Depth(0, None)),
                made=row.made,
                made_at=row.made_at,
                heard=row.heard,
                heard_at=row.heard_at,
                said_at=row.said_at,
                holes=_missing(node.id) if node.id in gaps else 0,
                suspended=node.id in suspended,
                notice=row.notice or restored,
                line=_line(lines.get(node.id), calls=own is not None and own.node == node.id),
            )
        )
    return found


def _line(row: Line | None, *, calls: bool) -> LineView | None:
    if row is None or not (calls or row.reached_at or row.tried_at):
        return LineView(True, None, None, None) if calls else None
    return LineView(
        calls,
        row.tried_at,
        row.reached_at,
        row.ahead,
        row.reason if calls else "",
        row.fails if calls else 0,
        row.next_at if calls else None,
    )


def _waiting() -> dict[UUID, Depth]:
    """Return what waits for each node that something waits for. Two queries."""
    rows = Envelope.objects.filter(to_node__isnull=False, to_carry__isnull=False).order_by()
    # As text a message's id sorts as the id does; PostgreSQL has no least of UUIDs.
    found = rows.values("to_node").annotate(
        count=Count("to_carry"), oldest=Min(Cast("to_carry", CharField()))
    )
    told = {row["to_node"]: (row["count"], UUID(row["oldest"])) for row in found}
    oldest = Outgoing.objects.filter(id__in=[message for _count, message in told.values()])
    written = dict(oldest.values_list("id", "created_at"))
    return {
        node: Depth(min(count, MOST_COUNTED), written.get(message))
        for node, (count, message) in told.items()
        if node is not None
    }


def _with_gaps() -> set[UUID]:
    """Return the nodes of whose numbers one may be missing here. One query."""
    rows = Stream.objects.filter(outgoing=False, last__gt=F("contiguous"))
    return set(rows.values_list("origin", flat=True))


def _missing(node: UUID) -> int:
    """Return how many envelopes of a node are known to be missing here."""
    gaps = (gap for each in have.of(node)[: bundle.MAX_STREAMS] for gap in each.holes)
    return sum(last - first + 1 for first, last in gaps)
