"""The sets of a backup folder: their names, their manifest and its signature."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pishkhan.kernel import durable
from pishkhan.node.console import Exit, Stop, _

KIND = "backup-manifest"
FORMAT = 1
NAME = re.compile(r"\d{8}T\d{6}Z")
LINE = re.compile(r"([0-9a-f]{64}) (\d+)\n")
CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Manifest:
    """What belongs to a set. `files` are path → [size, SHA-256] within the set's folder."""

    format: int
    at: str
    version: str
    engine: str
    node: str
    key_id: str
    public_key: str
    encrypted: bool
    files: dict[str, list[Any]]
    blobs: int
    blob_bytes: int
    rows: dict[str, int]
    missing: list[str]
    """Files of letters that were damaged in HOME already when the set was made."""


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Hold the backup folder alone; Stop when another run works in it, or there is none."""
    if not folder.is_dir():
        raise Stop(_("There is no such backup in this folder."), Exit.NOT_FOUND)
    with (folder / "lock").open("wb") as file:
        if not durable.try_lock(file.fileno()):
            raise Stop(_("Another run works in this backup folder."), Exit.UNAVAILABLE)
        yield


def names(folder: Path) -> list[str]:
    """Return the names of the whole sets, the oldest first."""
    root = folder / "sets"
    return sorted(p.name for p in root.iterdir() if NAME.fullmatch(p.name)) if root.is_dir() else []


def chosen(folder: Path, name: str = "") -> Path:
    """Return the folder of a set, the newest when none is named; Stop when there is none."""
    found = names(folder)
    if not found or (name and name not in found):
        raise Stop(_("There is no such backup in this folder."), Exit.NOT_FOUND)
    return folder / "sets" / (name or found[-1])


def digest_of(path: Path) -> list[Any]:
    """Return [size, SHA-256] of a file, read in pieces."""
    found, size = hashlib.sha256(), 0
    with path.open("rb") as file:
        while piece := file.read(CHUNK):
            found.update(piece)
            size += len(piece)
    return [size, found.hexdigest()]


def write(part: Path, manifest: Manifest, sign: Callable[[str, bytes], bytes]) -> None:
    """Write the manifest and the node's signature over its bytes, by the key that it names."""
    data = json.dumps(asdict(manifest), ensure_ascii=False, indent=1, sort_keys=True).encode()
    durable.write_file(part / "manifest.json", data)
    signature = sign(KIND, data).hex()
    durable.write_file(part / "manifest.sig", signature.encode("ascii"))


def read(folder: Path, *, key_id: str = "") -> Manifest:
    """Return a set's manifest after its signature was checked.

    The key is the one the manifest names. Give the `key_id` you know of the node: without it the
    signature says that nothing was damaged, not who made it.
    """
    from pishkhan.sealing import api as sealing

    try:
        data = (folder / "manifest.json").read_bytes()
        signature = bytes.fromhex((folder / "manifest.sig").read_text("ascii"))
        told = Manifest(**json.loads(data))
        public = bytes.fromhex(told.public_key)
        signed = sealing.verify(KIND, data, signature, public)
        name_fits = hashlib.sha256(public).digest()[:8].hex() == told.key_id
    except FileNotFoundError as error:
        raise Stop(_("%(file)s is missing.") % {"file": Path(error.filename).name}) from None
    except (OSError, ValueError, TypeError):
        raise Stop(_("The manifest of this backup is damaged.")) from None
    if not signed or not name_fits:
        raise Stop(_("The manifest of this backup is damaged: its signature does not fit."))
    if key_id and told.key_id != key_id.lower():
        raise Stop(_("This backup was signed by another node: %(key)s.") % {"key": told.key_id})
    if told.format != FORMAT:
        raise Stop(_("This backup was made by a newer version."), Exit.INVALID)
    return told


def listed(folder: Path) -> Iterator[tuple[str, int]]:
    """Yield (digest, size) of the set's files of letters, in order; Stop at a damaged line."""
    with (folder / "blobs.list").open("r", encoding="ascii") as file:
        for line in file:
            found = LINE.fullmatch(line)
            if found is None:
                raise Stop(_("The list of files in this backup is damaged."))
            yield found[1], int(found[2])


def faults(folder: Path, manifest: Manifest) -> list[str]:
    """Return what of the set's own files is missing or damaged, in words."""
    needed = ("blobs.list", f"database.{'sqlite3' if manifest.engine == 'sqlite' else 'dump'}")
    found = [_("%(file)s is missing.") % {"file": n} for n in needed if n not in manifest.files]
    for name, expected in sorted(manifest.files.items()):
        path = folder / name
        if not path.resolve().is_relative_to(folder.resolve()) or not path.is_file():
            found.append(_("%(file)s is missing.") % {"file": name})
        elif digest_of(path) != expected:
            found.append(_("%(file)s is damaged.") % {"file": name})
    return found
