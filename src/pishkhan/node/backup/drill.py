"""The drill: the newest set restored into a scratch home and looked at."""

from __future__ import annotations

import json
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from pishkhan.kernel import upkeep
from pishkhan.kernel.blobs import BlobStore
from pishkhan.node.backup import engines, files, sets
from pishkhan.node.backup.make import sweep
from pishkhan.node.backup.restore import Restored, restore
from pishkhan.node.console import Stop, _
from pishkhan.node.env import database as database_of

DRAWN = 25
"""Files of letters compared with the living node's, drawn at random; all were read before."""
MUST_BE_WELL = frozenset({"home", "keys", "database"})


@dataclass(frozen=True, slots=True)
class Drilled:
    """How a drill went. `keys` is False when they are encrypted and no identity was given."""

    name: str
    blobs: int
    rows: int
    seconds: float
    keys: bool


def drill(folder: Path, *, identity: Path | None = None) -> Drilled:
    """Restore the newest set beside the backup, judge it and take it away; Stop when it fails.

    The result and its date are kept for `check` and for the status page, good or bad.
    """
    began = time.monotonic()
    with sets.alone(folder):
        sweep(folder)
        name = sets.chosen(folder).name
        scratch = Path(tempfile.mkdtemp(prefix=".drill-", dir=folder))
        try:
            done, keys = _tried(folder, scratch / "home", identity)
        except Stop as stop:
            upkeep.note(settings.HOME, "drill", {"set": name, "ok": False, "why": stop.sentence})
            raise
        finally:
            shutil.rmtree(scratch, ignore_errors=True)
    told = Drilled(
        name, done.blobs, sum(done.manifest.rows.values()), time.monotonic() - began, keys
    )
    facts = {"set": name, "ok": True, "blobs": told.blobs, "rows": told.rows, "keys": keys}
    upkeep.note(settings.HOME, "drill", facts)
    return told


def _tried(folder: Path, home: Path, identity: Path | None) -> tuple[Restored, bool]:
    from pishkhan.sealing import api as sealing

    manifest = sets.read(sets.chosen(folder))
    keys = identity is not None or not manifest.encrypted
    # A set of before the relay key was switched is the node's own as well.
    own = manifest.key_id if sealing.known_key(manifest.key_id) else sealing.node_key().key_id
    engines.sweep(settings.DATABASES["default"])
    source = database_of({**os.environ}, home)
    with engines.scratch(source, home) as database:
        done = restore(
            folder, home, database, identity=identity, link=True, with_keys=keys,
            key_id=own,
        )  # fmt: skip
        faults = engines.sound(database)
        if engines.rows(database) != done.manifest.rows:
            faults.append(_("The restored tables have other numbers of rows than the backup."))
        if keys and sealing.ensure_node_key(home).key_id != done.manifest.key_id:
            faults.append(_("The restored key is not the node's."))
        faults += _compared(folder, home, done)
        faults += _checked(home, database)
    if faults:
        raise Stop("\n".join([_("The drill failed:"), *faults]))
    return done, keys


def _compared(folder: Path, home: Path, done: Restored) -> list[str]:
    """Return the drawn files that are not byte for byte what the living node has."""
    drawn: list[str] = []
    chance = random.SystemRandom()
    for number, (digest, _size) in enumerate(sets.listed(sets.chosen(folder, done.name))):
        if number < DRAWN:
            drawn.append(digest)
        elif (place := chance.randrange(number + 1)) < DRAWN:
            drawn[place] = digest
    living, restored = BlobStore(Path(settings.BLOB_ROOT)), BlobStore(home / "blobs")
    words = _("The file %(digest)s differs from the living node's.")
    return [
        words % {"digest": digest}
        for digest in drawn
        if not files.fits(restored.path(digest), digest)
        or (living.exists(digest) and not files.fits(living.path(digest), digest))
    ]


def _checked(home: Path, database: engines.Database) -> list[str]:
    """Run `pishkhan check` on the restored home; return what of it is wrong."""
    env = {**os.environ, "PISHKHAN_HOME": str(home), "PISHKHAN_DATABASE_URL": engines.url(database)}
    words = [sys.executable, "-m", "pishkhan", "check", "--json"]
    said = subprocess.run(words, env=env, capture_output=True, check=False)  # noqa: S603 - our own command
    try:
        findings = json.loads(said.stdout)["findings"]
    except (ValueError, KeyError):
        return [_("`pishkhan check` did not run on the restored home.")]
    return [
        f"{finding['name']}: {finding['sentence']}"
        for finding in findings
        if finding["level"] == "error" and finding["name"] in MUST_BE_WELL
    ]
