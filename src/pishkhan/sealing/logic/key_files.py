"""Files of private keys: put in place once and whole, read only while nobody else may read them."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from pishkhan.kernel import durable, ids
from pishkhan.kernel.errors import N_, Unavailable


def put(path: Path, data: bytes) -> None:
    """Put a new key durably at a path, mode 0600, unless one stands there: that one stays."""
    # A crash here: an empty directory; the next start makes a key.
    durable.make_dir(path.parent)
    made = path.with_name(f".{path.stem}-{ids.new_id()}")
    # A crash here: a whole key under a name that nobody reads; the next start makes another.
    durable.write_file(made, data)
    try:
        # Linked, not renamed: of two processes that start together one wins, both use its key.
        # A crash after this line: the key is in place, the marker is not; the next start loads
        # the key and writes the marker. Nothing was signed by it or sealed to it yet.
        path.hardlink_to(made)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    durable.fsync_dir(path.parent)


def read(path: Path) -> bytes:
    """Return what a key's file holds. FileNotFoundError, Unavailable `sealing.key-readable`."""
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        # On Windows the bits say nothing; there the folder's access list protects HOME.
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Unavailable(
                "sealing.key-readable",
                N_("Others may read this node's key file; take their right away (chmod 600)."),
                permanent=True,
            )
        return file.read()


def damaged() -> Unavailable:
    """Return the error of a file that holds no key."""
    return Unavailable(
        "sealing.key-damaged",
        N_("This node's key file cannot be read as a key; restore it from the backup."),
        permanent=True,
    )


def lost() -> Unavailable:
    """Return the error of a key that is not there, or is another than the registered one."""
    return Unavailable(
        "sealing.key-lost",
        N_("This node's key is gone or is not the registered one; restore it from the backup."),
        permanent=True,
    )
