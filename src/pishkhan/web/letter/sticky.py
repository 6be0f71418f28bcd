"""What the secretariat's clerk chose for one letter and means for the next ones too.

Once the mark "keep" is set, receivers, their purposes, phrases, the deadline and the terms of the
norm's tables stay with the seat
until the login ends or the mark is taken away; words typed by hand never do, for they speak of one
letter. Never unasked: a second Ctrl+Enter would send the next letter to the first one's receivers.
"""

from __future__ import annotations

from pishkhan.kernel import clock, jalali
from pishkhan.kernel.errors import Invalid
from pishkhan.web.http import DeskRequest
from pishkhan.web.letter import series, terms

Values = dict[str, list[str]]

_SLOT = "sticky"
_REGISTERED = (*terms.NAMES, series.FIELD)
"""What a form asks only when it registers."""
_KEPT = ("keep", "to", "principal", "phrase", "deadline-in", "deadline", *_REGISTERED)
MOST = 50
"""Values kept of one field; no referral has more receivers."""
LONGEST = 200


def note(request: DeskRequest) -> None:
    """Keep what the form chose, or forget it when the mark was taken away."""
    posted = request.POST
    if not posted.get("keep"):
        request.session.pop(_SLOT, None)
        return
    names = [*_KEPT, *(f"purpose-{each}" for each in posted.getlist("to")[:MOST])]
    values = {name: [v[:LONGEST] for v in posted.getlist(name)[:MOST] if v] for name in names}
    # A form that does not ask for them, to refer a registered letter, takes nothing away.
    unasked = {name: given for name, given in kept(request).items() if name in _REGISTERED}
    values |= {name: given for name, given in unasked.items() if name not in posted}
    request.session[_SLOT] = {"seat": str(request.actor.post_id), "values": values}


def kept(request: DeskRequest) -> Values:
    """Return what was kept at this seat, a deadline only while it is to come."""
    found = request.session.get(_SLOT) or {}
    if found.get("seat") != str(request.actor.post_id):
        return {}
    values: Values = {name: given for name, given in found.get("values", {}).items() if given}
    if not _to_come(values.get("deadline", [])):
        values.pop("deadline", None)
    return values


def _to_come(typed: list[str]) -> bool:
    try:
        today = clock.current().now().astimezone(clock.TEHRAN).date()
        return bool(typed) and jalali.parse_date(typed[-1]) >= today
    except Invalid:
        return False
