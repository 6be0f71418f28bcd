"""Puts a set into an empty home and an empty database, each byte against its digest.

HOME/restoring stands there until all is done: no node starts on such a home, and only the same
restore may go on in it. Killed at any line, the next run goes on; what was copied is kept.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from pishkhan.directory.contracts.nodes import CODES_RESTORED
from pishkhan.journal.contracts import LOG_RESTORED
from pishkhan.journal.witness_number import mark_restored
from pishkhan.kernel.blobs import BlobStore
from pishkhan.kernel.durable import fsync_dir, make_dir, write_file
from pishkhan.kernel.ids import new_id
from pishkhan.node.backup import engines, files, private, sets
from pishkhan.node.console import Exit, Stop, _, progress
from pishkhan.node.preflight import RESTORING as MARK
from pishkhan.relay.contracts import RELAY_RESTORED

# The demonstration's own secret is made before any command runs; the restored one replaces it.
HARMLESS = frozenset({MARK, "lost+found", "keys/demo-secret", "keys"})
MOST_TOLD = 20


@dataclass(slots=True)
class Restored:
    """What a run did."""

    name: str
    manifest: sets.Manifest
    blobs: int = 0
    missing: list[str] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)


def restore(
    folder: Path,
    home: Path,
    database: engines.Database,
    *,
    name: str = "",
    identity: Path | None = None,
    key_id: str = "",
    accept_missing: bool = False,
    link: bool = False,
    with_keys: bool = True,
) -> Restored:
    """Put the set `name`, or the newest, into `home` and `database`; Stop when it cannot be.

    With files of letters missing or damaged it ends with Stop after all others were put back,
    and the home stays marked, unless `accept_missing`.
    """
    source = sets.chosen(folder, name)
    manifest = sets.read(source, key_id=key_id)
    done = Restored(source.name, manifest)
    if faults := sets.faults(source, manifest):
        raise Stop("\n".join([_("This backup is not whole; nothing was restored:"), *faults]))
    if manifest.engine != engines.kind(database):
        words = _("This backup is of %(engine)s: set PISHKHAN_DATABASE_URL accordingly.")
        raise Stop(words % {"engine": manifest.engine}, Exit.SETTINGS)
    again = _claim(home, (source / "manifest.sig").read_bytes())
    loaded = not engines.empty(database)
    if loaded and not (again and engines.rows(database) == manifest.rows):
        raise Stop(_("The database is not empty: restore into a new one."), Exit.REFUSED)
    if with_keys:
        done.keys = private.unpack(source / _archive(manifest), home, identity)
    for short in sorted(manifest.files):
        if short.startswith("home/"):
            target = home / short.removeprefix("home/")
            make_dir(target.parent)
            write_file(target, (source / short).read_bytes())
    _blobs(folder, source, home, done, link=link)
    if done.missing and not accept_missing:
        raise Stop("\n".join(_missing(done)))
    if not loaded:
        engines.load(database, source / engines.NAMES[manifest.engine])
    # What was published after this copy was taken is not in it: that log may not go on.
    write_file(home / LOG_RESTORED, b"")
    # And what its witness cosigned after it neither: that key may not sign again.
    mark_restored(home)
    # Nor is it known which codes and numbers were given.
    write_file(home / CODES_RESTORED, str(new_id()).encode("ascii"))
    write_file(home / RELAY_RESTORED, b"")
    (home / MARK).unlink()
    fsync_dir(home)
    return done


def _archive(manifest: sets.Manifest) -> str:
    found = {"private.tar", "private.tar.age"} & set(manifest.files)
    if len(found) != 1:
        raise Stop(_("%(file)s is missing.") % {"file": "private.tar"})
    return found.pop()


def _claim(home: Path, signature: bytes) -> bool:
    """Mark the home as this restore's; return whether it was before. Stop when it holds more."""
    make_dir(home)
    mark = home / MARK
    if mark.exists():
        if mark.read_bytes() != signature:
            raise Stop(
                _("Another backup was being restored here: empty the home first."), Exit.REFUSED
            )
        return True
    found = {path.relative_to(home).as_posix() for path in home.rglob("*")} - HARMLESS
    if found:
        raise Stop(_("The home is not empty: restore into a new one."), Exit.REFUSED)
    write_file(mark, signature)
    return False


def _blobs(folder: Path, source: Path, home: Path, done: Restored, *, link: bool) -> None:
    kept, target = BlobStore(folder / "blobs"), BlobStore(home / "blobs")
    with progress(_("Files of letters"), done.manifest.blobs) as step:
        for digest, size in sets.listed(source):
            step(1)
            place = target.path(digest)
            # Under its name a file is whole, for it was named after its bytes were on the disk.
            if not (place.is_file() and place.stat().st_size == size):
                try:
                    files.carry(kept.path(digest), target, digest, link=link)
                except (FileNotFoundError, files.Damaged):
                    done.missing.append(digest)
                    continue
            done.blobs += 1


def _missing(done: Restored) -> list[str]:
    words = _("%(n)s files of letters are missing or damaged in this backup:")
    more = len(done.missing) - MOST_TOLD
    return [
        words % {"n": len(done.missing)},
        *done.missing[:MOST_TOLD],
        *([_("and %(n)s more") % {"n": more}] if more > 0 else []),
        _("All others were restored. Bring these, or give --accept-missing to go on without them."),
    ]
