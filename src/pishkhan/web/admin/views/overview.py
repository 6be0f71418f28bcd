"""The node at a glance: what it is, what waits, what should be looked at."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

import pishkhan
from pishkhan.directory import api as directory
from pishkhan.directory.contracts import NodeView
from pishkhan.kernel.errors import NotFound
from pishkhan.relay import api as relay
from pishkhan.web.admin.page import admin, draw
from pishkhan.web.http import DeskRequest

GB = 2**30
LEAST_FREE = 1 * GB
"""Bytes; a day of scans at a busy counter is about a fifth of it."""
MOST_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: `tone` is good, wait or bad."""

    tone: str
    sentence: str
    url: str = ""


# Where a finding of the directory is put right.
PLACES = {
    "directory.provinces-missing": "admin:divisions",
    "directory.agency-unreachable": "admin:agencies",
    "directory.secretariat-unattended": "admin:agencies",
    "directory.post-vacant": "admin:agencies",
    "directory.counter-unlicensed": "admin:counters",
    "directory.licence-expired": "admin:counters",
    "directory.counter-unattended": "admin:counters",
}


@admin
@require_safe
def overview(request: DeskRequest) -> HttpResponse:
    """Draw the state of the node."""
    stopped = len(relay.quarantined(MOST_SHOWN))
    disk = shutil.disk_usage(settings.HOME)
    found = checks(disk.free, stopped)
    return draw(
        request,
        "overview.html",
        {
            "checks": sorted(found, key=lambda check: ("bad", "wait", "good").index(check.tone)),
            "red": sum(check.tone == "bad" for check in found),
            "yellow": sum(check.tone == "wait" for check in found),
            "node": _node(),
            "version": pishkhan.__version__,
            "engine": connection.display_name,
            "disk_free": _gigabytes(disk.free),
            "disk_total": _gigabytes(disk.total),
            "disk_used": round(100 * (disk.total - disk.free) / disk.total),
            "disk_low": disk.free < LEAST_FREE,
            "stopped": f"{MOST_SHOWN}+" if stopped >= MOST_SHOWN else stopped,
        },
    )


def checks(free: int, stopped: int) -> list[Check]:
    """Return everything that was looked at, good or not."""
    found = [
        Check(
            "bad" if finding.serious else "wait",
            finding.message.render(_),
            reverse(PLACES[finding.code]) if finding.code in PLACES else "",
        )
        for finding in directory.preflight()
    ]
    if not found:
        found.append(Check("good", _("Offices, posts, counters and people are complete.")))
    if stopped:
        found.append(Check("bad", _("Messages need a look by a person."), reverse("admin:relay")))
    else:
        found.append(Check("good", _("No message is stopped."), reverse("admin:relay")))
    found.append(
        Check("bad", _("The disk is nearly full."))
        if free < LEAST_FREE
        else Check("good", _("There is room on the disk."))
    )
    found.append(
        Check("good", _("People reach this node over TLS."))
        if settings.SESSION_COOKIE_SECURE
        else Check("wait", _("People reach this node without TLS: put a proxy with TLS in front."))
    )
    for url, set_, unset in _providers():
        found.append(Check("good", set_) if url else Check("wait", unset))
    if settings.DEMO:
        found.append(Check("wait", _("This is a demonstration: no real letters here.")))
    return found


def _providers() -> list[tuple[Any, str, str]]:
    return [
        (
            settings.PISHKHAN_SMS_URL,
            _("A provider of SMS is set."),
            _("No provider of SMS is set: texts are kept, not sent."),
        ),
        (
            settings.PISHKHAN_EMAIL_URL,
            _("A way for e-mail is set."),
            _("No way for e-mail is set: mails are kept, not sent."),
        ),
    ]


def _node() -> NodeView | None:
    try:
        return directory.node_self()
    except NotFound:
        return None


def _gigabytes(size: int) -> str:
    return f"{size / GB:.0f}" if size >= 10 * GB else f"{size / GB:.1f}"
