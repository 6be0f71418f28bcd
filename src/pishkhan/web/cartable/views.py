"""Folders of the cartable: open, to sign, done, sent."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from pishkhan.directory.contracts import Right
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import CartableCounts
from pishkhan.web import stand_ins
from pishkhan.web.http import DeskRequest, desk
from pishkhan.web.letter.rows import Rows

# folder → address, word, what an empty one says, and what will lie there
FOLDERS: dict[str, tuple[str, Any, Any, Any]] = {
    "open": (
        "cartable:open",
        pgettext_lazy("folder", "Open"),
        _("Your cartable is empty."),
        _("What is referred to you comes here by itself."),
    ),
    "to_sign": (
        "cartable:to-sign",
        pgettext_lazy("folder", "To sign"),
        _("Nothing waits for your signature."),
        _("Answers come here when they are sent to you for signature."),
    ),
    "done": (
        "cartable:done",
        pgettext_lazy("folder", "Done"),
        _("Nothing is done yet."),
        _("What you have finished lies here."),
    ),
    "sent": (
        "cartable:sent",
        pgettext_lazy("folder", "Sent"),
        _("You have referred nothing yet."),
        _("What you refer to others can be followed here."),
    ),
}


@desk(Right.CARTABLE)
@require_safe
def folder(request: DeskRequest, name: Any) -> HttpResponse:
    """Draw one folder, newest first."""
    after = request.GET.get("after")
    page = letters.cartable(request.actor, folder=name, after=after)
    counts = letters.cartable_counts(request.actor)
    here = reverse(FOLDERS[name][0])
    bar = stand_ins.bar(request.actor)
    return render(
        request,
        "cartable/folder.html",
        {
            "folder": name,
            "bar": bar,
            "title": FOLDERS[name][1],
            "empty": FOLDERS[name][2],
            "help": FOLDERS[name][3],
            "tabs": tabs(counts, name),
            "may_sign": name == "to_sign" and Right.SIGN in request.actor.rights,
            "rows": Rows("cartable", name, request.actor.seat_id).cartable(page.rows, name),
            "newest": here if after else "",
            "next": f"{here}?after={page.next}" if page.next else "",
        },
    )


def tabs(counts: CartableCounts, name: str) -> list[tuple[str, Any, bool, str]]:
    """Return address, word, whether it is the shown one, and count of each tab of the cartable."""
    held = {"open": counts.open, "to_sign": counts.to_sign}
    found = [
        (reverse(address), word, each == name, capped(held.get(each, 0), counts))
        for each, (address, word, _empty, _help) in FOLDERS.items()
    ]
    own = pgettext_lazy("folders of a post", "My folders")
    return [*found, (reverse("cartable:folders"), own, name == "folders", "")]


def capped(found: int, counts: CartableCounts) -> str:
    """Return how many there are, "99+" from the bound on; nothing for none."""
    return f"{counts.most - 1}+" if found >= counts.most else str(found or "")
