"""Which letters there are for a deputy of some kinds only: one rule for a query and for a row."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import Q

from pishkhan.directory.contracts.stand_ins import (
    CITIZENS,
    kind_of_citizen,
    kind_of_table,
    kind_of_way,
)
from pishkhan.letters.contracts import Way
from pishkhan.letters.models import Arrival

_INTERNAL = (Way.INTERNAL.value, Way.RECEIVED.value)


def of_kinds(kinds: Collection[str], prefix: str = "") -> Q:
    """Return the condition on an Arrival, or through `prefix`, that it is of one of the kinds.

    A citizen's letter is one that has a tracking code; no kinds let every letter pass.
    """
    found = Q()
    for each in kinds:
        group, _sign, name = each.partition(":")
        if group == "citizen":
            found |= Q(**{f"{prefix}kind": name, f"{prefix}tracking_code__gt": ""})
        elif group == "kind":
            found |= Q(**{f"{prefix}terms__kind__code": name})
        elif name == "internal":
            found |= Q(**{f"{prefix}way__in": _INTERNAL})
        elif name == "outgoing":
            found |= Q(**{f"{prefix}way": Way.OUTGOING.value})
        else:
            found |= Q(**{f"{prefix}way": Way.INCOMING.value, f"{prefix}tracking_code": ""})
    return found


def is_of_kinds(row: Arrival, kinds: Collection[str]) -> bool:
    """Return whether a row is of one of the kinds; of none where there are none to choose from."""
    return not kinds or bool(kinds_of(row) & set(kinds))


def kinds_of(row: Arrival) -> set[str]:
    """Return the names by which a deputy's scope may mean this letter."""
    code = row.terms.get("kind", {}).get("code", "")
    found = {kind_of_table(code)} if code else set()
    if row.tracking_code:
        return found | ({kind_of_citizen(row.kind)} if row.kind in CITIZENS else set())
    if row.way in _INTERNAL:
        return found | {kind_of_way("internal")}
    return found | {kind_of_way("outgoing" if row.way == Way.OUTGOING else "agency")}
