"""Deeds that follow a referral: reminding, asking back what was seen, and the answer to that."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from pishkhan.letters import api as letters
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter import neighbours
from pishkhan.web.letter.deeds import deed, go


@deed("remind")
def remind(request: DeskRequest, letter: UUID, referral: UUID) -> HttpResponse:
    """Remind the receiver of a referral that the actor sent."""
    letters.remind(request.actor, referral, note=request.POST.get("note", ""))
    messages.success(request, _("The receiver is reminded."))
    return go(request, letter, mark="referrals")


@deed("ask_back")
def ask_back(request: DeskRequest, letter: UUID, referral: UUID) -> HttpResponse:
    """Ask for a referral back that was seen."""
    letters.ask_back(request.actor, referral, reason=request.POST.get("reason", ""))
    messages.success(request, _("The receiver is asked to give it back."))
    return go(request, letter, mark="referrals")


@deed("give_back")
def give_back(request: DeskRequest, letter: UUID, referral: UUID) -> HttpResponse:
    """Give a referral back that its sender asked for."""
    onward = neighbours.after_this(request, letter) if request.POST.get("next") else ""
    letters.give_back(request.actor, referral)
    messages.success(request, _("The referral was given back."))
    return go(request, letter, onward)


@deed("decline_recall")
def decline(request: DeskRequest, letter: UUID, referral: UUID) -> HttpResponse:
    """Keep a referral that its sender asked back, with a reason."""
    letters.decline_recall(request.actor, referral, reason=request.POST.get("reason", ""))
    messages.success(request, _("The letter stays with you; the sender reads why."))
    return go(request, letter)
