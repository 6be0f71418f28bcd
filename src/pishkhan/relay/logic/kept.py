"""The bag for the line: made once, kept as a file until the other node says that it has it.

HOME/line/<node>/            the bag that is kept for a node, and a lock: one contact at a time
HOME/line/partial/up-<id>    what came in part: a bag on its way in

All of it may be lost: what lay in a bag waits until it is known to have arrived, and goes into the
next one. What is true after a crash:
- after a bag was written and before the row names it: nobody knows of it; the next one that is
  made removes it;
- after the other node's word of it was noted, before the file is removed: the row names none.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from pishkhan.kernel import clock
from pishkhan.kernel.blobs import BlobStore
from pishkhan.kernel.durable import make_dir, try_lock
from pishkhan.kernel.errors import N_, NotFound, Unavailable
from pishkhan.relay import bundle
from pishkhan.relay.contracts import BundleMade
from pishkhan.relay.line import Bag
from pishkhan.relay.logic import bags
from pishkhan.relay.logic.export_bundle import export_bundle, files_for
from pishkhan.relay.logic.receive import Sealed
from pishkhan.relay.models import Envelope, Line, PeerFile

MOST = 2**20
"""Bytes of a bag for the line, but for a larger file: two minutes at 64 kbit/s."""
_OPEN = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)


def line_to(node: UUID) -> Line:
    """Return the row of the line to a node, made where missing."""
    Line.objects.bulk_create([Line(node=node)], ignore_conflicts=True)
    return Line.objects.get(node=node)


def note(line: Line, **fields: object) -> None:
    """Write these fields of a line's row, in the database and in the object."""
    for name, value in fields.items():
        setattr(line, name, value)
    Line.objects.filter(node=line.node).update(**fields)


def folder_of(node: UUID) -> Path:
    """Return where a node's bag is kept, made where missing."""
    folder = Path(settings.HOME) / "line" / str(node)
    if not folder.is_dir():
        make_dir(folder.parent)
        make_dir(folder)
    return folder


def incoming() -> BlobStore:
    """Return where bags come in; nothing in it is ever given a blob's name."""
    return BlobStore(Path(settings.HOME) / "line")


@contextmanager
def alone(node: UUID) -> Iterator[None]:
    """Be the only process in contact with a node; Unavailable `relay.line-busy` while another is.

    A process that dies lets go by that.
    """
    fd = os.open(folder_of(node) / "lock", _OPEN, 0o600)
    try:
        if not try_lock(fd):
            raise Unavailable(
                "relay.line-busy", N_("Another contact with this node is under way; try again.")
            )
        yield
    finally:
        os.close(fd)


def waits(line: Line, *, light: bool) -> bool:
    """Return whether anything waits for a node that its kept bag, if there is one, has not."""
    waiting = Envelope.objects.filter(to_node=line.node, to_carry__isnull=False)
    if line.bag_path and line.bag_newest:
        waiting = waiting.filter(to_carry__gt=line.bag_newest)
    return waiting.exists() or (line.files_left and not light)


def bag_for(line: Line, *, light: bool) -> Bag | None:
    """Return the bag that is kept for a node, made now if something waits; None if nothing does.

    A kept one with files gives way to a light one, and any to one with the newest `have` when the
    other node needs that: once, so that a line that is cut again and again comes to an end with it.
    Raises what `export_bundle` does.
    """
    kept = path_of(line)
    stale = line.wanted and not line.bag_fresh
    if kept is not None and not stale and not (light and line.bag_files):
        if line.wanted:
            note(line, wanted=False)
        return Bag(line.bag_sha256, line.bag_size)
    return _make(line, light=light) if _is_due(line, light=light) else None


def path_of(line: Line) -> Path | None:
    """Return the file of the bag that is kept for a node; None when there is none."""
    if not line.bag_path:
        return None
    path = folder_of(line.node) / line.bag_path
    return path if path.is_file() and path.stat().st_size == line.bag_size else None


@dataclass(frozen=True, slots=True)
class KeptBag:
    """The bag that is kept for a node, as a file to be read."""

    path: Path
    bag: Bag


def kept_bag(node: UUID) -> KeptBag:
    """Return the bag that is kept for a node; NotFound `relay.line-no-bag` when there is none."""
    row = line_to(node)
    path = path_of(row)
    if path is None:
        raise NotFound("relay.line-no-bag", N_("This post bag is not on its way here any more."))
    return KeptBag(path, Bag(row.bag_sha256, row.bag_size))


def forget(line: Line) -> None:
    """Keep the bag no more."""
    path = path_of(line)
    note(
        line,
        bag_path="",
        bag_sha256="",
        bag_size=0,
        bag_newest=None,
        bag_sent=False,
        bag_files=False,
        bag_fresh=False,
    )
    if path is not None:
        path.unlink(missing_ok=True)


def heard(line: Line, tag: str) -> None:
    """Take note of which bag the other node says to have taken last.

    When it is neither the kept one nor the one before, one of the two nodes was put back to an
    older state, and each needs to hear what the other has.
    """
    if line.bag_path and tag == line.bag_sha256[: len(tag)] and tag:
        _arrived(line)
        note(line, acked=tag)
        forget(line)
    elif tag != line.acked:
        note(line, acked=tag, want=True, wanted=True)


def _is_due(line: Line, *, light: bool) -> bool:
    if line.wanted or Envelope.objects.filter(to_node=line.node, to_carry__isnull=False).exists():
        return True
    if light or not line.files_left:
        return False
    if files_for(line.node):
        return True
    note(line, files_left=False)
    return False


def _make(line: Line, *, light: bool) -> Bag:
    """Make a bag, note it and return it. What comes while it is made may wait for the next."""
    waiting = Envelope.objects.filter(to_node=line.node, to_carry__isnull=False)
    newest = waiting.order_by("-to_carry").values_list("to_carry", flat=True).first()
    forget(line)
    made: BundleMade = export_bundle(
        line.node, folder_of(line.node), one_file=True, with_files=not light, most=MOST
    )
    with made.path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    note(
        line,
        bag_path=made.path.name,
        bag_sha256=digest,
        bag_size=made.path.stat().st_size,
        bag_newest=newest,
        bag_files=made.files > 0,
        bag_fresh=line.wanted,
        files_left=made.left > 0,
        wanted=False,
    )
    return Bag(digest, line.bag_size)


def _arrived(line: Line) -> None:
    """Carry no more what lay in the kept bag: the other node has taken it whole."""
    path = path_of(line)
    if path is None:
        return
    manifest = bundle.read(bags.read_manifest(path)[0])
    at = clock.current().now()
    with transaction.atomic():
        for part in manifest.parts:
            if part.is_file:
                continue
            source = bags.open_part(path, manifest, part)
            if source is None:
                continue
            try:
                data = source.read()
            finally:
                source.close()
            ids = [Sealed(*frame).id for frame in bundle.unpack(data)]
            for begin in range(0, len(ids), 500):
                Envelope.objects.filter(
                    id__in=ids[begin : begin + 500], to_node=line.node, to_carry__isnull=False
                ).update(to_carry=None, carried_at=at)
        names = [part.name for part in manifest.parts if part.is_file]
        PeerFile.objects.filter(node=line.node, digest__in=names).update(there=True)
