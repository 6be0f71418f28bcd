"""Looks at the node before it works: the operator's check, and what no node starts without."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core import checks
from django.db import DatabaseError, connection
from django.utils.translation import gettext

from pishkhan.directory import api as directory
from pishkhan.directory import contracts as directory_contracts
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel import clock, pulse
from pishkhan.kernel.errors import PishkhanError
from pishkhan.node.console import Exit, Stop, _
from pishkhan.notices import api as notices
from pishkhan.relay import api as relay
from pishkhan.sealing import api as sealing
from pishkhan.sealing import papers
from pishkhan.web.admin import status, witnesses

DEMO_MARK = "demonstration-data"
RESTORING = "restoring"  # in HOME until a restore has ended
LEVELS = {"good": "ok", "wait": "warning", "bad": "error"}


@dataclass(frozen=True, slots=True)
class Finding:
    """One result: `level` is "ok", "warning" or "error"."""

    name: str
    level: str
    sentence: str
    facts: dict[str, Any] = field(default_factory=dict)
    """The numbers behind the sentence, for programs."""


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
    """Raise Stop when a production node would serve demonstration data, or any half a backup."""
    if (settings.HOME / RESTORING).exists():
        raise Stop(
            _("A restore into this home has not ended: give the same `pishkhan restore` again."),
            Exit.REFUSED,
        )
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
    yield from _safety()
    yield from _ldap()
    yield from _secrets()
    yield from _address()
    yield from _rows()
    yield from _worker()
    try:
        yield from _signing()
        yield from _post()
        yield from _notices()
        yield from _factors()
        yield from _witnesses()
    except DatabaseError:
        pass  # no tables or no database: said above
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


def _safety() -> Iterator[Finding]:
    if (settings.HOME / RESTORING).exists():
        yield Finding("restore", "error", _("A restore into this home has not ended."))
    for reading in status.safety():
        words = f"{reading.sentence} {reading.remedy}".strip()
        yield Finding(reading.name, LEVELS[reading.tone], words, reading.facts)


def _secrets() -> Iterator[Finding]:
    if settings.DEMO:
        yield Finding("demo", "warning", _("This is a demonstration: no real letters here."))
    elif marked_demo():
        yield Finding("demo", "error", _("This home holds demonstration data."))
    else:
        yield Finding("secret", "ok", _("The secret key is the node's own."))


def _address() -> Iterator[Finding]:
    for name, url in (("sms", settings.PISHKHAN_SMS_URL), ("email", settings.PISHKHAN_EMAIL_URL)):
        if not url:
            values = {"name": f"PISHKHAN_{name.upper()}_URL"}
            yield Finding(name, "warning", _("%(name)s is not set: notices are kept.") % values)


def _ldap() -> Iterator[Finding]:
    from pishkhan.web.accounts import ldap

    if settings.PISHKHAN_LDAP is None:
        return
    try:
        ldap.reach(settings.PISHKHAN_LDAP)
    except ldap.Silent as silent:
        words = _("The directory that holds passwords does not answer as it is set: %(why)s.")
        yield Finding("ldap", "error", words % {"why": silent})
    else:
        yield Finding("ldap", "ok", _("The directory that holds passwords answers."))


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


def _worker() -> Iterator[Finding]:
    beats = pulse.look(settings.HOME / "pulse")
    facts = {name: at.isoformat() for name, at in beats.jobs.items()}
    what_to_do = _("Start it: the service pishkhan-worker, or `pishkhan worker`.")
    if beats.last is None:
        words = _("The worker has never been seen: letters are accepted and wait.")
        yield Finding("worker", "warning", f"{words} {what_to_do}", facts)
    elif beats.silent:
        words = _("The worker has not been seen for %(n)s minutes: letters are accepted and wait.")
        words = words % {"n": beats.silent_minutes}
        yield Finding("worker", "warning", f"{words} {what_to_do}", facts)
    elif beats.stuck:
        words = _("A part of the worker stands still: %(jobs)s. Look into its log and restart it.")
        yield Finding("worker", "warning", words % {"jobs": ", ".join(beats.stuck)}, facts)
    else:
        yield Finding("worker", "ok", _("The worker is at work."), facts)


def _signing() -> Iterator[Finding]:
    for use in papers.KeyUse.RELAY, papers.KeyUse.LOG:
        try:
            files = sealing.key_files(settings.HOME, journal.head().epoch)
            if not all(path.is_file() for path in files):
                return  # a check makes no key
            key_id = papers.own_keys(use).subject.key_id
        except PishkhanError:
            continue  # no log yet, or told by those who need the key
        over = papers.over_since(key_id, clock.current().now())
        if over is not None:
            told = {"use": use.value, "key": key_id, "at": f"{over:%Y-%m-%d %H:%M}"}
            words = _("This node signs by a %(use)s key, %(key)s, that counts no more since %(at)s "
                      "UTC: `pishkhan keys next`, `take`, `switch`.")  # fmt: skip
            yield Finding("signing", "error", words % told, told)


def _post() -> Iterator[Finding]:
    found = relay.depths()
    counts = {"carry": found.to_carry, "held": found.held, "stopped": found.stopped}
    facts: dict[str, Any] = {name: depth.count for name, depth in counts.items()}
    for name, depth in counts.items():
        facts[f"{name}_since"] = depth.oldest.isoformat() if depth.oldest else None
    words = _("Letters: %(carry)s wait to be carried, %(held)s are held, %(stopped)s are stopped.")
    yield Finding("post", "ok", words % facts, facts)
    yield from _told(relay.preflight())


def _notices() -> Iterator[Finding]:
    facts = asdict(notices.tally())
    facts["oldest"] = facts["oldest"].isoformat() if facts["oldest"] else None
    words = _(
        "Notices: %(queued)s in the queue, %(kept)s kept; in the last day %(sent)s sent, "
        "%(failed)s failed."
    )
    yield Finding("notices", "ok", words % facts, facts)
    yield from _told(notices.preflight())


def _factors() -> Iterator[Finding]:
    from pishkhan.web.accounts import factors

    found = factors.look()
    if found.unreadable:
        words = _("%(count)s second factors cannot be read: put the former secret back.")
        yield Finding("factors", "error", words % {"count": found.unreadable}, asdict(found))
    elif found.former:
        words = _("%(count)s second factors need the former secret: `pishkhan user relock`.")
        yield Finding("factors", "warning", words % {"count": found.former}, asdict(found))


def _witnesses() -> Iterator[Finding]:
    for reading in witnesses.readings():
        words = f"{reading.sentence} {reading.remedy}".strip()
        yield Finding(reading.name, LEVELS[reading.tone], words, reading.facts)


def _told(findings: Iterable[directory_contracts.Finding]) -> Iterator[Finding]:
    for finding in findings:
        level = "error" if finding.serious else "warning"
        yield Finding(
            finding.code, level, finding.message.render(gettext), {"count": finding.count}
        )


# Deploy checks that answer themselves here: TLS is judged above, from PISHKHAN_URL, and the secret
# by `env`. Whether other names of the office's domain have TLS (W005, W021) is not the node's.
ANSWERED = frozenset(
    f"security.W{number}" for number in ("004", "005", "008", "009", "012", "016", "021")
)


def _django() -> Iterator[Finding]:
    for message in checks.run_checks(include_deployment_checks=True):
        if message.id in ANSWERED or message.level < checks.WARNING:
            continue
        level = "error" if message.level >= checks.ERROR else "warning"
        yield Finding(str(message.id), level, str(message.msg))
