"""The node on one page: each reading with a colour, a word and what to do."""

from __future__ import annotations

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from pishkhan.kernel import clock
from pishkhan.web.admin import status
from pishkhan.web.admin.page import admin, draw
from pishkhan.web.http import DeskRequest

ORDER = ("bad", "wait", "good")
TITLES = {
    "disk": _("Disk"),
    "backup": _("Backup"),
    "drill": _("Restore drill"),
    "tls": _("Protected line"),
    "oidc": _("Organisation’s provider"),
    "worker": _("Worker"),
    "witnesses": _("Witnesses"),
    "queues": _("Queues"),
    "sms": _("SMS"),
    "clock": _("Clock"),
}


@admin
@require_safe
def page(request: DeskRequest) -> HttpResponse:
    """Draw what needs a hand first, what is well after it."""
    found = sorted(status.readings(), key=lambda reading: ORDER.index(reading.tone))
    return draw(
        request,
        "status.html",
        {
            "readings": [
                (TITLES[reading.name], reading, parts(reading.sentence), parts(reading.remedy))
                for reading in found
            ],
            "alarms": sum(reading.tone != "good" for reading in found),
            "worst": found[0].tone,
            "at": clock.current().now(),
        },
    )


def parts(text: str) -> list[tuple[bool, str]]:
    """Return a sentence in pieces: (True, …) is a command or a setting, as it is typed."""
    return [(bool(n % 2), piece) for n, piece in enumerate(text.split("`")) if piece]
