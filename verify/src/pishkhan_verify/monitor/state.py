"""What a monitor remembers, in one file that is replaced whole.

The first line is a name and SHA-256 of all that follows, which is JSON. What holds: a file that is
damaged, or gone from a folder that held one, is an error and never a fresh start. The file is
durable before anything in it is reported as good.
"""

from __future__ import annotations

import json
import os
import re
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from pishkhan_verify import read
from pishkhan_verify.errors import Unreadable
from pishkhan_verify.note import Checkpoint, read_checkpoint

try:
    import fcntl
except ImportError:  # Windows: two monitors of one folder are not kept apart there
    fcntl = None  # type: ignore[assignment]

NAME, LOCK, TEMPORARY = "state", "lock", ".tmp-"
HEAD = "pishkhan-monitor v1 "
MOST_BYTES = 64 * 1024 * 1024
MOST_HISTORY = 64
MOST_COMPARED = 1024

_ORIGIN = re.compile(r"pishkhan/([0-9a-f-]{36})/([1-9][0-9]{0,17})", re.ASCII)


@dataclass(slots=True)
class Seen:
    """A signed note as it was shown, when (POSIX seconds, this machine's clock) and by whom."""

    note: str
    at: int
    source: str


@dataclass(slots=True)
class Cosigned:
    """The largest tree that a witness was seen to cosign, when it did, and the note."""

    size: int
    time: int
    note: str


@dataclass(slots=True)
class Served:
    """The largest size an address has served; since when it has been behind what is known."""

    size: int
    behind: int | None = None


@dataclass(slots=True)
class Known:
    """One log. `newest` is the largest checkpoint verified; all but it stand in `history`."""

    newest: Seen
    changed: int  # when it last grew or got a cosignature
    leaves: int = 0  # so many entries were compared with their hashes
    history: list[Seen] = field(default_factory=list)
    pending: list[Seen] = field(default_factory=list)  # signed, and not yet comparable
    compared: list[str] = field(default_factory=list)  # digests of texts found to be beginnings
    cosigned: dict[str, Cosigned] = field(default_factory=dict)
    served: dict[str, Served] = field(default_factory=dict)
    met: bool = False  # a checkpoint reached the quorum
    unmet: int | None = None  # since when the newest one has not
    searched: dict[str, int] = field(default_factory=dict)  # commit: leaves searched
    found: dict[str, int] = field(default_factory=dict)  # commit: index

    def begins(self, text: str) -> bool:
        """Return whether a note's text is known to be of this history."""
        mine = {body(each.note) for each in (self.newest, *self.history)}
        return body(text) in mine or _digest(text) in self.compared

    def compare(self, text: str) -> None:
        """Remember that a note's text is of this history, so that no tiles are read again."""
        self.compared = [*self.compared, _digest(text)][-MOST_COMPARED:]

    def remember(self, seen: Seen) -> None:
        """Make this the newest; older ones are thinned out, the oldest first to go by halves."""
        self.history.append(self.newest)
        self.newest = seen
        if len(self.history) > MOST_HISTORY:
            half = MOST_HISTORY // 2
            self.history = self.history[:half:2] + self.history[half:]


@dataclass(slots=True)
class State:
    """All logs by origin; which evidence was told; when this machine last looked."""

    logs: dict[str, Known] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)
    looked: int = 0


def newest(known: Known) -> Checkpoint:
    """Return the largest checkpoint verified."""
    return read_checkpoint(known.newest.note.encode()).checkpoint


def body(text: str) -> str:
    """Return what a note's signatures are over."""
    return text.rpartition("\n\n")[0]


def _digest(text: str) -> str:
    return sha256(body(text).encode()).hexdigest()


def node_of(origin: str) -> str:
    """Return the node of an origin `pishkhan/<node>/<epoch>` (journal.md), else nothing."""
    found = _ORIGIN.fullmatch(origin)
    return found[1] if found else ""


