"""What each role of a node serves and does.

Every role installs the same tables, so that a node may change its role without a migration.
"""

from __future__ import annotations

import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from pishkhan.directory.contracts import OfficeKind
from pishkhan.kernel import pulse
from pishkhan.node.env import Role
from pishkhan.node.work import Job

if TYPE_CHECKING:
    from collections.abc import Callable

    from pishkhan.web.uploads.collect import Collector

# The citizen's page, the administrator's and the auditor's desk belong to every node.
COMMON = frozenset({"t", "admin", "audit"})
DESKS = frozenset({"t", "counter", "secretariat", "cartable", "admin", "audit"})


@dataclass(frozen=True, slots=True)
class Duties:
    """`desks` are the first words of the addresses a role serves, `jobs` its worker's work.

    `offices` are the kinds of office it has: their envelopes are taken in.
    """

    desks: frozenset[str]
    offices: frozenset[OfficeKind] = frozenset(OfficeKind)
    jobs: tuple[str, ...] = (
        "relay",
        "journal",
        "witness",
        "notices",
        "web",
        "files",
        "upkeep",
        "line",
        "directory",
    )


DUTIES = {
    Role.ALL: Duties(DESKS),
    Role.CENTRE: Duties(DESKS),
    Role.AGENCY: Duties(COMMON | {"secretariat", "cartable"}, frozenset({OfficeKind.SECRETARIAT})),
    Role.COUNTER: Duties(COMMON | {"counter"}, frozenset({OfficeKind.COUNTER})),
}


def duties() -> Duties:
    """Return this node's duties."""
    return DUTIES[settings.ROLE]


def addresses() -> list[URLPattern | URLResolver]:
    """Return the URL patterns of this node's role; an unserved desk is a plain 404."""
    from pishkhan.web import urls

    hidden = DESKS - duties().desks
    shown: list[URLPattern | URLResolver] = [
        entry for entry in urls.urlpatterns if str(entry.pattern).partition("/")[0] not in hidden
    ]
    return [path("accounts/", include("pishkhan.web.accounts.urls")), *shown]


def receive() -> None:
    """Register the relay's handlers of this node's role; an envelope for another waits."""
    from pishkhan.letters import api as letters

    letters.receive_as(duties().offices)
    from pishkhan.node import directory_post

    if settings.ROLE is Role.COUNTER:
        directory_post.receive()
    elif settings.ROLE in {Role.ALL, Role.CENTRE}:
        from pishkhan.web.postbag import exchange

        exchange.before_bags(directory_post.send)


def jobs() -> list[Job]:
    """Return the worker's jobs of this node's role."""
    makers = {
        "relay": _relay,
        "journal": _journal,
        "witness": _witness,
        "notices": _notices,
        "web": _expired,
        "files": _unused_files,
        "upkeep": _disk_sample,
        "line": _line,
        "directory": _directory(),
    }
    beats = settings.HOME / "pulse"
    pulse.forget(beats, but=duties().jobs)
    return [Job(name, pulse.beating(beats, name, makers[name])) for name in duties().jobs]


def _directory() -> Callable[[], int]:
    from pishkhan.node import directory_post

    return directory_post.Round().step


def _relay() -> int:
    from pishkhan.relay import api

    report = api.step()
    # What waits for its predecessor is looked at again in each round, but is no progress.
    return sum(int(count) for count in asdict(report).values()) - report.waiting


def _journal() -> int:
    from pishkhan.journal import api
    from pishkhan.node import wiring

    return api.step(wiring.LogKey())


def _witness() -> int:
    """Ask the witnesses of this node's log: a job of its own, for a slow one may not hold it up."""
    from pishkhan.journal import api
    from pishkhan.node import witness_line
    from pishkhan.sealing import api as sealing

    return api.ask_step(witness_line.post, sealing.fits) + api.anchor_step()


def _notices() -> int:
    from pishkhan.notices import api

    return sum(int(count) for count in asdict(api.step()).values())


def _line() -> int:
    """Call this node's centre, if a line is set and a call is due."""
    from pishkhan.relay import api

    return api.call_when_due()


PURGE_SECONDS = 600.0
_purge_after = 0.0


def _expired() -> int:
    """Remove what expired of operational state, every ten minutes."""
    global _purge_after  # noqa: PLW0603 - one worker, one thread for this job
    if time.monotonic() < _purge_after:
        return 0
    from pishkhan.letters import api as letters
    from pishkhan.relay import api as relay
    from pishkhan.web.letter import saved
    from pishkhan.web.shell import sessions
    from pishkhan.web.uploads import files

    gone = (
        relay.forget_old_bags()
        + files.purge()
        + saved.purge()
        + sessions.purge()
        + letters.forget_failures()
    )
    if not gone:
        _purge_after = time.monotonic() + PURGE_SECONDS
    return gone


def _disk_sample() -> int:
    """Remember how full the disk is, every six hours, for the forecast."""
    from pishkhan.kernel import upkeep

    return upkeep.sample(settings.HOME)


_collector: Collector | None = None


def _unused_files() -> int:
    """Collect files that no letter ever used, some at a time."""
    global _collector  # noqa: PLW0603 - one worker, one thread for this job
    from pishkhan.web.uploads import collect

    if _collector is None:
        _collector = collect.Collector(settings.BLOB_ROOT, keep=settings.UNUSED_FILES)
    return _collector.step()
