"""Files that are there after a power cut, or were never there.

What holds: when `write_file` returns, the name leads to all the bytes; before that it leads
to the old file or to none; never to a part.

Its holes, written down:
- A disk that lies about its cache loses what it said it had. Nothing here can know.
- A directory made just before is durable only when *its* parent was synced: use `make_dir`.
- On Windows a directory cannot be synced; NTFS journals the rename, but says not when.
- After a failed fsync the kernel may have dropped the pages and a second fsync succeeds
  falsely. So a failure removes the temporary file and is raised; nobody retries the fsync.
- A crash between write and rename leaves a `.tmp-…` file beside the target.
"""

from __future__ import annotations

import os
import secrets
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

if sys.platform == "win32":
    import msvcrt
else:
    import fcntl

_BINARY = getattr(os, "O_BINARY", 0)


def fsync_dir(path: Path) -> None:
    """Make the names in a directory durable; does nothing on Windows."""
    if sys.platform == "win32":
        return
    fd = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


def make_dir(path: Path, *, mode: int = 0o700) -> None:
    """Make a directory and its missing parents, each one durable in its parent."""
    missing = []
    while not path.is_dir():
        missing.append(path)
        path = path.parent
    for made in reversed(missing):
        made.mkdir(mode=mode, exist_ok=True)
        fsync_dir(made.parent)


def write_all(fd: int, data: bytes) -> None:
    """Write every byte of `data` to an open file; a single write may take only a part."""
    view = memoryview(data)
    while view:
        view = view[os.write(fd, view) :]


def create_new(path: Path, *, mode: int = 0o600) -> int:
    """Return a descriptor of a new file open for writing; FileExistsError when it is there."""
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _BINARY, mode)


def write_file(path: Path, data: bytes | Iterable[bytes], *, mode: int = 0o600) -> None:
    """Put `data` at `path`, whole and durable, in place of whatever was there.

    The directory must exist. OSError when the disk is full or fails; the old file stays.
    """
    temporary = path.with_name(f".tmp-{path.name}-{secrets.token_hex(8)}")
    fd = create_new(temporary, mode=mode)
    try:
        try:
            for chunk in (data,) if isinstance(data, bytes) else data:
                write_all(fd, chunk)
            os.fsync(fd)
        finally:
            os.close(fd)
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    fsync_dir(path.parent)


def write_files(files: Mapping[Path, bytes], *, mode: int = 0o600) -> None:
    """Put each of these at its path, whole and durable; missing directories are made.

    As `write_file`, but a directory is synced once for all its files. A crash leaves some of
    them new and some as they were, each of them whole.
    """
    placed: list[tuple[Path, Path]] = []
    try:
        for path, data in files.items():
            make_dir(path.parent)
            temporary = path.with_name(f".tmp-{path.name}-{secrets.token_hex(8)}")
            fd = create_new(temporary, mode=mode)
            placed.append((temporary, path))
            try:
                write_all(fd, data)
                os.fsync(fd)
            finally:
                os.close(fd)
        for temporary, path in placed:
            temporary.replace(path)
    except BaseException:
        for temporary, _ in placed:
            temporary.unlink(missing_ok=True)
        raise
    for folder in {path.parent for path in files}:
        fsync_dir(folder)


def try_lock(fd: int) -> bool:
    """Return whether this descriptor now holds its file alone, until it is closed.

    Advisory: it holds only between those who ask here.
    """
    try:
        if sys.platform == "win32":
            os.lseek(fd, 1 << 40, os.SEEK_SET)
            msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)
        else:
            fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True
