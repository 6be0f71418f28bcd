"""The node at a glance: what it is, what waits, what should be looked at."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import datetime
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
from pishkhan.kernel import pulse
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.pulse import Pulse
from pishkhan.notices import api as notices
from pishkhan.relay import api as relay
from pishkhan.web.admin import words
from pishkhan.web.admin.page import admin, draw
from pishkhan.web.admin.views.relay import NOTICE_TONES, many, post_rows
from pishkhan.web.http import DeskRequest

GB = 2**30
LEAST_FREE = 1 * GB
"""Bytes; a day of scans at a busy counter is about a fifth of it."""
MOST_FAILURES = 8


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
    "directory.post-vacant": "admin:vacancies",
    "directory.counter-unlicensed": "admin:counters",
    "directory.licence-expired": "admin:counters",
    "directory.counter-unattended": "admin:counters",
    "relay.stopped": "admin:relay",
    "relay.not-carried": "#post",
    "relay.held": "admin:streams",
    "relay.silent": "admin:network",
    "relay.unheard": "admin:network",
    "relay.notice": "admin:network",
    "relay.clock": "admin:network",
    "notices.retried": "#notices",
    "notices.failed": "#notices",
    "notices.unsure": "#notices",
}


@admin
@require_safe
def overview(request: DeskRequest) -> HttpResponse:
    """Draw the state of the node."""
    disk = shutil.disk_usage(settings.HOME)
    beats = pulse.look(settings.HOME / "pulse")
    found = checks(disk.free, beats)
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
            "pulse": beats,
            "jobs": [
                (words.JOBS.get(name, name), at, name in beats.stuck)
                for name, at in sorted(beats.jobs.items(), key=lambda job: _rank(job[0]))
            ],
            "post": post_rows(),
            "notices": _notices(),
            "failures": [
                {
                    "row": row,
                    "what": words.PATTERNS[row.pattern],
                    "channel": words.CHANNELS[row.channel],
                    "state": row.reason.render(_),
                    "tone": NOTICE_TONES[row.state],
                }
                for row in notices.failures(MOST_FAILURES)
            ],
        },
    )


def checks(free: int, beats: Pulse) -> list[Check]:
    """Return everything that was looked at, good or not."""
    found = [_worker(beats)]
    for preflight, complete in (
        (directory.preflight, _("Offices, posts, counters and people are complete.")),
        (relay.preflight, _("No message is stopped or late.")),
        (notices.preflight, _("No notice has failed.")),
    ):
        findings = [
            Check(
                "bad" if finding.serious else "wait",
                finding.message.render(_),
                _place(finding.code),
            )
            for finding in preflight()
        ]
        found += findings or [Check("good", complete)]
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


def _worker(beats: Pulse) -> Check:
    """Return whether the worker works; if not, for how long and what to do."""
    start = _("Have it started by whoever looks after the machine.")
    if beats.last is None:
        said = _("The worker has never been seen: letters are accepted and wait.")
        return Check("bad", f"{said} {start}", "#worker")
    if beats.silent:
        said = _("The worker has not been seen for %(n)s minutes: letters are accepted and wait.")
        return Check("bad", f"{said % {'n': beats.silent_minutes}} {start}", "#worker")
    if beats.stuck:
        said = _("A part of the worker has stood still for long: look into its log and restart it.")
        return Check("wait", said, "#worker")
    return Check("good", _("The worker is at work."))


def _rank(job: str) -> tuple[int, str]:
    """Return a job's place: what people wait for first, what nobody knows last."""
    known = list(words.JOBS)
    return (known.index(job) if job in known else len(known), job)


def _place(code: str) -> str:
    name = PLACES.get(code, "")
    return name if name.startswith("#") else reverse(name) if name else ""


def _notices() -> list[tuple[str, str, datetime | None, str]]:
    """Return the notices by their fate: word, number, since when the oldest, tone."""
    found = notices.tally()
    rows = [
        (_("in the queue"), found.queued, found.oldest, ""),
        (_("of these until the quiet hours are over"), found.quiet, None, ""),
        (_("of these tried without success"), found.retried, None, "wait"),
        (_("kept until a provider is set"), found.kept, None, "wait"),
        (_("sent in the last day"), found.sent, None, "good"),
        (_("failed in the last day"), found.failed, None, "bad"),
        (_("of unknown fate in the last day"), found.unsure, None, "wait"),
    ]
    return [(word, many(n), oldest, tone if n else "") for word, n, oldest, tone in rows]


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