def epoch_of(origin: str) -> int:
    """Return the number of a log on its node; 0 for another form of origin."""
    found = _ORIGIN.fullmatch(origin)
    return int(found[2]) if found else 0


def load(folder: Path) -> State:
    """Return what is remembered; nothing for a folder that is new or empty.

    Raises Unreadable: `state-damaged`, `state-gone`.
    """
    path = folder / NAME
    if not path.is_file():
        if folder.is_dir() and any(not _passing(each.name) for each in folder.iterdir()):
            raise Unreadable("state-gone", name=str(path))
        return State()
    head, _, body = read.file(path, MOST_BYTES).partition(b"\n")
    try:
        if head.decode("ascii") != HEAD + sha256(body).hexdigest():
            raise ValueError("another digest")
        return _state(json.loads(body))
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
        raise Unreadable("state-damaged", name=str(path)) from None


def _passing(name: str) -> bool:
    return name == LOCK or name.startswith(TEMPORARY)


def _state(value: dict[str, Any]) -> State:
    logs = {}
    for origin, told in value["logs"].items():
        known = Known(**told)
        known.newest = _seen(told["newest"])
        known.history = [_seen(each) for each in told["history"]]
        known.pending = [_seen(each) for each in told["pending"]]
        known.cosigned = {name: Cosigned(**each) for name, each in told["cosigned"].items()}
        known.served = {name: Served(**each) for name, each in told["served"].items()}
        logs[origin] = known
    return State(logs, list(value["told"]), int(value["looked"]))


def _seen(value: dict[str, Any]) -> Seen:
    seen = Seen(**value)
    if not isinstance(seen.note, str):
        raise TypeError("a note is text")
    seen.note.encode()  # ValueError for half a character
    return seen


def save(folder: Path, state: State) -> None:
    """Put the state in place of the old one, durably. Raises Unreadable (`state-write`)."""
    body = json.dumps(asdict(state), ensure_ascii=False, indent=1).encode()
    head = f"{HEAD}{sha256(body).hexdigest()}\n".encode()
    try:
        write(folder / NAME, head + body)
    except OSError as error:
        raise Unreadable("state-write", name=str(folder), why=str(error)) from None


def write(path: Path, data: bytes) -> None:
    """Put `data` at `path`, whole and durable: written, synced, renamed, and its folder synced.

    OSError when the disk is full or fails; then the old file stays.
    """
    temporary = path.with_name(f"{TEMPORARY}{path.name}-{secrets.token_hex(8)}")
    try:
        with temporary.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync(path.parent)


def write_folder(folder: Path, files: Mapping[str, bytes]) -> None:
    """Put a new folder with these files at its place, whole and durable, or not at all.

    After a crash only a folder with a passing name may be left. OSError as `write`, and when the
    folder is there already.
    """
    temporary = folder.with_name(f"{TEMPORARY}{folder.name}-{secrets.token_hex(8)}")
    temporary.mkdir()
    made = {temporary}
    for name, data in files.items():
        path = temporary / name
        path.parent.mkdir(parents=True, exist_ok=True)
        made.update(parent for parent in path.parents if temporary in parent.parents)
        with path.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    for each in made:
        sync(each)
    temporary.rename(folder)
    sync(folder.parent)


def sync(folder: Path) -> None:
    """Make the names in a folder durable; Windows can not."""
    if os.name == "nt":
        return
    fd = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(fd)
    finally:
        os.close(fd)


@contextmanager
def held(folder: Path) -> Iterator[None]:
    """Make the folder and keep other monitors out of it. Raises Unreadable (`state-locked`, …)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = (folder / LOCK).open("ab")
    except OSError as error:
        raise Unreadable("state-write", name=str(folder), why=str(error)) from None
    with lock:
        if fcntl is not None:
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except OSError:
                raise Unreadable("state-locked", name=str(folder)) from None
        yield
