"""What was typed into a draft and not yet sent: one row per seat and letter, no deed."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock, text
from pishkhan.letters import api as letters
from pishkhan.web.models import SavedForm

DRAFT = "draft"
"""The form whose slots are ids of arrivals and of drafts."""

UNTOUCHED = timedelta(days=30)
"""Nobody comes back to what was typed so long ago, and it may hold a person's number."""

LONGEST = 120_000
"""Characters kept of one field: more than an answer may have."""


def keep(actor: Actor, form: str, slot: str, data: dict[str, str]) -> None:
    """Keep what was typed; the newest wins."""
    SavedForm.objects.update_or_create(
        owner=actor.ref,
        form=form,
        slot=slot,
        defaults={
            # NUL is no sign that a person typed, and PostgreSQL keeps none.
            "data": {n: value[:LONGEST].replace("\0", "") for n, value in data.items()},
            "saved_at": clock.current().now(),
        },
    )


def kept(actor: Actor, form: str, slot: str) -> dict[str, Any] | None:
    """Return what was typed, or None."""
    found = SavedForm.objects.filter(owner=actor.ref, form=form, slot=slot)
    return found.values_list("data", flat=True).first()


def told() -> HttpResponse:
    """Answer a form that saved itself: when it was saved, in words."""
    hour = clock.current().now().astimezone(clock.TEHRAN).strftime("%H:%M")
    shown = text.persian_digits(hour) if get_language() == "fa" else hour
    return HttpResponse(
        _("Draft saved at %(hour)s.") % {"hour": shown}, content_type="text/plain; charset=utf-8"
    )


def forget(actor: Actor, form: str, slot: str) -> None:
    """Forget what was typed: it was sent, or given up."""
    SavedForm.objects.filter(owner=actor.ref, form=form, slot=slot).delete()


def purge(limit: int = 500) -> int:
    """Forget what was typed for letters that are over, and what lay untouched; return how many.

    Called by the worker, for a letter ends by more roads than this desk.
    """
    old = SavedForm.objects.filter(saved_at__lte=clock.current().now() - UNTOUCHED)
    gone = list(old.order_by("saved_at").values_list("pk", flat=True)[:limit])
    slots = dict(
        SavedForm.objects.filter(form=DRAFT)
        .exclude(pk__in=gone)
        .order_by("saved_at")
        .values_list("pk", "slot")[:limit]
    )
    over = {str(each) for each in letters.settled({UUID(slot) for slot in slots.values()})}
    gone += [pk for pk, slot in slots.items() if slot in over]
    SavedForm.objects.filter(pk__in=gone).delete()
    return len(gone)
