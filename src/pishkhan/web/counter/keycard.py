"""The printable card of this desk's keys: the rail's own list, and what the pages declare."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pishkhan.directory.contracts import Right
from pishkhan.web.context import RAILS
from pishkhan.web.http import DeskRequest, desk

# What the pages of this desk declare by data-key; a test holds it against the pages themselves.
KEYS: tuple[tuple[Any, tuple[tuple[str, Any], ...]], ...] = (
    (
        _("Accept letter"),
        (
            ("Alt+1", _("Applicant")),
            ("Alt+2", _("Letter")),
            ("Alt+3", _("Pages")),
            ("Alt+4", _("Typed text, its words, late entry, urgency, print")),
            ("Alt+5", _("Brought by another, several signers, originals, whose mobile")),
            ("Alt+6", _("Close of day")),
            ("F7", _("Scan, at a connected PC")),
            ("F9", _("Add page")),
            ("F4", _("Parked letters")),
            ("F10", _("Park this letter")),
            ("Ctrl+Enter", _("Accept and print")),
        ),
    ),
    (
        _("Receipt"),
        (
            ("P", _("Print")),
            ("Alt+1", _("Same person, next letter")),
            ("Alt+2", _("Same letter, another person")),
        ),
    ),
    (
        _("Hand over"),
        (
            ("Alt+1", _("Tracking code")),
            ("Alt+2", _("Code lost")),
            ("F9", _("Hand over; then confirm by a second key")),
        ),
    ),
    (_("Everywhere"), (("F12", _("Menu")), ("Esc", _("Leave it")))),
)


@desk(Right.COUNTER)
@require_safe
def keycard(request: DeskRequest) -> HttpResponse:
    """Draw the card for A5."""
    rail = tuple((key, label) for label, _name, key, _icon in RAILS["counter"])
    return render(request, "counter/key_card.html", {"groups": ((_("Desk"), rail), *KEYS)})
