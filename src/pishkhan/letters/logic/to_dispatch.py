"""What waits at the secretariat's way out: signed answers, and the last number it gave."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Case, F, Q, Subquery, When

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.pages import Page, bounded, encode_cursor, last_id
from pishkhan.kernel.prepared import Prepared
from pishkhan.letters import rules
from pishkhan.letters.access import cleared, secretariat_of
from pishkhan.letters.contracts import DispatchRow, DraftState, IssuedNumber, Way
from pishkhan.letters.models import Draft, LetterNumber

# An answer goes to whom the letter came from, a letter written here to its receiver.
_TO = Case(
    When(
        arrival__way__in=[Way.OUTGOING.value, Way.INTERNAL.value], then=F("arrival__applicant_name")
    ),
    default=F("arrival__from_name"),
)
_COLUMNS = (
    "id",
    "arrival_id",
    "texts__subject",
    "arrival__subject",
    "arrival__applicant_name",
    "arrival__number_text",
    _TO,
    "signer_title",
    "signed_at",
    "state",
    "arrival__others",
)
REFUSED = DraftState.REFUSED.value


def to_dispatch(actor: Actor, *, after: str | None = None, limit: int = 25) -> Page[DispatchRow]:
    """Return the signed answers that lie at the actor's secretariat, the oldest first.

    They have not gone out, or the counter refused them (`refused`).
    One query. Raises Forbidden for another seat than a secretariat's clerk.
    """
    rows = Draft.objects.filter(
        cleared(actor, "arrival__"),
        state__in=[state.value for state in rules.UNSENT_DRAFT],
        arrival__secretariat_id=secretariat_of(actor).id,
        texts__no=F("version"),
    )
    if after is not None:
        last = Draft.objects.filter(pk=last_id(after)).values("signed_at")
        at, same = Q(signed_at__gt=Subquery(last)), Q(signed_at=Subquery(last))
        rows = rows.filter(at | (same & Q(id__gt=last_id(after))))
    limit = bounded(limit)
    found = list(rows.order_by("signed_at", "id").values_list(*_COLUMNS)[: limit + 1])
    return Page(
        tuple(DispatchRow(*(*row[:-2], row[-2] == REFUSED, row[-1])) for row in found[:limit]),
        encode_cursor(str(found[limit - 1][0])) if len(found) > limit else None,
    )


def last_number(actor: Actor) -> IssuedNumber | None:
    """Return the last number that the actor's secretariat gave out, of whichever indicator.

    None before the first.

    One query. Raises Forbidden for another seat than a secretariat's clerk.
    """
    row = _LAST.first(secretariat_id=secretariat_of(actor).id)
    if row is None:
        return None
    number, year, at, text = row
    return IssuedNumber(number, year, text or rules.number_text(number, year), at)


_LAST = Prepared(
    lambda secretariat_id: (
        LetterNumber.objects.filter(secretariat_id=secretariat_id)
        .order_by("-at", "-year", "-number")
        .values_list("number", "year", "at", "text")[:1]
    ),
    secretariat_id=UUID,
)
