"""Where the exchange of post stands, in one question: for the frame of every page of a counter."""

from __future__ import annotations

from django.db.models import Count, F, Func, IntegerField, Max, Subquery

from pishkhan.relay.contracts import Standing
from pishkhan.relay.logic import begin_epoch
from pishkhan.relay.models import Contact, Envelope


def standing() -> Standing:
    """Return when another node was last heard, what waits for others, and a notice if one stands.

    One query, also before the first bag, when no other node is in touch yet.
    """
    waiting = Envelope.objects.filter(to_node__isnull=False, to_carry__isnull=False).order_by()
    counted = waiting.annotate(
        count=Func(F("id"), function="COUNT", output_field=IntegerField())
    ).values("count")
    # The count beside Max makes one row of it whether or not there is a contact.
    found = Contact.objects.aggregate(
        heard=Max("heard_at"),
        said=Max("said_at"),
        notice=Max("notice"),
        waiting=Count("node") * 0 + Subquery(counted),
    )
    notice = begin_epoch.RESTORED if begin_epoch.is_restored() else found["notice"] or ""
    return Standing(found["heard"], found["said"], found["waiting"], notice)
