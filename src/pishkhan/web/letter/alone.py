"""An office that one person runs, as a dehyari is: fewer presses, and nobody to refer to."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.utils.translation import gettext as _

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter import neighbours, series
from pishkhan.web.letter.deeds import deed, go
from pishkhan.web.letter.door import may_be_alone, url
from pishkhan.web.letter.said import tell
from pishkhan.web.templatetags.pishkhan import isolate


def first_receiver(actor: Actor) -> dict[str, str]:
    """Return what a new letter of a dehyari holds at first: the office over it; else nothing."""
    if not may_be_alone(actor) or actor.office is None or actor.office.agency_id is None:
        return {}
    over = directory.superior_of(actor.office.agency_id)
    if over is None:
        return {}
    return {"agency_id": str(over.id), "agency": over.name, "recipient": over.name}


@deed("sign_and_send")
def send(request: DeskRequest, letter: UUID, draft: UUID) -> HttpResponse:
    """Sign the version that was read and send it, in one press."""
    onward = neighbours.after_this(request, letter) if request.POST.get("next") else ""
    given = request.POST.get("version", "")
    issued = letters.sign_and_send(
        request.actor,
        draft,
        version=int(given) if given.isdecimal() and len(given) < 6 else None,
        series=series.read(request),
    )
    said = _("Signed and sent with number %(number)s.") % {"number": isolate(issued.text)}
    tell(request, letter, said, onward, paper=url(request, "paper", letter, draft))
    return go(request, letter, onward)


def note_and_file(request: DeskRequest, letter: UUID) -> HttpResponse:
    """Take note of a circular, register it if it is not, and file it."""
    onward = neighbours.after_this(request, letter)
    state = letters.arrival(request.actor, letter).row.state
    if state is ArrivalState.ARRIVED:
        letters.register(request.actor, letter)
    letters.acknowledge(request.actor, letter)
    letters.close(request.actor, letter, outcome=_("Noted."))
    messages.success(request, _("Note is taken and the circular is filed; the sender is told."))
    return go(request, letter, onward)
