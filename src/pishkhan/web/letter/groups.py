"""Groups of bodies that a circular can go to, as the form offers and names them."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.directory.contracts.bodies import Bodies, BodiesKind
from pishkhan.kernel.errors import Invalid
from pishkhan.web.http import DeskRequest
from pishkhan.web.templatetags.pishkhan import digits


def group_options(actor: Actor) -> list[tuple[str, str]]:
    """Return (value, words) of each group below the actor's agency; empty where it has none."""
    if actor.office is None or actor.office.agency_id is None:
        return []
    found = []
    for row in directory.bodies_below(actor.office.agency_id):
        words = ngettext("%(name)s: %(n)s body", "%(name)s: %(n)s bodies", row.size)
        value = f"{row.bodies.kind.value}:{row.bodies.agency_id}"
        found.append((value, digits(words % {"name": row.name, "n": row.size})))
    return found


def read_bodies(request: DeskRequest) -> Bodies:
    """Return the group that was chosen; Invalid with its field."""
    kind, _colon, agency = request.POST.get("bodies", "").partition(":")
    try:
        return Bodies(BodiesKind(kind), UUID(agency))
    except ValueError:
        raise Invalid("web.bodies", fields={"bodies": _("Choose a group from the list.")}) from None
