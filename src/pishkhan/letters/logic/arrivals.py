"""Lists of the secretariat and of the cartable. Read-only, one query a page, by keyset."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any, Literal
from uuid import UUID

from django.db.models import Case, Exists, F, OuterRef, Subquery, When
from django.db.models import Value as Constant
from django.db.models.functions import Coalesce

from pishkhan.directory.contracts import Actor
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.kernel.pages import Page, bounded, encode_cursor, last_id
from pishkhan.kernel.prepared import Prepared, Value
from pishkhan.letters.access import cleared, post_of, secretariat_of
from pishkhan.letters.contracts import (
    ArrivalRow,
    ArrivalState,
    CartableCounts,
    CartableRow,
    Classification,
    DraftState,
    LetterKind,
    PreparedState,
    Purpose,
    ReferralState,
    StepKind,
    Urgency,
)
from pishkhan.letters.kinds import of_kinds
from pishkhan.letters.models import Arrival, PreparedOrder, Referral

Folder = Literal["open", "to_sign", "done", "sent"]
FOLDERS: tuple[Folder, ...] = ("open", "to_sign", "done", "sent")

MOST_COUNTED = 100
"""A badge says "99+" from here on: to count further would read the whole folder."""

ARRIVAL_COLUMNS = (
    "id",
    "tracking_code",
    "subject",
    "applicant_name",
    "from_name",
    "kind",
    "urgency",
    "state",
    "number_text",
    "arrived_at",
    "deadline",
    "holder",
    "outcome",
    "others",
    "classification",
)
_CARTABLE = (
    "id",
    "arrival_id",
    "arrival__subject",
    "arrival__applicant_name",
    "arrival__number_text",
    "from_title",
    "purpose",
    "arrival__urgency",
    "instruction",
    "deadline",
    "at",
    "seen_at",
    "arrival__state",
    "to_title",
    "news",
    "news_at",
    "recall_asked_at",
    "recall_declined_at",
    "reminded_at",
    "ended_at",
    "turn",
    "arrival__others",
    "arrival__classification",
)
_TURN = _CARTABLE.index("turn")


def arrivals(
    actor: Actor,
    *,
    state: ArrivalState | None = None,
    after: str | None = None,
    limit: int = 25,
) -> Page[ArrivalRow]:
    """Return the letters of the actor's secretariat, newest first. One query."""
    given: dict[str, Value] = {
        "secretariat_id": secretariat_of(actor).id,
        "classification__lte": actor.clearance,
    }
    if state is not None:
        given["state"] = ArrivalState(state).value
    if after is not None:
        given["id__lt"] = last_id(after)
    limit = bounded(limit)
    found = _arrivals(tuple(given), limit + 1).rows(**given)
    return Page(
        tuple(arrival_row(row) for row in found[:limit]),
        encode_cursor(str(found[limit - 1][0])) if len(found) > limit else None,
    )


def cartable(
    actor: Actor, *, folder: Folder, after: str | None = None, limit: int = 25
) -> Page[CartableRow]:
    """Return the referrals in a folder of the actor's post, newest first. One query.

    News of a letter lead it to the head, unread; the time is then that of the news.

    `open` lie before the post, `to_sign` wait for its signature, `done` are finished or ended;
    `sent` are those it referred and did not take back, in any state.
    """
    post_id = post_of(actor)
    if folder not in FOLDERS:
        raise Invalid("letters.no-folder", N_("There is no such folder."))
    given: dict[str, Value] = (
        {"from_post_id": post_id} if folder == "sent" else {"to_post_id": post_id, "folder": folder}
    )
    given["arrival__classification__lte"] = actor.clearance
    if after is not None:
        given["id__lt" if folder == "sent" else "turn__lt"] = last_id(after)
    limit = bounded(limit)
    found = _found(actor, given, limit + 1)
    return Page(
        tuple(_cartable_row(row, folder) for row in found[:limit]),
        encode_cursor(str(found[limit - 1][0 if folder == "sent" else _TURN]))
        if len(found) > limit
        else None,
    )


def cartable_cursor(actor: Actor, *, folder: Folder, arrival_id: UUID) -> str | None:
    """Return the cursor after which `cartable` goes on from this letter; None where it is not.

    Where a letter stands several times, its last place counts. One query.
    """
    mine = Referral.objects.filter(cleared(actor, "arrival__"), arrival_id=arrival_id)
    if folder == "sent":
        mine = mine.filter(from_post_id=post_of(actor)).order_by("id")
    else:
        mine = mine.filter(to_post_id=post_of(actor), folder=folder).order_by("turn")
    last = mine.values_list("id" if folder == "sent" else "turn", flat=True).first()
    return None if last is None else encode_cursor(str(last))


