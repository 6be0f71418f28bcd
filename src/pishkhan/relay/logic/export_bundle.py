"""Export: write all that another node has not said to have, as a bundle in a folder.

What is true after a crash or a pulled-out stick:
- before the manifest stands there: a folder `….part` that nobody reads; the next export to the
  same place removes it;
- after: the bundle is whole. That it was made changes nothing here: what lies in it goes into the
  next bundle too, until the other node says that it arrived. So a lost stick costs only time.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from uuid import UUID

from django.db.models import F

from pishkhan.journal.api import act
from pishkhan.kernel import clock
from pishkhan.kernel.durable import fsync_dir
from pishkhan.kernel.errors import N_, Message, NotFound, Refused
from pishkhan.relay import bundle, protocol
from pishkhan.relay.bundle import Frame, Manifest, Packer, Part
from pishkhan.relay.contracts import BundleMade
from pishkhan.relay.logic import bags, begin_epoch, files, have, origins, succession
from pishkhan.relay.logic.pack import recipient_of
from pishkhan.relay.models import Contact, Envelope, PeerFile
from pishkhan.sealing import api as sealing

MOST_ENVELOPES = 50_000
"""Envelopes in one bundle; what is left goes into the next."""
AT_ONCE = 500
SPARE = 4 * 2**20
"""Bytes that stay free on the stick."""


@dataclass(slots=True)
class _Digested:
    """A file that is written, hashed and counted at once."""

    file: BinaryIO
    found: hashlib._Hash
    size: int = 0

    def write(self, data: bytes) -> int:
        self.found.update(data)
        self.size += len(data)
        return self.file.write(data)

    def flush(self) -> None:
        self.file.flush()


def export_bundle(
    node: UUID,
    folder: Path,
    *,
    one_file: bool = False,
    with_files: bool = True,
    most: int | None = None,
    tell: Callable[[int, int], None] | None = None,
) -> BundleMade:
    """Write a bundle for a node into a folder, durable on return, and say what lies in it.

    It is a folder of its own, or one file, which needs twice the room while it is made. `most`
    bytes, envelopes first, end it: what is left goes into the next; one file may come to more.
    `tell(done, of)` hears of the files in bytes. Bundles of this node for the same one that lie
    there from before are removed: the new one holds all that they hold. Raises NotFound
    `directory.no-node`, Refused `relay.node-revoked`, `relay.no-recipient`, `relay.no-space`, the
    notice (`relay.peer-ahead`, `relay.restored`) that stands against it, Invalid `relay.no-folder`.
    """
    places = origins.Places()
    if node not in places.others():
        raise NotFound("directory.no-node")
    recipient = recipient_of(places, node)
    bags.check_folder(folder)
    number = _number(node)
    me = origins.this_node()
    name = bags.name_of(me.id, me.epoch, node, number)
    for left in bags.unfinished(folder, me.id, node):
        shutil.rmtree(left, ignore_errors=True)
    part, done = folder / f"{name}.part", folder / f"{name}{bags.SUFFIX}"
    lacking = files_for(node)
    try:
        part.mkdir()
        parts, count = _envelopes(part, node, most)
        wanted = _within(lacking, most, parts) if with_files else {}
        _check_space(folder, sum(wanted.values()) * (2 if one_file else 1))
        parts += _seal_files(part, recipient, wanted, tell)
        _sign(part, me, node, number, parts)
        if one_file:
            _join(part, parts, done)
        else:
            part.rename(done)
        fsync_dir(folder)
    except OSError as error:
        shutil.rmtree(part, ignore_errors=True)
        raise _unwritable(error) from None
    except BaseException:
        shutil.rmtree(part, ignore_errors=True)
        raise
    _remember(node, wanted)
    for old in list(bags.own_older(folder, me.id, node, number)):
        _remove(old)
    size = sum(each.size for each in parts)
    with act() as a:
        a.append(
            "bundle.made",
            subject=node,
            actor="system",
            fields={"bytes": size, "envelopes": count, "files": len(wanted), "number": number},
        )
    return BundleMade(done, node, number, count, len(wanted), size, len(lacking) - len(wanted))


def _number(node: UUID) -> int:
    """Take the next number, durable before anything is written under it."""
    Contact.objects.bulk_create([Contact(node=node)], ignore_conflicts=True)
    notice = Contact.objects.values_list("notice", flat=True).get(node=node)
    if begin_epoch.is_restored():
        notice = begin_epoch.RESTORED
    if notice:
        raise Refused(
            notice,
            N_("This node must send nothing before a person has looked: see `relay status`."),
        )
    Contact.objects.filter(node=node).update(made=F("made") + 1, made_at=clock.current().now())
    return Contact.objects.values_list("made", flat=True).get(node=node)


def _waiting(node: UUID) -> Iterator[tuple[bytes, bytes, bytes]]:
    rows = Envelope.objects.filter(to_node=node, to_carry__isnull=False).order_by("to_carry")
    columns = rows.values_list("header", "payload", "signature")[:MOST_ENVELOPES]
    for header, payload, signature in columns.iterator(AT_ONCE):
        yield bytes(header), bytes(payload), bytes(signature)


def _envelopes(folder: Path, node: UUID, most: int | None) -> tuple[list[Part], int]:
    parts: list[Part] = []
    count = 0
    waiting = _waiting(node)
    frame = next(waiting, None)
    left = sys.maxsize if most is None else most
    while frame is not None and left > 0:
        name = f"{bundle.ENVELOPES}{len(parts) + 1}"
        with _new(folder / name) as file:
            out, packer = _Digested(file, hashlib.sha256()), Packer()
            while frame is not None and not packer.full and out.size < left:
                out.write(packer.add(Frame(*frame)))
                count += 1
                frame = next(waiting, None)
            out.write(packer.end())
        parts.append(Part(name, out.size, out.found.hexdigest()))
        left -= out.size
    return parts, count


def _within(files: dict[str, int], most: int | None, parts: list[Part]) -> dict[str, int]:
    """Return the first of the files that there is room for; the very first may be larger."""
    if most is None:
        return files
    left = most - sum(each.size for each in parts)
    found: dict[str, int] = {}
    for digest, size in files.items():
        if found and size > left:
            break
        found[digest] = size
        left -= size
    return found


def files_for(node: UUID) -> dict[str, int]:
    """Return digest and size of every file that the node still lacks for what is not settled."""
    named: dict[str, None] = {}
    rows = files.awaited_by(node)
    for header in rows:
        named.update(dict.fromkeys(protocol.read(header).blobs))
    there = set(
        PeerFile.objects.filter(node=node, there=True, digest__in=named).values_list(
            "digest", flat=True
        )
    )
    store = files.store()
    return {
        digest: store.size(digest)
        for digest in list(named)[: bundle.MAX_PARTS // 2]
        if digest not in there and store.exists(digest)
    }


def _seal_files(
    folder: Path,
    recipient: str,
    wanted: dict[str, int],
    tell: Callable[[int, int], None] | None,
) -> list[Part]:
    parts, done, all_bytes = [], 0, sum(wanted.values())
    store = files.store()
    for digest, size in wanted.items():
        with _new(folder / digest) as file, store.open(digest) as source:
            out = _Digested(file, hashlib.sha256())
            sealing.seal_stream([recipient], source, out)  # type: ignore[arg-type] # writes alone
        parts.append(Part(digest, out.size, out.found.hexdigest()))
        done += size
        if tell is not None:
            tell(done, all_bytes)
    return parts


def _sign(folder: Path, me: origins.Node, node: UUID, number: int, parts: list[Part]) -> None:
    """Write the manifest, the last of a bundle's files."""
    body = bundle.write(
        Manifest(
            origin=me.id,
            epoch=me.epoch,
            key=me.key.key_id,
            to=node,
            number=number,
            made=clock.current().now(),
            have=have.of(node),
            parts=tuple(parts),
            successions=succession.shown_to(node),
        )
    )
    with _new(folder / bundle.MANIFEST) as file:
        file.write(bundle.text(body, me.key.sign(bundle.SIGNED_AS, body)))
    fsync_dir(folder)


