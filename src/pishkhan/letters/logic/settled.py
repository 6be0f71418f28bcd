"""Which letters of the agency need no more writing."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from pishkhan.letters.contracts import ArrivalState
from pishkhan.letters.models import Arrival, Draft

OVER = frozenset(
    {
        ArrivalState.ANSWERED,
        ArrivalState.CLOSED,
        ArrivalState.WITHDRAWN,
        ArrivalState.SET_ASIDE,
        ArrivalState.TRANSFERRED,
        ArrivalState.DISPATCHED,
    }
)


def settled(ids: Collection[UUID]) -> frozenset[UUID]:
    """Return those of these arrivals and drafts whose letter is over.

    Nothing of a letter is told but that; for what a screen kept of its typing. Two queries.
    """
    over = [state.value for state in OVER]
    arrivals = Arrival.objects.filter(pk__in=ids, state__in=over).values_list("pk", flat=True)
    drafts = Draft.objects.filter(pk__in=ids, arrival__state__in=over).values_list("pk", flat=True)
    return frozenset([*arrivals, *drafts])