def _found(actor: Actor, given: dict[str, Value], limit: int) -> list[Any]:
    """Return the rows of the page; a deputy's of some kinds by a query of its own."""
    if actor.kinds:
        asked = _lines("from_post_id" in given).filter(of_kinds(actor.kinds, "arrival__"))
        return list(asked.filter(**given)[:limit])
    return list(_cartable(tuple(given), limit).rows(**given))


def sent_referrals(actor: Actor, *, after: str | None = None, limit: int = 25) -> Page[CartableRow]:
    """Return the referrals that the actor's post sent, to follow them up; see `cartable`."""
    return cartable(actor, folder="sent", after=after, limit=limit)


def cartable_counts(actor: Actor) -> CartableCounts:
    """Return how many wait in the folders, each counted to `most` at the most. Two queries."""
    post_id = post_of(actor)
    return CartableCounts(
        open=_count(actor, post_id, "open"),
        to_sign=_count(actor, post_id, "to_sign"),
        most=MOST_COUNTED,
    )


@cache
def _arrivals(names: tuple[str, ...], limit: int) -> Prepared:
    """Return the page under these conditions; one plan for each page that is really asked."""
    return Prepared(
        lambda **given: (
            Arrival.objects.filter(**given).order_by("-id").values_list(*ARRIVAL_COLUMNS)[:limit]
        ),
        **{name: _TYPES[name] for name in names},
    )


@cache
def _cartable(names: tuple[str, ...], limit: int) -> Prepared:
    rows = _lines("from_post_id" in names)
    return Prepared(
        lambda **given: rows.filter(**given)[:limit], **{name: _TYPES[name] for name in names}
    )


def _lines(sent: bool) -> Any:
    rows = Referral.objects.order_by("-id" if sent else "-turn")
    if sent:
        rows = rows.exclude(state=ReferralState.TAKEN_BACK.value)
    return rows.values_list(*_CARTABLE, _prepared(), _away())


def _prepared() -> Exists:
    """Return whether an order waits on the referral to be confirmed."""
    return Exists(
        PreparedOrder.objects.filter(referral_id=OuterRef("pk"), state=PreparedState.WAITING.value)
    )


def _away() -> Coalesce:
    """Return the post before which the draft lies for signature; "" for none or the row's own."""
    offered = Referral.objects.filter(
        arrival_id=OuterRef("arrival_id"),
        purpose=Purpose.SIGNATURE.value,
        state=ReferralState.OPEN.value,
        arrival__drafts__state=DraftState.TO_SIGN.value,
    ).order_by("-id")
    own = When(to_post_id=OuterRef("to_post_id"), then=Constant(""))
    return Coalesce(
        Subquery(offered.values_list(Case(own, default=F("to_title")))[:1]), Constant("")
    )


_TYPES: dict[str, type[Value]] = {
    "secretariat_id": UUID,
    "from_post_id": UUID,
    "to_post_id": UUID,
    "id__lt": UUID,
    "turn__lt": UUID,
    "state": str,
    "folder": str,
    "classification__lte": str,
    "arrival__classification__lte": str,
}


def _count(actor: Actor, post_id: UUID, folder: Folder) -> int:
    rows = Referral.objects.filter(cleared(actor, "arrival__"), to_post_id=post_id, folder=folder)
    return len(rows.values_list(Constant(1))[:MOST_COUNTED])


def arrival_row(row: Sequence[Any]) -> ArrivalRow:
    """Return the line of a row of ARRIVAL_COLUMNS."""
    given = dict(zip(ARRIVAL_COLUMNS, row, strict=True))
    return ArrivalRow(
        **given
        | {
            "kind": LetterKind(given["kind"]),
            "urgency": Urgency(given["urgency"]),
            "state": ArrivalState(given["state"]),
            "classification": Classification(given["classification"]),
        }
    )


def _cartable_row(row: Sequence[Any], folder: Folder) -> CartableRow:
    # What was sent is followed by its own time; news are for who received it.
    news, news_at = ("", None) if folder == "sent" else row[14:16]
    return CartableRow(
        referral_id=row[0],
        arrival_id=row[1],
        subject=row[2],
        applicant_name=row[3],
        number_text=row[4],
        from_title=row[5],
        purpose=Purpose(row[6]),
        urgency=Urgency(row[7]),
        instruction=row[8],
        deadline=row[9],
        at=news_at or row[10],
        seen=row[11] is not None and (news_at is None or news_at <= row[11]),
        state=ArrivalState(row[12]),
        to_title=row[13],
        news=StepKind(news) if news else None,
        away=row[-1],
        prepared=bool(row[-2]) and folder != "sent",
        asked_back=row[16] is not None and row[17] is None and row[19] is None,
        reminded=row[18] is not None and row[19] is None,
        others=row[21],
        classification=Classification(row[22]),
    )
