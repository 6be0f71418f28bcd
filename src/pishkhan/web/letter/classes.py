"""The class of a letter on its page: approved by the agency's head, changed, lowered."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from pishkhan.kernel.errors import Invalid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Classification
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter.deeds import deed, go


@deed("approve")
def approve(request: DeskRequest, letter: UUID, draft: UUID) -> HttpResponse:
    """Approve the class of the version that was read."""
    given = request.POST.get("version", "")
    no = int(given) if given.isdecimal() and len(given) < 6 else None
    letters.approve_class(request.actor, draft, version=no)
    messages.success(request, _("The class is approved."))
    return go(request, letter, mark=f"draft-{draft}")


@deed("ask_approval")
def ask(request: DeskRequest, letter: UUID, draft: UUID) -> HttpResponse:
    """Lay the letter before the head of the agency."""
    letters.ask_approval(request.actor, draft)
    messages.success(request, _("It lies before the head of the agency for approval."))
    return go(request, letter, mark=f"draft-{draft}")


@deed("set_class")
def change(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Change the class, with a reason."""
    letters.set_class(
        request.actor,
        letter,
        classification=chosen(request, "classification"),
        reason=request.POST.get("reason", ""),
    )
    messages.success(request, _("The class is changed; what it was stays on the timeline."))
    return go(request, letter)


def chosen(request: DeskRequest, name: str) -> Classification:
    """Return the class that was chosen, the first for none; Invalid for what is no class."""
    given = request.POST.get(name, "")
    if given and given not in set(Classification):
        raise Invalid("web.class", fields={name: _("Choose one of the list.")})
    return Classification(given) if given else Classification.NORMAL
