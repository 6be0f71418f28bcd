"""The identity of this node, under which it commits entries."""

from __future__ import annotations

import threading
from pathlib import Path
from uuid import UUID

from django.conf import settings

from pishkhan.kernel import durable, ids

_lock = threading.Lock()
_known: dict[Path, UUID] = {}


def node_id() -> UUID:
    """Return this node's id: HOME/node.id, made on first use and then never changed.

    Two processes that start together agree: a file is linked into place, never over another.
    ValueError when the file is not a UUID; OSError when it can't be read or made.
    """
    home = settings.HOME
    found = _known.get(home)
    if found is None:
        with _lock:
            found = _known[home] = _read_or_make(Path(home) / "node.id")
    return found


def _read_or_make(path: Path) -> UUID:
    if not path.exists():
        durable.make_dir(path.parent)
        mine = ids.new_id()
        made = path.with_name(f".node.id-{mine}")
        durable.write_file(made, f"{mine}\n".encode("ascii"), mode=0o644)
        try:
            path.hardlink_to(made)
        except FileExistsError:
            pass
        finally:
            made.unlink()
        durable.fsync_dir(path.parent)
    return UUID(path.read_text("ascii").strip())
