"""The operations on circulars: to many bodies at once, and who has taken note."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.bodies import Bodies
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.pages import Page
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import NewLetter
from pishkhan.letters.contracts.circulars import CircularFolder, CircularRow
from pishkhan.web.api import ops
from pishkhan.web.api.shapes import agency, circulars, common

many = ops.Group(N_("Circulars"))


@many.ask(
    "circulars",
    common.PageOf[circulars.CircularLine],
    N_("List circulars: to be noted, noted, or sent"),
)
def listed(
    actor: Actor,
    folder: CircularFolder = CircularFolder.WAITING,
    after: ops.After = None,
    limit: ops.Rows = 25,
) -> Page[CircularRow]:
    """Those of the seat's secretariat, and those that lie before its post; newest first."""
    return letters.circulars(actor, folder, after=after, limit=limit)


@many.deed(
    "circulars",
    N_("Begin a circular to the bodies below an agency"),
    given=circulars.CircularGiven,
    shape=agency.LetterMade,
)
def begin_circular(actor: Actor, given: circulars.CircularGiven) -> dict[str, Any]:
    """It goes the way of every letter: initialled, signed once, dispatched to all."""
    made = letters.begin_letter(
        actor,
        NewLetter(
            agency_id=None,
            bodies=Bodies(given.bodies, given.agency_id),
            recipient=given.recipient,
            subject=given.subject,
            body=given.body,
            urgency=given.urgency,
        ),
    )
    return {"id": made}


@many.deed("arrivals/{uuid:arrival_id}/acknowledge", N_("Take note of a circular"))
def acknowledge(actor: Actor, arrival_id: UUID) -> None:
    """Once for the body; its writer learns by whom and when."""
    letters.acknowledge(actor, arrival_id)


@many.ask(
    "arrivals/{uuid:arrival_id}/receivers",
    circulars.Receivers,
    N_("Read who has taken note of a circular"),
)
def receivers(
    actor: Actor, arrival_id: UUID, noted: bool | None = None, after: int = -1
) -> dict[str, Any]:
    """At the writer's: a hundred at a time, in their order."""
    rows, more = letters.circular_receivers(
        actor, arrival_id, noted=noted, after=min(max(after, -1), 32_000)
    )
    return {"rows": rows, "more": more}


@many.deed(
    "arrivals/{uuid:arrival_id}/remind-receivers",
    N_("Remind all who have not taken note of a circular"),
    shape=circulars.Reminded,
)
def remind_receivers(actor: Actor, arrival_id: UUID) -> dict[str, Any]:
    """Once a day."""
    return {"receivers": letters.remind_receivers(actor, arrival_id)}
