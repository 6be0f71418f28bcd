"""What was typed at the counter and not yet accepted: one in hand, the others parked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.text import mask_name
from pishkhan.web.models import SavedForm

FORM = "accept"
IN_HAND = ""
LONGEST = 120_000
"""Characters kept of one field: more than a typed letter may have."""

MOST_PARKED = 20


@dataclass(frozen=True, slots=True)
class Parked:
    slot: str
    label: str
    saved_at: datetime


def keep(actor: Actor, values: Mapping[str, str]) -> None:
    """Keep what is in hand; the newest wins."""
    _write(actor, IN_HAND, values)


def in_hand(actor: Actor) -> tuple[dict[str, Any], datetime] | None:
    """Return what was typed last and when, or None."""
    found: tuple[dict[str, Any], datetime] | None = (
        _rows(actor).filter(slot=IN_HAND).values_list("data", "saved_at").first()
    )
    return found


def forget(actor: Actor, slot: str = IN_HAND) -> None:
    """Forget what was typed: it was accepted, or given up."""
    _rows(actor).filter(slot=slot).delete()


def park(actor: Actor, values: Mapping[str, str]) -> None:
    """Lay a letter aside under a slot of its own and free the hand."""
    with transaction.atomic():
        _write(actor, new_id().hex, values)
        forget(actor)


def resume(actor: Actor, slot: str) -> bool:
    """Take a parked letter in hand; what was in hand is parked. False when it is not there."""
    if not slot:
        return False
    with transaction.atomic():
        data = _rows(actor).filter(slot=slot).values_list("data", flat=True).first()
        if data is None:
            return False
        here = in_hand(actor)
        if here is not None:
            park(actor, here[0])
        forget(actor, slot)
        keep(actor, data)
    return True


def parked(actor: Actor) -> list[Parked]:
    """Return the letters laid aside at this seat, the newest first. One query."""
    rows = (
        _rows(actor)
        .exclude(slot=IN_HAND)
        .order_by("-saved_at", "-id")
        .values_list("slot", "label", "saved_at")[:MOST_PARKED]
    )
    return [Parked(*row) for row in rows]


def _rows(actor: Actor) -> Any:
    return SavedForm.objects.filter(owner=actor.ref, form=FORM)


def _write(actor: Actor, slot: str, values: Mapping[str, str]) -> None:
    subject, agency = (" ".join(values.get(name, "").split()) for name in ("subject", "agency"))
    who = mask_name(values.get("name", "")).strip()
    label = " · ".join(each for each in (subject or agency, who) if each)
    SavedForm.objects.update_or_create(
        owner=actor.ref,
        form=FORM,
        slot=slot,
        defaults={
            # NUL is no sign that a person typed, and PostgreSQL keeps none.
            "data": {n: value[:LONGEST].replace("\0", "") for n, value in values.items()},
            "label": label[:120].replace("\0", ""),
            "saved_at": clock.current().now(),
        },
    )
