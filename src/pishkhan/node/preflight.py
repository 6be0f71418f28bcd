"""Looks at the node before it works: the operator's check, and what no node starts without."""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.node.console import Exit, Stop, _

LEAST_FREE = 1 * 2**30  # bytes; a day of scans at a busy counter is about 0.2 GB
DEMO_MARK = "demonstration-data"


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: `level` is "ok", "warning" or "error"."""

    name: str
    level: str
    sentence: str


def marked_demo() -> bool:
    """Return True when demonstration data were ever made in this HOME or this database."""
    if (settings.HOME / DEMO_MARK).exists():
        return True
    try:
        return bool(directory.setting(DEMO_MARK, default=False))
    except DatabaseError:
        return False  # no tables yet, so no data either


def mark_demo() -> None:
    """Mark HOME and database for good: a production node refuses to start on them."""
    (settings.HOME / DEMO_MARK).touch(mode=0o600)
    if not directory.setting(DEMO_MARK, default=False):
        directory.set_setting(SYSTEM, key=DEMO_MARK, value=True)


def refuse_foreign_data() -> None:
    """Raise Stop when a production node would serve demonstration data."""
    if not settings.DEMO and marked_demo():
        raise Stop(
            _(
                "These are demonstration data; a node with real letters does not start on them. "
                "Choose another PISHKHAN_HOME and database, or set PISHKHAN_DEMO=1."
            ),
            Exit.SETTINGS,
        )


def findings() -> Iterator[Finding]:
    """Yield every result of the preflight, good ones too."""
    yield from _home()
    yield from _keys()
    yield from _disk()
    yield from _secrets()
    yield from _address()
    yield from _rows()
    yield from _django()


def _home() -> Iterator[Finding]:
    home: Path = settings.HOME
    mode = stat.S_IMODE(home.stat().st_mode)
    if not os.access(home, os.W_OK | os.X_OK):
        yield Finding("home", "error", _("HOME can not be written."))
    elif os.name != "nt" and mode & 0o007:
        yield Finding("home", "warning", _("HOME can be read by every user of this machine."))
    else:
        yield Finding("home", "ok", _("HOME can be written."))


def _keys() -> Iterator[Finding]:
    folder: Path = settings.KEYS_ROOT
    open_keys = [
        path.name
        for path in (folder.glob("*") if folder.is_dir() else ())
        if os.name != "nt" and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]
    if open_keys:
        names = {"names": ", ".join(sorted(open_keys))}
        yield Finding("keys", "error", _("Others may read these keys: %(names)s.") % names)
    else:
        yield Finding("keys", "ok", _("Keys are private."))


def _disk() -> Iterator[Finding]:
    free = shutil.disk_usage(settings.HOME).free
    size = {"free": f"{free / 2**30:.1f}"}
    if free < LEAST_FREE:
        yield Finding("disk", "error", _("Only %(free)s GB of disk are free.") % size)
    else:
        yield Finding("disk", "ok", _("%(free)s GB of disk are free.") % size)


def _secrets() -> Iterator[Finding]:
    if settings.DEMO:
        yield Finding("demo", "warning", _("This is a demonstration: no real letters here."))
    elif marked_demo():
        yield Finding("demo", "error", _("This home holds demonstration data."))
    else:
        yield Finding("secret", "ok", _("The secret key is the node's own."))


def _address() -> Iterator[Finding]:
    if settings.NODE.https:
        yield Finding("tls", "ok", _("People reach this node over TLS."))
    else:
        yield Finding(
            "tls",
            "warning",
            _(
                "PISHKHAN_URL is not https: cookies and letters cross the line unprotected. "
                "Put a proxy with TLS in front, set PISHKHAN_URL and PISHKHAN_PROXY_HOPS=1."
            ),
        )
    for name, url in (("sms", settings.PISHKHAN_SMS_URL), ("email", settings.PISHKHAN_EMAIL_URL)):
        if not url:
            values = {"name": f"PISHKHAN_{name.upper()}_URL"}
            yield Finding(name, "warning", _("%(name)s is not set: notices are kept.") % values)


def _rows() -> Iterator[Finding]:
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        yield Finding("database", "error", _("The database does not answer."))
        return
    if plan:
        yield Finding("database", "error", _("Tables are not up to date: run `pishkhan migrate`."))
    else:
        words = {"engine": connection.display_name}
        yield Finding("database", "ok", _("%(engine)s answers; its tables are up to date.") % words)


# Deploy checks that answer themselves here: TLS is judged above, from PISHKHAN_URL.
ANSWERED = frozenset({"security.W004", "security.W008", "security.W012", "security.W016"})


def _django() -> Iterator[Finding]:
    for message in checks.run_checks(include_deployment_checks=True):
        if message.id in ANSWERED or message.level < checks.WARNING:
            continue
        level = "error" if message.level >= checks.ERROR else "warning"
        yield Finding(str(message.id), level, str(message.msg))
