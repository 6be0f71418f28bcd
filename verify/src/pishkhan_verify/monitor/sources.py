"""Where checkpoints and tiles come from: an address, a folder, a file, what another monitor saw."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from pishkhan_verify import note, read
from pishkhan_verify.errors import Unreadable
from pishkhan_verify.monitor import state, web
from pishkhan_verify.tiles import Tiles

MOST_CHECKPOINT = 64 * 1024
MOST_KEPT = 32 * 1024 * 1024  # bytes of tiles kept for evidence and for reading again
MOST_TOLD = 256  # notes taken from another monitor's state
WEB, COPY, TOLD = "web", "copy", "told"

_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")


class Source(Protocol):
    """A place with tiles; `get` returns a file below it, None when it is not there."""

    name: str

    def get(self, path: str, most: int) -> bytes | None:
        """Return at most `most` + 1 bytes. Raises Unreadable."""


class Web:
    """A log's address."""

    def __init__(self, url: str) -> None:
        web.place(url)
        self.name = url.rstrip("/")
        self.kept: dict[str, bytes] = {}  # one round long: a tile never changes

    def get(self, path: str, most: int) -> bytes | None:
        """Return the file that the server gives."""
        if path not in self.kept:
            data = web.get(f"{self.name}/{path}", most)
            if data is None or sum(map(len, self.kept.values())) > MOST_KEPT:
                return data
            self.kept[path] = data
        return self.kept[path]


class Copy:
    """A folder with `checkpoint` and `tile/`."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.name = folder, str(folder)

    def get(self, path: str, most: int) -> bytes | None:
        """Return the file of this name."""
        try:
            with (self.folder / path).open("rb") as file:
                return file.read(most + 1)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            raise Unreadable("no-file", name=f"{self.name}/{path}") from None


class SourceTiles(Tiles):
    """Tiles of a source as those of a tree of `size` leaves; `used` keeps what was read."""

    def __init__(self, source: Source, size: int) -> None:
        self.source, self.size = source, size
        self.used: dict[str, bytes] = {}
        self._room = MOST_KEPT

    def raw(self, name: str, most: int) -> bytes | None:
        """Return a tile's or bundle's bytes."""
        data = self.source.get(f"tile/{name}", most)
        if data is not None and name not in self.used and self._room >= len(data):
            self._room -= len(data)
            self.used[name] = data
        return data

    def has_entries(self) -> bool:
        """Return whether entries should be there: a server must have them, a copy may."""
        return isinstance(self.source, Web) or (
            isinstance(self.source, Copy) and (self.source.folder / "tile/entries").is_dir()
        )


@dataclass(frozen=True, slots=True)
class Candidate:
    """A note that was shown, from where, and where its tiles may be."""

    kind: str
    name: str
    text: str
    signed: note.Signed
    source: Source | None = None
    beside: note.Signed | None = None
    """What the same address serves as the newest that has the quorum."""


def opened(name: str) -> Web | Path:
    """Return an address or a path. Raises Unreadable (`source-address`) for another scheme."""
    return Web(name) if _SCHEME.match(name) else Path(name)


def candidates(given: Web | Path) -> list[Candidate]:
    """Return the notes that a source shows now. Raises Unreadable."""
    if isinstance(given, Web):
        given.kept.clear()
        data = web.get(f"{given.name}/checkpoint", MOST_CHECKPOINT)
        if data is None:
            raise Unreadable("source-none", name=given.name)
        one = _candidate(WEB, given.name, data, given)
        # The newest is published at once; what has the quorum follows at an address of its own.
        witnessed = web.get(f"{given.name}/witnessed", MOST_CHECKPOINT)
        if witnessed is None or witnessed == data:
            return [one]
        beside = _candidate(TOLD, given.name, witnessed)
        return [replace(one, beside=beside.signed), beside]
    if (given / state.NAME).is_file():
        return _told(given)
    if (given / "checkpoint").is_file():
        return [_candidate(COPY, str(given), read.file(given / "checkpoint"), Copy(given))]
    if given.is_dir():
        raise Unreadable("source-none", name=str(given))
    return [_candidate(TOLD, str(given), read.file(given, MOST_CHECKPOINT))]


def _candidate(kind: str, name: str, data: bytes, source: Source | None = None) -> Candidate:
    signed = note.read_checkpoint(data)
    return Candidate(kind, name, data.decode(), signed, source)


def _told(folder: Path) -> list[Candidate]:
    """Return what another monitor remembers, and the notes that it keeps as evidence."""
    texts = [
        seen.note.encode()
        for known in state.load(folder).logs.values()
        for seen in (known.newest, *known.history, *known.pending)
    ]
    for path in sorted(folder.glob("evidence-*/*.checkpoint"))[:MOST_TOLD]:
        texts.append(read.file(path, MOST_CHECKPOINT))
    unlike = list(dict.fromkeys(texts))[:MOST_TOLD]
    return [_candidate(TOLD, str(folder), text) for text in unlike]
