"""Where the exchange of post stands, in one question: for the frame of every page of a counter."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Count, F, Func, IntegerField, Max, Subquery

from pishkhan.relay.contracts.contacts import Standing
from pishkhan.relay.logic import begin_epoch, clocks
from pishkhan.relay.models import Contact, Envelope, Line


def standing() -> Standing:
    """Return when another node was last heard, what waits for others, and a notice if one stands.

    One query, also before the first bag, when no other node is in touch yet.
    """
    waiting = Envelope.objects.filter(to_node__isnull=False, to_carry__isnull=False).order_by()
    counted = waiting.annotate(
        count=Func(F("id"), function="COUNT", output_field=IntegerField())
    ).values("count")
    lines = Line.objects.filter(reached_at__isnull=False).order_by("-reached_at")
    reached, ahead = lines.values("reached_at")[:1], lines.values("ahead")[:1]
    # The count beside Max makes one row of it whether or not there is a contact.
    found = Contact.objects.aggregate(
        heard=Max("heard_at"),
        said=Max("said_at"),
        notice=Max("notice"),
        reached=Max(Subquery(reached)),
        ahead=Max(Subquery(ahead)),
        waiting=Count("node") * 0 + Subquery(counted),
    )
    notice = begin_epoch.RESTORED if begin_epoch.is_restored() else found["notice"] or ""
    # What the line's other end had to say, it said at that moment, be it that nothing waits.
    heard = _newest(found["heard"], found["reached"])
    said = _newest(found["said"], found["reached"])
    off = clocks.off(found["ahead"], found["reached"], found["said"], found["heard"])
    return Standing(heard, said, found["waiting"], notice, off)


def _newest(*moments: datetime | None) -> datetime | None:
    return max((each for each in moments if each is not None), default=None)
