"""The helper's few files, for this user of the PC alone.

`pairings.json` who may ask, `pending.json` a pairing that waits for its page, `settings.json`
the watched folder, `spool/` pages and receipts on their way.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any

PORT = 47311
"""Where the node's page looks for the helper; the node's content policy names the same port."""

HOST = "127.0.0.1"


def home() -> Path:
    """Return the helper's folder, made if absent; others of the PC can not look into it."""
    named = os.environ.get("PISHKHAN_DESK_HOME")
    if named:
        folder = Path(named)
    elif sys.platform == "win32":
        folder = Path(os.environ.get("APPDATA") or Path.home()) / "pishkhan-desk"
    else:
        folder = Path(os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config")
        folder = folder / "pishkhan-desk"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def spool() -> Path:
    """Return the folder of pages and receipts on their way."""
    folder = home() / "spool"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def read(name: str) -> Any:
    """Return what a file holds; None when it is absent or can not be read as JSON."""
    try:
        return json.loads((home() / name).read_text("utf-8"))
    except (OSError, ValueError):
        return None


def write(name: str, value: Any) -> None:
    """Replace a file at once: a reader sees the former or the new one, never a half."""
    handle, draft = tempfile.mkstemp(dir=str(home()), prefix=name)  # made with mode 0600
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(value, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    Path(draft).replace(home() / name)


def remove(name: str) -> None:
    """Remove a file if it is there."""
    path = home() / name
    if path.exists():
        path.unlink()


@dataclass
class Settings:
    """What the PC's user set: the watched folder ("" for none), days its done files are kept."""

    folder: str = ""
    done_days: int = 7


def settings() -> Settings:
    """Return the settings; what is absent or of a wrong type has its default."""
    found, kept = Settings(), read("settings.json")
    if isinstance(kept, dict):
        for field in fields(Settings):
            value = kept.get(field.name)
            if isinstance(value, type(field.default)):
                setattr(found, field.name, value)
    return found


def keep(new: Settings) -> None:
    """Keep the settings."""
    write("settings.json", asdict(new))
