"""Where a stick may be plugged in, and which are.

A page never names a path: it names a place by an id that the server made, and the place is looked
for anew each time. What is not a place at that moment is refused, whatever was sent.
"""

from __future__ import annotations

import hashlib
import os
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from pishkhan.kernel.errors import N_, NotFound

MOUNTS = Path("/proc/self/mounts")
NO_STICKS = frozenset({"autofs", "proc", "sysfs", "nsfs", "squashfs"})
"""File systems that stand below a root now and then and are never a stick."""
MOST = 50
_OCTAL = re.compile(rb"\\([0-7]{3})")


@dataclass(frozen=True, slots=True)
class Place:
    """A plugged stick, or a folder in its stead; `free` in bytes."""

    id: str
    path: Path
    name: str
    free: int
    read_only: bool


def places() -> list[Place]:
    """Return what is plugged in now, by name."""
    roots = [Path(root) for root in settings.STICKS]
    mounted = [path for path in _mounted() if any(root in path.parents for root in roots)]
    folders = [
        path
        for root in roots
        for path in _folders(root)
        # `/media/<person>` holds that person's sticks and is none itself.
        if not any(path == each or path in each.parents for each in mounted)
        and os.access(path, os.W_OK | os.X_OK)
    ]
    found = [_place(path) for path in dict.fromkeys([*mounted, *folders])]
    return sorted((each for each in found if each), key=lambda each: (each.name, each.id))[:MOST]


def place(id_: str) -> Place:
    """Return the place of this id if it is plugged in now; else NotFound `web.no-stick`."""
    for each in places():
        if each.id == id_:
            return each
    raise NotFound(
        "web.no-stick",
        N_("This stick is not plugged in any more. Nothing is lost; plug it in again."),
    )


def decoded(word: bytes) -> str:
    r"""Return a path as it stands in a table of mounts, where a space is \040."""
    return os.fsdecode(_OCTAL.sub(lambda found: bytes([int(found[1], 8) & 0xFF]), word))


def _mounted() -> Iterator[Path]:
    try:
        lines = MOUNTS.read_bytes().splitlines()
    except OSError:
        return  # no such table on this system: there the folders below the roots are looked at
    for line in lines:
        words = line.split(b" ")
        if len(words) >= 3 and words[2].decode(errors="replace") not in NO_STICKS:
            yield Path(decoded(words[1]))


def _folders(root: Path) -> list[Path]:
    try:
        with os.scandir(root) as entries:
            return [Path(e.path) for e in entries if e.is_dir(follow_symlinks=False)]
    except OSError:
        return []


def _place(path: Path) -> Place | None:
    """Return a place, or None when it can not be read (a stick of another person, or gone)."""
    try:
        free = shutil.disk_usage(path).free
        if path.is_symlink() or not path.is_dir() or not os.access(path, os.R_OK | os.X_OK):
            return None
    except OSError:
        return None
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:32]
    name = os.fsencode(path.name).decode(errors="replace")
    return Place(digest, path, name, free, not os.access(path, os.W_OK))
