"""Which key of this node cosigns: the first, or after each restore the next. Without Django.

HOME/witness.registered   the number of the key in use
HOME/witness.restored     put there by a restore: the number that comes next. What the former key
                          cosigned after the copy was taken is not in it, so it may not sign again
"""

from __future__ import annotations

import re
from pathlib import Path

from pishkhan.kernel import durable

_KEY = re.compile(r"witness-([1-9][0-9]{0,8})\.key", re.ASCII)


def number(home: Path) -> int:
    """Return the number of the key that cosigns. ValueError when the file does not hold one.

    Two processes that meet the mark together write the same number.
    """
    mark, registered = home / "witness.restored", home / "witness.registered"
    try:
        restored = mark.read_text("ascii")
    except FileNotFoundError:
        return _read(registered)
    following = int(restored)
    if following > _read(registered):
        durable.write_file(registered, f"{following}\n".encode("ascii"), mode=0o644)
    # A crash here: the next one reads the same number from the mark, and writes it over.
    mark.unlink(missing_ok=True)
    durable.fsync_dir(home)
    return _read(registered)


def mark_restored(home: Path) -> None:
    """Say that this home is a copy: its witness goes on under the next number."""
    keys = home / "keys"
    found = [
        int(match[1])
        for path in (keys.iterdir() if keys.is_dir() else ())
        if (match := _KEY.fullmatch(path.name))
    ]
    following = max([_read(home / "witness.registered"), *found]) + 1
    durable.write_file(home / "witness.restored", f"{following}\n".encode("ascii"))


def _read(path: Path) -> int:
    """Return the registered number; 1 before any was registered."""
    return int(path.read_text("ascii")) if path.exists() else 1
