"""Files on their way out of the store: set aside first, removed later, brought back if needed.

Layout under the store's root: `waste/<unix seconds>/<digest>`; the folder says since when. Who
collects asks twice whether anything names a file: before it is set aside, and when it has lain
there longer than any deed may take. Between the two it cannot be found, so whoever looks for it
is told to send it again, and nothing new can come to name it unnoticed.

What is true after a crash, line by line:
- before the rename of `set_aside`: the file is where it was, and found again by its age;
- after it (a power cut may undo it, no name is synced): it lies aside, or is where it was;
- before the rename of `bring_back`: it lies aside, and is asked about again;
- before the removal: the same; after it: the file is gone, and nothing named it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from pishkhan.kernel.blobs import BlobStore
from pishkhan.kernel.durable import fsync_dir

_DIGEST = re.compile(r"[0-9a-f]{64}")
_FOLDER = re.compile(r"[0-9a-f]{2}")


class Waste:
    """What lies aside in one store. Any number of processes may share it."""

    def __init__(self, store: BlobStore) -> None:
        self._store = store
        self._root = store.root / "waste"

    def old(self, before: datetime) -> Iterator[str]:
        """Yield the digests of files last sent before `before`, folder by folder."""
        limit = before.timestamp()
        folders = [self._store.root]
        while folders:
            for path in sorted(_entries(folders.pop()), reverse=True):
                if _FOLDER.fullmatch(path.name):
                    folders.append(path)  # how deep the store's folders go is the store's matter
                elif _DIGEST.fullmatch(path.name):
                    with suppress(FileNotFoundError):
                        if path.stat().st_mtime < limit:
                            yield path.name

    def set_aside(self, digest: str, *, before: datetime, now: datetime) -> bool:
        """Take a file out of the store unless it was sent again since `before`.

        False when it is young or gone: sending known bytes renews the file's time, also between
        the look at its age and the rename, and is seen here after the rename.
        """
        target = self._root / str(int(now.timestamp())) / digest
        target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            self._store.path(digest).rename(target)
        except FileNotFoundError:
            return False
        if target.stat().st_mtime >= before.timestamp():
            self.bring_back(target)
            return False
        return True

    def lying(self, before: datetime) -> list[Path]:
        """Return the files that were set aside before `before`; empty folders go."""
        found: list[Path] = []
        for folder in sorted(_entries(self._root)):
            if not folder.name.isdigit() or int(folder.name) >= before.timestamp():
                continue
            inside = list(_entries(folder))
            found += inside
            if not inside:
                with suppress(OSError):  # something was put in, or another has removed it
                    folder.rmdir()
        return found

    def bring_back(self, path: Path) -> None:
        """Put a file that lies aside back under its name; harmless when another did."""
        target = self._store.path(path.name)
        with suppress(FileNotFoundError):
            target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # The same bytes may have been sent again meanwhile: to replace them changes nothing.
            path.replace(target)
            os.utime(target)
            fsync_dir(target.parent)

    def remove(self, path: Path) -> None:
        """Remove a file that lies aside, for good."""
        path.unlink(missing_ok=True)


def _entries(folder: Path) -> Iterator[Path]:
    """Yield what lies in a folder; nothing when there is none."""
    with suppress(FileNotFoundError), os.scandir(folder) as entries:
        for entry in entries:
            yield folder / entry.name
