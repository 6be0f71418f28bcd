"""Import: take in what lies for this node in a folder, from whatever carrier brought it.

A bundle's manifest is believed only if a known node signed it, and then it bounds what is read.
The envelopes are taken as every carrier's are (`receive`), each by its own signature; of the files
only those that such an envelope names. What is true after a crash or a pulled-out stick: whatever
was taken stands here durably, and the same bundle goes on from there when it is brought again.
A bundle is never changed and never removed: another may have to read it, and its sender leaves
out what arrived only when it hears so.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction

from pishkhan.journal import api as journal
from pishkhan.journal.api import act
from pishkhan.kernel import bell, clock
from pishkhan.kernel.blobs import PartialBlob
from pishkhan.kernel.errors import Invalid, PishkhanError
from pishkhan.relay import bundle, protocol
from pishkhan.relay.bundle import Manifest, Part, Succession
from pishkhan.relay.contracts import BundleFate, BundleTaken, InboundState
from pishkhan.relay.logic import bags, files, have, origins, succession, voids
from pishkhan.relay.logic.receive import Sealed, Taken, receive
from pishkhan.relay.models import Contact, Inbound, PeerFile
from pishkhan.sealing import api as sealing

AT_ONCE = 100
"""Envelopes in one transaction."""
QUOTA = 100_000
"""Envelopes of one node that may be under way here; at this no bag of it is taken until some are
settled. None of them is acknowledged, so nothing is lost: they are brought again."""
RESERVE = 512 * 2**20
"""Bytes of the disk that no bag may take: the desks go on by them."""
MOST_MISSING = 10_000
"""Envelopes that wait for files and are looked at for what a bundle brings."""


def import_bundles(
    folder: Path, *, tell: Callable[[int, int], None] | None = None
) -> list[BundleTaken]:
    """Take in every bundle for this node in a folder, the older first, and say what became of each.

    `tell(done, of)` hears of parts. Raises Invalid `relay.no-folder`; a bundle that is damaged or
    not for this node is said so in the list and hinders no other.
    """
    found = [(path, *read_bundle(path)) for path in bags.bags_in(folder)]
    found.sort(key=lambda each: (each[1] is None, each[1].made if each[1] else None, each[0]))
    parts = sum(len(manifest.parts) for _, manifest, _ in found if manifest)
    steps = _Steps(tell, parts)
    return [_one(path, manifest, reason, steps) for path, manifest, reason in found]


def import_bundle(path: Path, *, origin: UUID) -> BundleTaken:
    """Take in one bundle, a file, that must be `origin`'s for this node; say what became of it.

    One of another node, or for another one, is REFUSED with `relay.line-other-bag`.
    """
    manifest, reason = read_bundle(path)
    if manifest is not None and (manifest.origin, manifest.to) != (origin, journal.node_id()):
        return BundleTaken(path.name, BundleFate.REFUSED, reason="relay.line-other-bag")
    return _one(path, manifest, reason, _Steps(None, 0))


class _Steps:
    """How far an import is, in parts."""

    def __init__(self, tell: Callable[[int, int], None] | None, of: int) -> None:
        self._tell, self._of, self._done = tell, of, 0

    def one(self) -> None:
        self._done += 1
        if self._tell is not None:
            self._tell(self._done, self._of)


def read_bundle(path: Path) -> tuple[Manifest | None, str]:
    """Return the manifest, whoever signed it, and why it is not believed ("": it is)."""
    try:
        body, signature = bags.read_manifest(path)
        manifest = bundle.read(body)
    except Invalid as error:
        return None, error.code
    believed, at = origins.Origins(), clock.current().now()
    key = believed.public_key(manifest.origin, manifest.epoch, manifest.key)
    if key is None:
        try:
            following = _heirs(manifest)
        except Invalid as error:
            return manifest, error.code
        if not following:
            return manifest, "relay.unknown-origin"
        key = following[-1].key
    if not sealing.verify(bundle.SIGNED_AS, body, signature, key):
        return manifest, "relay.bad-signature"
    if believed.is_over(manifest.origin, manifest.key, at):
        return manifest, "relay.key-revoked"
    return manifest, _no_room(manifest) if manifest.to == journal.node_id() else ""


def _no_room(manifest: Manifest) -> str:
    """Return why a bag that is believed can not be taken now; "": it can."""
    under_way = Inbound.objects.filter(origin=manifest.origin, state__in=files.UNDER_WAY)
    if under_way.order_by()[:QUOTA].count() >= QUOTA:
        return "relay.quota"
    # What is sealed is opened into a file beside it; the envelopes go into the database.
    needed = 2 * sum(part.size for part in manifest.parts) + RESERVE
    return "relay.no-space" if shutil.disk_usage(settings.HOME).free < needed else ""


def _one(path: Path, manifest: Manifest | None, reason: str, steps: _Steps) -> BundleTaken:
    if manifest is None:
        return BundleTaken(path.name, BundleFate.REFUSED, reason=reason)
    said = BundleTaken(path.name, BundleFate.OWN, manifest.origin, manifest.number, manifest.made)
    me = journal.node_id()
    if manifest.origin == me:
        return said
    if manifest.to != me:
        return replace(said, fate=BundleFate.ELSEWHERE)
    if reason:
        # Of who is not known no word is kept: only that somebody tried.
        return BundleTaken(path.name, BundleFate.REFUSED, reason=reason)
    at = clock.current().now()
    if following := _heirs(manifest):
        succession.adopt(manifest.origin, following)
    if _note(manifest, at):
        voids.say(manifest.origin, manifest.have)
    got, lost = _take_envelopes(path, manifest, steps)
    taken_files, lost_files = _take_files(path, manifest, steps)
    fate = BundleFate.PARTLY if lost or lost_files else BundleFate.TAKEN
    _tell_journal(manifest, got, taken_files, lost + lost_files)
    bell.ring(bell.of_this_node())
    return replace(
        said,
        fate=fate,
        new=len(got.new),
        known=len(got.known),
        rejected=len(got.rejected),
        files=taken_files,
        lost=lost + lost_files,
    )


def _heirs(manifest: Manifest) -> tuple[Succession, ...]:
    told = manifest.successions
    return succession.heirs(manifest.origin, manifest.epoch, manifest.key, told)


def _note(manifest: Manifest, at: datetime) -> bool:
    """Take note of what the other node has, and that it was heard; return whether it counts.

    Not that of an old stick: its maker has said more since, and begun to count anew.
    """
    with transaction.atomic():
        Contact.objects.bulk_create([Contact(node=manifest.origin)], ignore_conflicts=True)
        if origins.Origins().is_former(manifest.origin, manifest.epoch):
            return False
        newer = Contact.objects.filter(node=manifest.origin, heard__lt=manifest.number)
        newest = bool(newer.update(heard=manifest.number, heard_at=at, said_at=manifest.made))
        have.heard(manifest.origin, manifest.have, newest=newest, at=at)
    return True


def _take_envelopes(path: Path, manifest: Manifest, steps: _Steps) -> tuple[Taken, int]:
    """Return what was taken, and how many parts are damaged or missing."""
    got, lost = Taken(), 0
    for part in manifest.parts:
        if part.is_file:
            continue
        steps.one()
        data = _whole(path, manifest, part)
        if data is None:
            lost += 1
            continue
        batch: list[Sealed] = []
        try:
            for frame in bundle.unpack(data):
                batch.append(Sealed(*frame))
                if len(batch) == AT_ONCE:
                    _add(got, batch)
                    batch = []
        except Invalid:
            lost += 1
        if batch:
            _add(got, batch)
    return got, lost


def _whole(path: Path, manifest: Manifest, part: Part) -> bytes | None:
    source = bags.open_part(path, manifest, part)
    if source is None:
        return None
    try:
        data = source.read()
    except OSError:
        return None
    finally:
        source.close()
    return data if hashlib.sha256(data).hexdigest() == part.sha256 else None


def _add(got: Taken, batch: list[Sealed]) -> None:
    taken = receive(batch)
    got.new += taken.new
    got.known += taken.known
    got.rejected |= taken.rejected


def _take_files(path: Path, manifest: Manifest, steps: _Steps) -> tuple[int, int]:
    """Return how many files were taken, and how many of those awaited are damaged or missing."""
    brought = {part.name: part for part in manifest.parts if part.is_file}
    awaited = _awaited(manifest.origin, set(brought)) if brought else set()
    taken, lost = 0, 0
    for digest, part in brought.items():
        steps.one()
        if digest not in awaited:
            continue
        if not _take_file(path, manifest, part):
            lost += 1
            continue
        taken += 1
        PeerFile.objects.update_or_create(
            node=manifest.origin, digest=digest, defaults={"there": True}
        )
    if taken:
        Inbound.objects.filter(origin=manifest.origin, state=InboundState.RECEIVED).update(
            not_before=None
        )
    return taken, lost


def _awaited(origin: UUID, brought: set[str]) -> set[str]:
    """Return those of the files that an envelope of this node waits for."""
    waiting = Inbound.objects.filter(
        origin=origin, state__in=[InboundState.RECEIVED, InboundState.QUARANTINED]
    )
    headers = waiting.order_by("id").values_list("envelope__header", flat=True)[:MOST_MISSING]
    found: set[str] = set()
    for header in headers.iterator(chunk_size=500):
        found |= brought.intersection(protocol.read(bytes(header)).blobs)
    return found


def _take_file(path: Path, manifest: Manifest, part: Part) -> bool:
    """Open one sealed file into the store; return whether it is the one that its name says."""
    source = bags.open_part(path, manifest, part)
    if source is None:
        return False
    partial = _begin(f"bag-{part.sha256[:56]}")
    target = _Target(partial)
    try:
        sealing.unseal_stream(source, target)  # type: ignore[arg-type] # reads and writes alone
        whole = target.found.hexdigest() == part.name
    except (PishkhanError, OSError):
        whole = False
    finally:
        source.close()
    if not whole:
        partial.discard()
        return False
    partial.finish()
    return True


def _begin(name: str) -> PartialBlob:
    """Return a file of the store to write from its beginning: a seal opens only as a whole."""
    partial = files.store().begin(name, limit=settings.UPLOAD_LIMIT)
    if partial.offset():
        partial.discard()
        partial = files.store().begin(name, limit=settings.UPLOAD_LIMIT)
    return partial


class _Target:
    """Writes into a file of the store that has no name yet."""

    def __init__(self, partial: PartialBlob) -> None:
        self._partial, self._size = partial, 0
        self.found = hashlib.sha256()

    def write(self, data: bytes) -> int:
        self._size = self._partial.append(self._size, data)
        self.found.update(data)
        return len(data)

    def flush(self) -> None:
        """Nothing is held back."""


def _tell_journal(manifest: Manifest, got: Taken, taken_files: int, lost: int) -> None:
    with act() as a:
        a.append(
            "bundle.taken",
            subject=manifest.origin,
            actor="system",
            fields={
                "files": taken_files,
                "known": len(got.known),
                "lost": lost,
                "new": len(got.new),
                "number": manifest.number,
                "rejected": len(got.rejected),
            },
        )
