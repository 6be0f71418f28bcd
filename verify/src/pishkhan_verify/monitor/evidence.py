"""Folders that show others what a log did: the signed notes, the tiles, and how to check them."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

from pishkhan_verify import read
from pishkhan_verify.errors import Unreadable
from pishkhan_verify.monitor import state, words

PREFIX, FINDING = "evidence-", "finding.json"
FORKS = frozenset({"split-view", "not-beginning"})
MOST_WITH_TILES = 64  # folders; a log that forks at every look must not fill the disk
MOST_FINDING = 1024 * 1024

_NOT_PLAIN = re.compile(r"[^A-Za-z0-9]+")


@dataclass(frozen=True, slots=True)
class Kept:
    """One folder of evidence: its name, and what it is of."""

    folder: str
    key: str
    code: str
    origin: str
    source: str
    values: dict[str, Any]


def kept(folder: Path) -> list[Kept]:
    """Return all evidence in a state's folder. Raises Unreadable (`evidence-damaged`)."""
    found = []
    for path in sorted(folder.glob(f"{PREFIX}*/")):
        try:
            told = json.loads(read.file(path / FINDING, MOST_FINDING))
            names = ("key", "code", "origin", "source", "values")
            found.append(Kept(path.name, *(told[name] for name in names)))
        except (ValueError, KeyError, TypeError, Unreadable):
            raise Unreadable("evidence-damaged", name=str(path)) from None
    return found


def key_of(code: str, notes: list[str], promise: str, who: str) -> str:
    """Return what makes evidence the same: the promise alone, or the signed texts and a witness."""
    of = [promise] if promise else [who, *sorted(map(state.body, notes))]
    return sha256("\0".join([code, *of]).encode()).hexdigest()


def keep(
    folder: Path,
    *,
    code: str,
    origin: str,
    source: str,
    values: Mapping[str, Any],
    notes: list[str],
    tiles: Mapping[str, bytes],
    policy: bytes,
    now: datetime,
    promise: str = "",
) -> Kept:
    """Write evidence durably, unless the same is there; return it.

    `notes` stand from the smaller tree to the larger. Nothing that is there is written over.
    Raises Unreadable (`state-write`, `evidence-damaged`).
    """
    key = key_of(code, notes, promise, str(values.get("name", "")))
    before = kept(folder)
    for each in before:
        if each.key == key:
            return each
    slug = _NOT_PLAIN.sub("-", origin)[-60:].strip("-")
    number = 1
    while (folder / f"{PREFIX}{slug}-{number}").exists():
        number += 1
    made = Kept(f"{PREFIX}{slug}-{number}", key, code, origin, source, dict(values))
    told = {name: getattr(made, name) for name in ("key", "code", "origin", "source", "values")}
    files = {f"{count}.checkpoint": text.encode() for count, text in enumerate(notes, 1)}
    files |= {
        "policy": policy,
        "README.txt": words.readme(code, origin, source, values, now).encode(),
    }
    files[FINDING] = json.dumps(told, ensure_ascii=False, indent=1).encode()
    if promise:
        files["promise.txt"] = f"{promise}\n".encode()
    if len(before) < MOST_WITH_TILES:
        files |= {f"tile/{name}": data for name, data in tiles.items()}
    try:
        state.write_folder(folder / made.folder, files)
    except OSError as error:
        raise Unreadable("state-write", name=str(folder), why=str(error)) from None
    return made
