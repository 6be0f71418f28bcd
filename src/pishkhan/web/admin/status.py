"""The state of the node in a few readings, each with what to do about it.

The page of the desk, `pishkhan status` and `pishkhan check` say the same, for they ask here.
"""

from __future__ import annotations

import ctypes
import sys
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from pishkhan.kernel import clock, pulse, upkeep
from pishkhan.kernel.errors import PishkhanError
from pishkhan.kernel.hosts import covers, loopback
from pishkhan.notices import api as notices
from pishkhan.relay import api as relay
from pishkhan.sealing import api as sealing
from pishkhan.web.accounts import oidc
from pishkhan.web.admin import witnesses
from pishkhan.web.admin.reading import Reading

GB = 2**30
LEAST_FREE = 1 * GB
"""Bytes; a day of scans at a busy counter is about a fifth of it."""
FULL_SOON = timedelta(days=30)
BACKUP_AGE, DRILL_AGE = timedelta(days=2), timedelta(days=100)
"""A night may be missed; a drill belongs to each season."""
CERTIFICATE_EARLY = timedelta(days=30)
QUEUE_AGE = timedelta(hours=1)
CLOCK_BACK = timedelta(minutes=2)
UNSYNCHRONISED = 5  # TIME_ERROR of adjtimex(2)


def readings() -> list[Reading]:
    """Return every reading, in the order of the page."""
    return [*safety(), worker(), *witnesses.readings(), post(), sms(), machine_clock()]


def safety() -> list[Reading]:
    """Return what does not need the database: disk, backup, drill and TLS."""
    return [disk(), backup(), drill(), tls(), *organisation()]


def disk() -> Reading:
    """Return how full the disk is, and when it will be."""
    found = upkeep.disk(settings.HOME)
    days = found.full_in.days if found.full_in is not None else None
    facts = {"free": found.free, "total": found.total, "full_in_days": days}
    free = {"free": f"{found.free / GB:.1f}", "total": f"{found.total / GB:.0f}"}
    said = _("%(free)s of %(total)s GB are free.") % free
    remedy = _("Make room: move old backups away, or give the node a larger disk.")
    if found.full_in is not None:
        said += " " + _("At this pace it is full in %(n)s days.") % {"n": days}
    elif found.watched < upkeep.LEAST_SPAN:
        said += " " + _("A forecast comes after a day.")
    else:
        said += " " + _("It is not filling.")
    if found.free < LEAST_FREE:
        return Reading("disk", "bad", said, remedy, facts)
    if found.full_in is not None and found.full_in < FULL_SOON:
        return Reading("disk", "wait", said, remedy, facts)
    return Reading("disk", "good", said, facts=facts)


