"""The next key of a living node: made beside the one in use, then taken into use by one write.

`use` is a KeyUse or a `keys.log_use`. What is true after a crash stands at each line of `switch`.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pishkhan.kernel import durable, faults
from pishkhan.sealing.contracts import FormerKey, NodeKey
from pishkhan.sealing.logic import keys


def next_key(home: Path, use: str) -> NodeKey | None:
    """Return the public half of the key that comes next; None while there is none."""
    path = _next(home, use)
    return keys.public_of(keys.load(path)) if path.exists() else None


def make_next(home: Path, use: str) -> NodeKey:
    """Make the key that comes next and return its public half; the same one when it is made."""
    path = _next(home, use)
    if not path.exists():
        keys.make(path)  # of two at once one wins, and both return its key
    return keys.public_of(keys.load(path))


def drop_next(home: Path, use: str) -> None:
    """Remove the next key, which never signed anything, so that another is made."""
    path = _next(home, use)
    path.unlink(missing_ok=True)
    durable.fsync_dir(path.parent)


def switch(home: Path, use: str, *, name: str, at: datetime) -> None:
    """Sign by the next key from now on; `name` is what the present one signed for last.

    The private half of the former key is removed: what is not there can not be stolen.
    """
    held = keys.held(home, use)
    following = next_key(home, use)
    if following is None:
        raise LookupError("there is no next key")
    former = FormerKey(held.public.key_id, held.public.public_key, name, at)
    # A crash before this line: nothing happened, and the present key signs.
    faults.point("switch.begun")
    keys.write_marker(keys.marker_of(home, use), following.key_id, (*held.former, former))
    # A crash after it: the new key signs, in every process of the node. The former private key
    # may still lie there and is read by nobody; `sweep`, at the next call, removes it.
    faults.point("switch.marked")
    sweep(home, use)


def sweep(home: Path, use: str) -> None:
    """Remove private halves of former keys."""
    for nth in range(1, len(keys.held(home, use).former) + 1):
        path = keys.path_of(home, use, nth)
        if path.exists():
            path.unlink()
            durable.fsync_dir(path.parent)


def _next(home: Path, use: str) -> Path:
    return keys.path_of(home, use, len(keys.held(home, use).former) + 2)
