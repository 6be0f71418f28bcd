"""Where a letter lies in the list one came from: its place, the next and the one before."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode
from uuid import UUID

from django.urls import reverse

from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.pages import encode_cursor
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.door import CARTABLE, folder, here

LOOKED_AT = 100
"""A place beyond this is not told; the next letter still is."""

STATES = frozenset(each.value for each in ArrivalState)
FOLDERS = ("open", "to_sign", "done", "sent")
_LISTS = {
    "open": "cartable:open",
    "to_sign": "cartable:to-sign",
    "done": "cartable:done",
    "sent": "cartable:sent",
}


@dataclass(frozen=True, slots=True)
class Place:
    """`at` of `of` (0 = not known; `more`: there are more than `of`)."""

    list_url: str
    at: int = 0
    of: int = 0
    more: bool = False
    next: str = ""
    previous: str = ""


def place(request: DeskRequest, arrival_id: UUID) -> Place:
    """Return the place of the letter in the list of `?in=`. One query, two at most."""
    came = folder(request)
    back = list_url(request)
    ids, more = _first(request, came)
    if arrival_id in ids:
        at = ids.index(arrival_id)
        return Place(
            list_url=back,
            at=at + 1,
            of=len(ids),
            more=more,
            next=_url(request, came, ids[at + 1]) if at + 1 < len(ids) else "",
            previous=_url(request, came, ids[at - 1]) if at else "",
        )
    return Place(list_url=back, next=_older(request, came, arrival_id))


def after_this(request: DeskRequest, arrival_id: UUID) -> str:
    """Return where one goes on: the next letter of the list, else its first, else the list.

    Asked before the deed, which may take the letter out of the list.
    """
    found = place(request, arrival_id)
    if found.next:
        return found.next
    ids, _more = _first(request, folder(request))
    others = [each for each in ids if each != arrival_id]
    return _url(request, folder(request), others[0]) if others else found.list_url


def in_folder(folder_id: UUID) -> str:
    """Return the `?in=` of a post's own folder."""
    return f"f_{folder_id.hex}"


def _folder_id(came: str) -> UUID | None:
    try:
        return UUID(came[2:]) if came.startswith("f_") else None
    except ValueError:
        return None


def list_url(request: DeskRequest) -> str:
    """Return the address of the list one came from."""
    came = folder(request)
    if here(request) == CARTABLE:
        if own := _folder_id(came):
            return reverse("cartable:folder", args=(own,))
        return reverse(_LISTS.get(came, "cartable:open"))
    if came in STATES and came != ArrivalState.ARRIVED:
        return reverse("secretariat:letters") + f"?state={came}"
    return reverse("secretariat:letters" if came == "all" else "secretariat:arrivals")


def _url(request: DeskRequest, came: str, arrival_id: UUID) -> str:
    found = reverse(f"{here(request)}:letter", args=(arrival_id,))
    return f"{found}?{urlencode({'in': came})}" if came else found


def _first(request: DeskRequest, came: str) -> tuple[list[UUID], bool]:
    if here(request) == CARTABLE:
        if own := _folder_id(came):
            return _filed(request, own)
        if came not in FOLDERS:
            return [], False
        page = letters.cartable(request.actor, folder=cast("Any", came), limit=LOOKED_AT)
        return list(dict.fromkeys(row.arrival_id for row in page.rows)), page.next is not None
    listed = _listed(request, came)
    if listed is None:
        return [], False
    rows = listed(None, LOOKED_AT)
    return [row.id for row in rows.rows], rows.next is not None


def _filed(request: DeskRequest, folder_id: UUID) -> tuple[list[UUID], bool]:
    try:
        found = letters.folder_letters(request.actor, folder_id, limit=LOOKED_AT)
    except NotFound:  # it was dropped since, or is another post's
        return [], False
    return [row.id for row in found.rows], found.next is not None


def _older(request: DeskRequest, came: str, arrival_id: UUID) -> str:
    if here(request) == CARTABLE:
        return _later_referral(request, came, arrival_id)
    listed = _listed(request, came)
    if listed is None:
        return ""
    rows = listed(encode_cursor(str(arrival_id)), 1).rows
    return _url(request, came, rows[0].id) if rows else ""


def _later_referral(request: DeskRequest, came: str, arrival_id: UUID) -> str:
    """Return the letter below this one in a folder of the cartable, however long the folder is."""
    if came not in FOLDERS:
        return ""
    of = cast("Any", came)
    after = letters.cartable_cursor(request.actor, folder=of, arrival_id=arrival_id)
    if after is None:
        return ""
    rows = letters.cartable(request.actor, folder=of, after=after, limit=1).rows
    return _url(request, came, rows[0].arrival_id) if rows else ""


def _listed(request: DeskRequest, came: str) -> Callable[[str | None, int], Any] | None:
    if came != "all" and came not in STATES:
        return None
    state = None if came == "all" else ArrivalState(came)
    return lambda after, limit: letters.arrivals(
        request.actor, state=state, after=after, limit=limit
    )
