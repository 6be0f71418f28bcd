"""Compare every published file with what the rows say; derive them anew when asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from pishkhan.journal.checkpoint import BadNote, read_note
from pishkhan.journal.logic.publish import HEIGHTS, leaves_of, publish
from pishkhan.journal.logic.store import Store, home_of
from pishkhan.journal.merkle import grow, leaf_hash
from pishkhan.journal.models import Log
from pishkhan.journal.tiles import ENTRIES, Tile
from pishkhan.kernel import ids


def scrub() -> list[str]:
    """Return the files that differ, of all logs of this node; see `api.scrub`."""
    return [f"{log.epoch}/{name}" for log in Log.objects.order_by("epoch") for name in _faults(log)]


def rebuild() -> int:
    """Derive the files of the present log anew; see `api.rebuild`."""
    log = Log.objects.order_by("-epoch").get()
    folder = home_of(log.epoch)
    if folder.exists():
        folder.rename(folder.with_name(f"{folder.name}.before-{ids.new_id()}"))
    return publish()


def _faults(log: Log) -> Iterator[str]:
    """Yield the files of a log that are missing or differ in what is published of them."""
    if not log.note:
        return
    folder = home_of(log.epoch)
    store = Store(folder)
    if not _same_text(store.checkpoint(), log.note):
        yield "checkpoint"
    bad: set[str] = set()
    size = 0
    edge: tuple[bytes, ...] = ()
    for leaves in leaves_of(log, 0):
        grown = grow(size, edge, [leaf_hash(leaf) for leaf in leaves], HEIGHTS)
        bundles = [len(leaf).to_bytes(2, "big") + leaf for leaf in leaves]
        for level, start, row in (
            (ENTRIES, size, bundles),
            *((height // 8, size >> height, list(row)) for height, row in grown.rows.items()),
        ):
            bad |= differing(folder, level, start, row)
        size, edge = grown.size, grown.edge
    yield from sorted(bad)


def differing(folder: Path, level: int, start: int, row: list[bytes]) -> set[str]:
    """Return the files below `folder` that do not hold `row` from place `start` of a level on."""
    found: set[str] = set()
    while row:
        index, place = divmod(start, 256)
        here, row = row[: 256 - place], row[256 - place :]
        name = f"tile/{Tile(level, index).path}"
        data, want = _read(folder / name), b"".join(here)
        at = place * len(here[0])
        if data[at : at + len(want)] != want:
            found.add(name)
        start += len(here)
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return b""


def _same_text(data: bytes, note: str) -> bool:
    """Tell whether the published note is the signed one; cosignatures may have been added to it."""
    try:
        mine, signed = read_note(data), read_note(note.encode())
    except BadNote:
        return False
    return mine.text == signed.text and set(signed.lines) <= set(mine.lines)