def backup() -> Reading:
    """Return how old the last backup is."""
    last = upkeep.last(settings.HOME, "backup")
    remedy = _("Run `pishkhan backup FOLDER` every night, onto another disk.")
    if last is None:
        return Reading("backup", "wait", _("No backup was ever made here."), remedy)
    at, told = last
    age = clock.current().now() - at
    facts = {"at": at.isoformat(), **told}
    if told.get("missing"):
        said = _("The last backup found %(n)s damaged files.") % {"n": told["missing"]}
        remedy = _("Bring them back from an earlier backup, then back up again.")
        return Reading("backup", "bad", said, remedy, facts)
    if age > BACKUP_AGE:
        said = _("The last backup is %(n)s days old.") % {"n": age.days}
        return Reading("backup", "bad", said, remedy, facts)
    said = _("The last backup is %(n)s hours old.") % {"n": max(0, age // timedelta(hours=1))}
    return Reading("backup", "good", said, facts=facts)


def drill() -> Reading:
    """Return when a restore was last tried, and how that went."""
    last = upkeep.last(settings.HOME, "drill")
    remedy = _("Run `pishkhan backup FOLDER --drill`.")
    if last is None:
        return Reading("drill", "wait", _("No restore was ever tried."), remedy)
    at, told = last
    days = max(0, (clock.current().now() - at).days)
    facts = {"at": at.isoformat(), **told}
    if not told.get("ok"):
        said = _("The last restore that was tried failed.")
        return Reading("drill", "bad", said, remedy, facts)
    said = _("A restore was tried %(n)s days ago and went well.") % {"n": days}
    if days > DRILL_AGE.days:
        return Reading("drill", "wait", said, remedy, facts)
    return Reading("drill", "good", said, facts=facts)


def tls() -> Reading:
    """Return whether the line to people is protected, and until when."""
    host = urlsplit(settings.PISHKHAN_URL).hostname or ""
    if not settings.NODE.https:
        if loopback(host):
            said = _("Only this machine reaches the node: no certificate is needed.")
            return Reading("tls", "good", said)
        return Reading(
            "tls",
            "wait" if settings.DEMO else "bad",
            _("The address is not https: letters and passwords cross the line unprotected."),
            _("Run `pishkhan tls make` and set `PISHKHAN_URL=https://…`, or put a proxy with TLS "
              "in front and set `PISHKHAN_PROXY_HOPS=1`."),
        )  # fmt: skip
    if settings.NODE.proxy_hops:
        return Reading("tls", "good", _("A proxy in front speaks TLS; it has the certificate."))
    return _certificate(host)


def _certificate(host: str) -> Reading:
    try:
        found = sealing.certificate(settings.HOME / "tls")
    except PishkhanError as error:
        said = _("The address is https, but nothing speaks TLS for it.")
        remedy = _("Run `pishkhan tls make`, or set `PISHKHAN_PROXY_HOPS=1` for a proxy with TLS.")
        return Reading("tls", "bad", f"{said} {error.message.render(_)}", remedy)
    left = found.ends - clock.current().now()
    facts = {"ends": found.ends.isoformat(), "names": list(found.names), "days": left.days}
    remedy = (
        _("Run `pishkhan tls renew` and restart the node.")
        if found.own
        else _("Get a new one and `pishkhan tls import` it.")
    )
    if left <= timedelta():
        said = _("The certificate has ended: browsers refuse this node.")
        return Reading("tls", "bad", said, remedy, facts)
    if not covers(found.names, host):
        said = _("The certificate does not name %(host)s: browsers refuse this node.")
        remedy = _("Run `pishkhan tls make --name %(host)s`.") % {"host": host}
        return Reading("tls", "bad", said % {"host": host}, remedy, facts)
    said = _("The certificate is good for %(n)s days.") % {"n": left.days}
    if left < CERTIFICATE_EARLY:
        return Reading("tls", "wait", said, remedy, facts)
    return Reading("tls", "good", said, facts=facts)


def organisation() -> list[Reading]:
    """Return whether the organisation's provider of OpenID Connect answers; [] if none is set."""
    if settings.PISHKHAN_OIDC is None:
        return []
    try:
        oidc.reach(settings.PISHKHAN_OIDC)
    except oidc.Silent as silent:
        said = _("The organisation's provider cannot be used as it is set: %(why)s.")
        remedy = _("Compare `PISHKHAN_OIDC_ISSUER` and its line; passwords go on opening logins.")
        return [Reading("oidc", "bad", said % {"why": silent}, remedy)]
    return [Reading("oidc", "good", _("The organisation's provider answers."))]


def worker() -> Reading:
    """Return whether the worker works."""
    beats = pulse.look(settings.HOME / "pulse")
    facts = {name: at.isoformat() for name, at in beats.jobs.items()}
    start = _("Start the service `pishkhan-worker`.")
    if beats.last is None:
        said = _("The worker has never been seen: letters are accepted and wait.")
        return Reading("worker", "bad", said, start, facts)
    if beats.silent:
        said = _("The worker has not been seen for %(n)s minutes: letters are accepted and wait.")
        return Reading("worker", "bad", said % {"n": beats.silent_minutes}, start, facts)
    if beats.stuck:
        said = _("A part of the worker has stood still for long.")
        return Reading("worker", "wait", said, _("Look into its log and restart it."), facts)
    return Reading("worker", "good", _("The worker is at work."), facts=facts)


def post() -> Reading:
    """Return what waits in the post and in the queue of notices."""
    depths, tally = relay.depths(), notices.tally()
    facts = {
        "carry": depths.to_carry.count, "held": depths.held.count,
        "stopped": depths.stopped.count, "notices": tally.queued,
    }  # fmt: skip
    said = _(
        "Letters: %(carry)s wait to be carried, %(held)s are held, %(stopped)s are stopped; "
        "notices: %(notices)s."
    )
    if depths.stopped.count:
        remedy = _("Open the post bag and see why.")
        return Reading("queues", "bad", said % facts, remedy, facts)
    if _late(depths.to_carry.oldest) or _late(tally.oldest):
        remedy = _("See that the worker runs and the line is there.")
        return Reading("queues", "wait", said % facts, remedy, facts)
    return Reading("queues", "good", said % facts, facts=facts)


def _late(since: datetime | None) -> bool:
    return since is not None and clock.current().now() - since > QUEUE_AGE


def sms() -> Reading:
    """Return when the last SMS went out."""
    last = notices.last_sent()
    tally = notices.tally()
    facts = {"last": last.isoformat() if last else None, "failed": tally.failed}
    if not settings.PISHKHAN_SMS_URL:
        said = _("No provider of SMS is set: texts are kept, not sent.")
        return Reading("sms", "wait", said, _("Set `PISHKHAN_SMS_URL`."), facts)
    if last is None:
        said = _("No SMS was ever sent.")
    else:
        hours = max(0, (clock.current().now() - last) // timedelta(hours=1))
        said = _("The last SMS went out %(n)s hours ago.") % {"n": hours}
    if tally.failed:
        said += " " + _("%(n)s notices failed in the last day.") % {"n": tally.failed}
        remedy = _("Look at the provider: credit, patterns, the line.")
        return Reading("sms", "wait", said, remedy, facts)
    return Reading("sms", "good", said, facts=facts)


def machine_clock() -> Reading:
    """Return whether the clock may be trusted: deeds bear its time."""
    back = upkeep.clock_back(settings.HOME)
    facts = {"synchronised": synchronised(), "back_seconds": round(back.total_seconds())}
    if back > CLOCK_BACK:
        said = _("The clock stands %(n)s minutes behind what it showed before.")
        said %= {"n": back // timedelta(minutes=1)}
        return Reading("clock", "bad", said, _("Set the clock; change its battery."), facts)
    if facts["synchronised"] is False:
        said = _("Nobody sets this machine's clock.")
        remedy = _("Let it follow a time server: `apt-get install chrony`.")
        return Reading("clock", "wait", said, remedy, facts)
    return Reading("clock", "good", _("The clock goes right."), facts=facts)


def synchronised() -> bool | None:
    """Return whether a time server disciplines the clock (adjtimex(2)); None where none says."""
    if sys.platform != "linux":
        return None
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(512))
    except (OSError, AttributeError):
        return None
    return None if state < 0 else state != UNSYNCHRONISED
