"""How old the data are that a counter on its own node works with: told on each of its pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.translation import gettext as _

from pishkhan.directory import api as directory
from pishkhan.kernel import clock
from pishkhan.relay import api as relay
from pishkhan.web.templatetags.pishkhan import digits

STALE = timedelta(days=8)
"""A village's bag goes once or twice a week: after a week and a day one did not come. With less,
a village whose bag comes each Saturday would be warned on half of its days, and learn to look away;
of its own messages that wait longer than three days the centre is told (relay: SILENT)."""


@dataclass(frozen=True, slots=True)
class Age:
    """`directory` is when the directory here was made, `heard` when the last bag came.

    `tone` is "" while all is fresh, "wait" when a bag is overdue or this PC's clock is wrong, "bad"
    when a notice stands.
    """

    directory: datetime | None
    heard: datetime | None
    waiting: int
    tone: str
    notice: str


def shown() -> bool:
    """Return whether this node is a counter's own: elsewhere the data have no age."""
    return str(settings.ROLE) == "counter"


def age() -> Age:
    """Return the age of this node's data. Two queries."""
    made, stands = directory.directory_age(), relay.standing()
    # The directory comes only when it has changed: a later bag without one says that it still
    # holds. The bag's own day counts, for it may have lain in a drawer.
    told = max((at for at in (made and made[0], stands.said_at) if at), default=None)
    stale = told is None or clock.current().now() - told > STALE
    return Age(
        directory=made[0] if made else None,
        heard=stands.heard_at,
        waiting=stands.waiting,
        tone="bad" if stands.notice else "wait" if stale or stands.ahead else "",
        notice=digits(_notice(stands.notice, round(stands.ahead / 60))),
    )


def _notice(code: str, ahead: int) -> str:
    """Return what the clerk has to know; `ahead` are minutes of the centre's clock, 0: right."""
    if code:
        return relay.reason_in_words(code).render(_)
    told = {"minutes": abs(ahead)}
    if ahead > 0:
        return (
            _("This PC's clock is %(minutes)s minutes slow; set it right: receipts show it.") % told
        )
    if ahead < 0:
        return (
            _("This PC's clock is %(minutes)s minutes fast; set it right: receipts show it.") % told
        )
    return ""
