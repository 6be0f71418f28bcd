"""What follows once the notes of a look are in: what others saw, entries, silence, promises."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pishkhan_verify.entry import entry_hash, read_second
from pishkhan_verify.errors import Refused, Unreadable
from pishkhan_verify.monitor import clocks
from pishkhan_verify.monitor.compare import FORK, UNKNOWN, compare
from pishkhan_verify.monitor.leaves import MOST_WALKED, check_entries, walk
from pishkhan_verify.monitor.look import Look
from pishkhan_verify.monitor.sources import TOLD, Candidate, SourceTiles
from pishkhan_verify.monitor.state import Known, Seen, epoch_of, newest, node_of
from pishkhan_verify.monitor.told import HOUR, NOTE, UNREAD, WITHHELD, WRONG
from pishkhan_verify.note import read_checkpoint
from pishkhan_verify.promise import Promise

MOST_PENDING = 512
MOST_WALKS = 64  # of 262,144 leaves each, for one promise in one look


@dataclass(frozen=True, slots=True)
class Due:
    """A promise whose signature was checked: its text, its log, when it is overdue."""

    text: str
    promise: Promise
    origin: str

    @property
    def at(self) -> int:
        """POSIX seconds."""
        accepted = read_second(self.promise.slip.at)
        latest = datetime.max.replace(tzinfo=UTC) - accepted
        return int((accepted + min(timedelta(hours=self.promise.within_hours), latest)).timestamp())


def pend(watch: Look, known: Known, one: Candidate) -> None:
    """Keep a signed note until it can be compared."""
    if any(one.text == each.note for each in known.pending):
        return
    if len(known.pending) >= MOST_PENDING:
        watch.tell(WRONG, "pending-full", one.signed.checkpoint.origin, one.name)
        return
    known.pending.append(Seen(one.text, watch.now, one.name))


def settle(watch: Look, origin: str, known: Known) -> None:
    """Compare what is pending with the newest checkpoint, through any tiles of this look."""
    left, unlike = [], 0
    for seen in known.pending:
        one = Candidate(TOLD, seen.source, seen.note, read_checkpoint(seen.note.encode()))
        head, most = one.signed.checkpoint, newest(known)
        if not known.begins(seen.note):
            verdict = compare(most, head, watch.tiles_of(origin))
            if verdict.kind == FORK:
                watch.fork(one, known, verdict)
                continue
            if verdict.kind == UNKNOWN:
                left.append(seen)
                if head.size <= most.size:
                    unlike += 1
                else:
                    _ahead(watch, origin, seen, head.size, most.size)
                continue
            if head.size > most.size:
                known.remember(seen)
                known.changed = watch.now
            else:
                known.compare(seen.note)
        watch.learn(one, known)
    known.pending = left
    if unlike:
        watch.tell(UNREAD, "uncompared", origin, values={"count": unlike})


def _ahead(watch: Look, origin: str, seen: Seen, size: int, mine: int) -> None:
    late = watch.now - seen.at > WITHHELD and origin in watch.served
    values = {"size": mine, "newest": size}
    if late:
        watch.tell(WRONG, "withheld", origin, seen.source, values)
    else:
        watch.tell(NOTE, "ahead", origin, seen.source, values)


def compare_entries(watch: Look, origin: str, known: Known) -> None:
    """Hash the entries of leaves that were not compared yet; so many a look, the rest later."""
    head = newest(known)
    sources = watch.tiles_of(origin)
    if known.leaves >= head.size or not sources:
        return
    start, end = known.leaves, min(head.size, known.leaves + MOST_WALKED)
    unread: list[tuple[Unreadable, str]] = []
    for source in sources:
        tiles = SourceTiles(source, head.size)
        if not tiles.has_entries():
            watch.tell(NOTE, "entries-absent", origin, source.name)
            continue
        try:
            walk(tiles, head, start, end)
            check_entries(tiles, head, start, end)
        except Refused as trouble:
            values = {"size": head.size, **trouble.values}
            notes = [known.newest.note]
            watch.keep(trouble.code, origin, source.name, values, notes, tiles=tiles.used)
        except Unreadable as trouble:  # one that is behind has not all tiles
            unread.append((trouble, source.name))
        else:
            known.leaves = end
            break
    if known.leaves == start:
        for each, name in unread:
            watch.trouble(each, origin, name)
    elif end < head.size:
        watch.tell(NOTE, "entries-later", origin, values={"done": end, "size": head.size})


def check_silence(watch: Look, origin: str, known: Known) -> None:
    """Tell a log whose address answers and has shown nothing new for too long."""
    followed = any(
        node_of(origin) and node_of(each) == node_of(origin) and epoch_of(each) > epoch_of(origin)
        for each in watch.state.logs
    )
    quiet = watch.now - known.changed > watch.settings.silent * HOUR
    if quiet and origin in watch.served and not followed:
        watch.tell(WRONG, "silent", origin, values={"since": known.changed})


def check_promise(watch: Look, due: Due) -> None:
    """Search the log for what was promised, once it is overdue in a tree of a later time."""
    known = watch.state.logs.get(due.origin)
    commit = due.promise.shown.commit.hex()
    values = {"name": due.promise.slip.code, "due": due.at}
    if known is None or not watch.tiles_of(due.origin):
        watch.tell(UNREAD, "promise-unsearched", due.origin, values=values)
        return
    # A copy may be older than the promise; its witnesses or the address itself say that it is not.
    after = due.origin in watch.served or clocks.newest(known, watch.now) > due.at
    if commit not in known.found and (watch.now <= due.at or not after):
        watch.tell(NOTE, "promise-waits", due.origin, values=values)
        return
    trouble = None
    for source in watch.tiles_of(due.origin):
        tiles = SourceTiles(source, newest(known).size)
        try:
            if _searched(known, tiles, commit, due.promise.shown.commit):
                break
        except (Refused, Unreadable) as met:
            trouble = met
    if commit in known.found:
        watch.tell(NOTE, "promise-kept", due.origin, values=values | {"index": known.found[commit]})
    elif known.searched.get(commit, 0) >= newest(known).size:
        notes = [known.newest.note]
        with suppress(Unreadable):  # what `pishkhan-verify --tiles` wants too
            for level in range(1, 8):
                for at, width in enumerate(tiles.widths(level)):
                    tiles.read(level, at, width)
        watch.keep(
            "promise-broken",
            due.origin,
            source.name,
            values,
            notes,
            tiles=tiles.used,
            promise=due.text,
        )
    elif trouble is not None:
        watch.trouble(trouble, due.origin, source.name)
    else:
        watch.tell(UNREAD, "promise-unsearched", due.origin, values=values)


def _searched(known: Known, tiles: SourceTiles, commit: str, sought: bytes) -> bool:
    """Search leaves that were not searched; return whether the whole tree is, or it is found."""
    head, leaf = newest(known), entry_hash(sought)
    for _ in range(MOST_WALKS):
        start = known.searched.get(commit, 0)
        if commit in known.found or start >= head.size:
            return True
        hashes = walk(tiles, head, start, min(head.size, start + MOST_WALKED))
        if leaf in hashes:
            known.found[commit] = start + hashes.index(leaf)
        known.searched[commit] = start + len(hashes)
    return False
