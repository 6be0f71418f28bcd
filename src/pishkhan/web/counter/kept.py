"""What was typed at the counter and not yet accepted: a row for each letter, under its nonce.

A letter is written in one tab at a time. Its form carries the tab's name and the version of the
row it began from; whoever comes with neither has been overtaken by another tab, and what he
typed is parked as a letter of its own. So two tabs never mix, and nothing typed is lost.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F, Q

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.text import mask_name
from pishkhan.web.models import SavedForm

FORM = "accept"
LONGEST = 120_000
"""Characters kept of one field: more than a typed letter may have."""

MOST, MOST_PARKED = 200, 20

OF_THE_ROW = ("tab", "version")
"""Fields of the form that tell whose the letter is; they are no part of what was typed."""


@dataclass(frozen=True, slots=True)
class Kept:
    version: int
    saved_at: datetime


@dataclass(frozen=True, slots=True)
class Laid:
    slot: str
    label: str
    saved_at: datetime
    parked: bool


def keep(actor: Actor, values: Mapping[str, str], *, parked: bool = False) -> Kept | None:
    """Keep a letter under its nonce; None when another tab went on with it.

    Then what was typed is parked beside it, unless it says the same.
    """
    slot, own = _slot(values), _own(values)
    columns = _columns(values, slot)
    if parked:  # what comes late is kept, and does not take the letter back in hand
        columns["parked"] = True
    for _ in range(2):
        if _rows(actor).filter(own, slot=slot).update(**columns, version=F("version") + 1):
            version = _rows(actor).filter(slot=slot).values_list("version", flat=True).first()
            return Kept(version or 0, columns["saved_at"])
        _row, made = SavedForm.objects.get_or_create(
            owner=actor.ref, form=FORM, slot=slot, defaults=columns | {"version": 1}
        )
        if made:
            return Kept(1, columns["saved_at"])
        # Else a twin of this request made it meanwhile, or it is another tab's.
    _part(actor, slot, columns)
    return None


def is_elsewhere(actor: Actor, values: Mapping[str, str]) -> bool:
    """Return whether another tab went on with this letter."""
    return bool(_rows(actor).filter(slot=_slot(values)).exclude(_own(values)).exists())


def in_hand(actor: Actor, slot: str = "") -> tuple[dict[str, Any], datetime] | None:
    """Return what was typed and when: of this letter, or of the newest; None if it is not open."""
    rows = _rows(actor).filter(parked=False)
    if slot:
        rows = rows.filter(slot=slot)
    found = rows.order_by("-saved_at", "-id").values_list("data", "version", "saved_at").first()
    if found is None:
        return None
    data, version, saved_at = found
    return {**data, "version": str(version)}, saved_at


def forget(actor: Actor, slot: str) -> None:
    """Forget a letter: it was accepted, or thrown away."""
    _rows(actor).filter(slot=slot).delete()


def forget_emptied(actor: Actor, values: Mapping[str, str]) -> None:
    """Forget a letter of whose form nothing is left; not one that another tab went on with."""
    _rows(actor).filter(_own(values), slot=_slot(values)).delete()


def park(actor: Actor, values: Mapping[str, str]) -> None:
    """Lay a letter aside."""
    keep(actor, values, parked=True)


def resume(actor: Actor, slot: str, aside: str = "") -> bool:
    """Take a letter in hand and lay the one `aside` away; False when it is not there any more.

    From here on a tab that still shows the letter is overtaken.
    """
    with transaction.atomic():
        taken = _rows(actor).filter(slot=slot)
        found = taken.update(
            parked=False, tab="", version=F("version") + 1, saved_at=clock.current().now()
        )
        if found and aside and aside != slot:
            _rows(actor).filter(slot=aside).update(parked=True)
    return bool(found)


def laid(actor: Actor, besides: str = "") -> list[Laid]:
    """Return this seat's letters `besides` the one in hand, the newest first."""
    rows = (
        _rows(actor)
        .exclude(slot=besides)
        .order_by("-saved_at", "-id")
        .values_list("slot", "label", "saved_at", "parked")[:MOST]
    )
    found = [Laid(*row) for row in rows]
    last = [each.slot for each in found if each.parked][:MOST_PARKED]
    return [each for each in found if not each.parked or each.slot in last]


def _rows(actor: Actor) -> Any:
    return SavedForm.objects.filter(owner=actor.ref, form=FORM)


def _slot(values: Mapping[str, str]) -> str:
    """Return the letter's nonce as rows are named; one of its own for what is no nonce."""
    try:
        return str(UUID(values.get("nonce", "")))
    except ValueError:
        return str(new_id())


def _own(values: Mapping[str, str]) -> Q:
    """Return what a row has that this form may write: its version, or this tab's name."""
    known, tab = values.get("version", ""), _tab(values)
    version = int(known) if known.isdecimal() and len(known) < 9 else 0
    own = Q(version=version)
    return own | Q(tab=tab) if tab else own


def _tab(values: Mapping[str, str]) -> str:
    return values.get("tab", "").replace("\0", "")[:36]


def _columns(values: Mapping[str, str], slot: str) -> dict[str, Any]:
    subject, agency = (" ".join(values.get(name, "").split()) for name in ("subject", "agency"))
    who = mask_name(values.get("name", "")).strip()
    label = " · ".join(each for each in (subject or agency, who) if each)
    # NUL is no sign that a person typed, and PostgreSQL keeps none.
    typed = {n: v[:LONGEST].replace("\0", "") for n, v in values.items() if n not in OF_THE_ROW}
    return {
        "data": typed | {"nonce": slot},
        "label": label[:120].replace("\0", ""),
        "saved_at": clock.current().now(),
        "tab": _tab(values),
    }


def _part(actor: Actor, slot: str, columns: dict[str, Any]) -> None:
    """Park what an overtaken tab holds; as often as it comes, one letter comes of it."""
    if _rows(actor).filter(slot=slot).values_list("data", flat=True).first() == columns["data"]:
        return
    tab = columns["tab"]
    other = str(uuid5(UUID(slot), tab))
    columns = columns | {"parked": True, "data": columns["data"] | {"nonce": other}}
    again = _rows(actor).filter(slot=other)
    if tab and again.filter(tab=tab, parked=True).update(**columns, version=F("version") + 1):
        return
    if not tab or again.exists():  # somebody has taken that one in hand since
        other = str(new_id())
        columns["data"]["nonce"] = other
    SavedForm.objects.create(owner=actor.ref, form=FORM, slot=other, version=1, **columns)
