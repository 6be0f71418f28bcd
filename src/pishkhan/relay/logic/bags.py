"""Bundles as they lie in a folder: their names, and how a part of one is opened.

A bundle's folder, or the one file with all of it, is
`pishkhan-<origin>-<epoch>-<to>-<number>.bag`, with the last eight digits of the nodes' ids. The
name only helps people: what counts is the signed manifest. No name is ever taken from a bundle to
make a path: parts are opened by names that `bundle` has checked.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from pishkhan.kernel.errors import N_, Invalid
from pishkhan.relay import bundle
from pishkhan.relay.bundle import Manifest, Part

SUFFIX = ".bag"
_LINES = 3
MOST_ENTRIES = 10_000
"""Names of a folder that are looked at: a stick may be full of other things."""
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_BINARY", 0)
_FLAGS |= getattr(os, "O_NONBLOCK", 0)


def name_of(origin: UUID, epoch: int, to: UUID, number: int) -> str:
    """Return the name of a bundle's folder, without its ending."""
    return f"{_begin(origin, to, epoch)}{number}"


def check_folder(folder: Path) -> None:
    """Raise Invalid `relay.no-folder` unless this is a folder."""
    if not folder.is_dir():
        raise Invalid(
            "relay.no-folder", N_("There is no such folder: is the stick in, and is it open?")
        )


def bags_in(folder: Path) -> list[Path]:
    """Return the bundles that lie in a folder, by name, or what was named itself when it is one."""
    if folder.name.endswith(SUFFIX) and folder.exists():
        return [folder]
    check_folder(folder)
    return sorted(path for path in _entries(folder, SUFFIX) if not path.is_symlink())


def unfinished(folder: Path, origin: UUID, to: UUID) -> list[Path]:
    """Return what an export from one node to another left in the middle."""
    return [path for path in _entries(folder, ".part") if _is_between(path, origin, to)]


def own_older(folder: Path, origin: UUID, to: UUID, number: int) -> Iterator[Path]:
    """Yield earlier bundles of one node for another: each has its manifest and says so itself."""
    for path in _entries(folder, SUFFIX):
        if _is_between(path, origin, to) and not path.is_symlink():
            try:
                found = bundle.read(read_manifest(path)[0])
            except (Invalid, OSError):
                continue
            if (found.origin, found.to) == (origin, to) and found.number < number:
                yield path


def read_manifest(path: Path) -> tuple[bytes, bytes]:
    """Return (JSON, signature) of a bundle's manifest; Invalid `relay.bundle`."""
    try:
        if path.is_dir():
            with open_regular(path / bundle.MANIFEST) as file:
                data = file.read(bundle.MAX_MANIFEST + 1)
        else:
            with open_regular(path) as file:
                data = b"".join(file.readline(bundle.MAX_MANIFEST) for _ in range(_LINES))
    except OSError:
        raise bundle.broken() from None
    if len(data) > bundle.MAX_MANIFEST:
        raise bundle.broken()
    return bundle.split(data)


def open_part(path: Path, manifest: Manifest, part: Part) -> Slice | None:
    """Return a part open for reading; None when it is not there with the size that is signed."""
    try:
        if path.is_dir():
            file, begin = open_regular(path / part.name), 0
            whole = os.fstat(file.fileno()).st_size == part.size
        else:
            file = open_regular(path)
            begin = sum(len(file.readline(bundle.MAX_MANIFEST)) for _ in range(_LINES))
            for before in manifest.parts:
                if before.name == part.name:
                    break
                begin += before.size
            whole = os.fstat(file.fileno()).st_size >= begin + part.size
    except OSError:
        return None
    if not whole:
        file.close()
        return None
    file.seek(begin)
    return Slice(file, part.size)


class Slice:
    """So many bytes of a file from where it stands, hashed as they are read."""

    def __init__(self, file: BinaryIO, size: int) -> None:
        self._file, self._left = file, size
        self.found = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size`; b"" at the end."""
        data = self._file.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(data)
        self.found.update(data)
        return data

    def close(self) -> None:
        """Close the file."""
        self._file.close()


def open_regular(path: Path) -> BinaryIO:
    """Return an ordinary file open for reading; OSError for a link, a device, a pipe, a folder."""
    fd = os.open(path, _FLAGS)
    if not stat.S_ISREG(os.fstat(fd).st_mode):
        os.close(fd)
        raise OSError(f"{path.name} is no ordinary file")
    return os.fdopen(fd, "rb")


def _entries(folder: Path, suffix: str) -> list[Path]:
    found = []
    with os.scandir(folder) as entries:
        for seen, entry in enumerate(entries):
            if seen >= MOST_ENTRIES:
                break
            if entry.name.startswith("pishkhan-") and entry.name.endswith(suffix):
                found.append(Path(entry.path))
    return found


def _is_between(path: Path, origin: UUID, to: UUID) -> bool:
    words = path.stem.split("-")
    return len(words) == 5 and (words[1], words[3]) == (str(origin)[-8:], str(to)[-8:])


def _begin(origin: UUID, to: UUID, epoch: int) -> str:
    return f"pishkhan-{str(origin)[-8:]}-{epoch}-{str(to)[-8:]}-"
