"""What was typed at the counter and not yet sent: in hand, or parked while another is served.

One row per seat and slot; slot "" is in hand. Once a form was accepted its row keeps only the
form's nonce, so that a save that was under way can not bring the form back.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.text import mask_name
from pishkhan.web.models import SavedForm

ACCEPT = "accept"
COMPLETE = "complete"
IN_HAND = ""
BIN = "bin"
DONE = "done"
LONGEST = 40_000
MOST_PARKED = 12

TYPED = ("number", "name", "mobile", "agency_id", "agency_text", "subject", "body", "rrn")
"""Fields that hold a person's typing; without any of them a form is empty."""


@dataclass(frozen=True, slots=True)
class Parked:
    slot: str
    label: str
    saved_at: datetime


def keep(actor: Actor, form: str, slot: str, data: Mapping[str, str]) -> datetime | None:
    """Keep what was typed and return when; None for a form that was sent already."""
    now = clock.current().now()
    row = _rows(actor, form).filter(slot=slot).first()
    if row is not None and row.data.get(DONE) and row.data[DONE] == data.get("nonce"):
        return None
    kept = {name: value[:LONGEST] for name, value in data.items()}
    SavedForm.objects.update_or_create(
        owner=actor.ref,
        form=form,
        slot=slot,
        defaults={"data": kept, "label": _label(kept), "saved_at": now},
    )
    return now


def kept(actor: Actor, form: str, slot: str = IN_HAND) -> dict[str, Any]:
    """Return what was typed, or nothing."""
    row = _rows(actor, form).filter(slot=slot).first()
    return {} if row is None or DONE in row.data else dict(row.data)


def is_empty(data: Mapping[str, Any]) -> bool:
    """Return True when nothing was typed and no page taken."""
    return not any(data.get(name) for name in TYPED) and data.get("pages", "[]") in ("", "[]")


def sent(actor: Actor, form: str, slot: str, nonce: str) -> None:
    """Forget a form that was accepted, and whatever of it still is on its way."""
    SavedForm.objects.update_or_create(
        owner=actor.ref,
        form=form,
        slot=slot,
        defaults={"data": {DONE: nonce}, "label": "", "saved_at": clock.current().now()},
    )


def forget(actor: Actor, form: str, slot: str) -> None:
    """Forget a form."""
    _rows(actor, form).filter(slot=slot).delete()


def move(actor: Actor, form: str, start: str, end: str) -> bool:
    """Move a form to another slot; whatever lay there goes. False when there was none."""
    row = _rows(actor, form).filter(slot=start).first()
    if row is None or DONE in row.data:
        return False
    _rows(actor, form).filter(slot=end).delete()
    row.slot = end
    row.save(update_fields=("slot",))
    return True


def parked(actor: Actor) -> list[Parked]:
    """Return the parked acceptances, newest first."""
    rows = (
        _rows(actor, ACCEPT)
        .exclude(slot__in=(IN_HAND, BIN))
        .order_by("-saved_at")
        .values_list("slot", "label", "saved_at")[:MOST_PARKED]
    )
    return [Parked(*row) for row in rows]


def _rows(actor: Actor, form: str) -> Any:
    return SavedForm.objects.filter(owner=actor.ref, form=form)


def _label(data: Mapping[str, str]) -> str:
    """Return what tells parked clients apart without naming them in full."""
    who = mask_name(data.get("name", ""))
    what = data.get("subject", "") or data.get("agency_text", "")
    return "، ".join(part for part in (who, what) if part)[:120]