def _join(folder: Path, parts: list[Part], done: Path) -> None:
    """Write manifest and parts one after the other, and only then under the bundle's name."""
    whole = folder / "whole"
    with _new(whole) as target:
        for name in (bundle.MANIFEST, *(part.name for part in parts)):
            with (folder / name).open("rb") as source:
                shutil.copyfileobj(source, target)
    whole.rename(done)
    shutil.rmtree(folder)


def _remember(node: UUID, digests: Iterable[str]) -> None:
    PeerFile.objects.bulk_create(
        [PeerFile(node=node, digest=digest) for digest in digests], ignore_conflicts=True
    )


def _remove(old: Path) -> None:
    """Remove an earlier bundle; a stick that refuses keeps it, which does no harm."""
    if old.is_dir():
        shutil.rmtree(old, ignore_errors=True)
    else:
        with suppress(OSError):
            old.unlink()


def _new(path: Path) -> BinaryIO:
    """Open a new file, synced when it is closed."""
    return _Synced(path)  # type: ignore[return-value] # writes and is closed, no more


class _Synced:
    """A new file whose bytes are on the disk when it is left."""

    def __init__(self, path: Path) -> None:
        self._file = path.open("xb")

    def __enter__(self) -> BinaryIO:
        return self._file

    def __exit__(self, *_: object) -> None:
        try:
            self._file.flush()
            os.fsync(self._file.fileno())
        finally:
            self._file.close()


def _check_space(folder: Path, size: int) -> None:
    free = shutil.disk_usage(folder).free
    if free < size + SPARE:
        raise no_space((size + SPARE - free) // 2**20 + 1)


def no_space(missing: int) -> Refused:
    """Return the refusal for a place that lacks so many MB."""
    return Refused(
        "relay.no-space",
        Message(
            N_("There is no room for the post bag: free %(missing)s MB more, or take another one."),
            {"missing": missing},
        ),
    )


def _unwritable(error: OSError) -> Refused:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return no_space(1)
    return Refused(
        "relay.not-written",
        N_(
            "The post bag could not be written: the stick was pulled out or is read-only. Nothing "
            "is lost; make it once more."
        ),
    )
