"""What an office chief prepares, and what his superior does with it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from pishkhan.letters import api as letters
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter import neighbours
from pishkhan.web.letter.deeds import deed, go
from pishkhan.web.letter.receivers import read_day, read_instruction, read_receivers
from pishkhan.web.letter.said import tell


@deed("prepare")
def prepare(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Lay an order before the superior; go on to the next letter if that was asked."""
    onward = neighbours.after_this(request, letter) if request.POST.get("next") else ""
    letters.prepare(
        request.actor,
        letter,
        to=read_receivers(request),
        instruction=read_instruction(request),
        deadline=read_day(request, "deadline"),
    )
    tell(request, letter, _("It is prepared; the holder of the post confirms it."), onward)
    return go(request, letter, onward)


@deed("confirm_prepared")
def confirm(request: DeskRequest, letter: UUID, prepared: UUID) -> HttpResponse:
    """Refer as it was prepared, and go on to the next letter of the list."""
    onward = neighbours.after_this(request, letter) if request.POST.get("next") else ""
    letters.confirm_prepared(request.actor, prepared)
    tell(request, letter, _("Referred as it was prepared."), onward)
    return go(request, letter, onward)


@deed("drop_prepared")
def drop(request: DeskRequest, letter: UUID, prepared: UUID) -> HttpResponse:
    """Take a prepared order away."""
    letters.drop_prepared(request.actor, prepared)
    messages.success(request, _("The prepared order is taken away."))
    return go(request, letter)


@deed("lift")
def lift(request: DeskRequest, letter: UUID, referral: UUID) -> HttpResponse:
    """Put a referral at the head of the cartable."""
    letters.lift(request.actor, referral)
    messages.success(request, _("It stands first in the cartable."))
    return go(request, letter)
