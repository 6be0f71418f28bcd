"""What was typed into a draft and not yet sent: one row per seat and letter, no deed."""

from __future__ import annotations

from typing import Any

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.web.models import SavedForm

LONGEST = 120_000
"""Characters kept of one field: more than an answer may have."""


def keep(actor: Actor, form: str, slot: str, data: dict[str, str]) -> None:
    """Keep what was typed; the newest wins."""
    SavedForm.objects.update_or_create(
        owner=actor.ref,
        form=form,
        slot=slot,
        defaults={
            "data": {name: value[:LONGEST] for name, value in data.items()},
            "saved_at": clock.current().now(),
        },
    )


def kept(actor: Actor, form: str, slot: str) -> dict[str, Any] | None:
    """Return what was typed, or None."""
    found = SavedForm.objects.filter(owner=actor.ref, form=form, slot=slot)
    return found.values_list("data", flat=True).first()


def forget(actor: Actor, form: str, slot: str) -> None:
    """Forget what was typed: it was sent, or given up."""
    SavedForm.objects.filter(owner=actor.ref, form=form, slot=slot).delete()
