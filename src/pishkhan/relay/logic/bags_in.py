"""Bags that come in over the line in pieces: one unfinished bag a node.

How far a bag is, is the length of its file (`kept.incoming`). What is true after a crash:
- in the midst of a piece: what came stands there, and the sender goes on behind it;
- after the last piece: the whole file lies there. The next hello or the next look at the bag takes
  it in, as does the last piece itself;
- in the midst of taking in, or after it and before the row says so: it is taken in once more,
  which changes nothing that was taken.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from pishkhan.kernel import clock
from pishkhan.kernel.blobs import PartialBlob
from pishkhan.kernel.errors import N_, Invalid, NotFound, PishkhanError, Refused, TooLarge
from pishkhan.kernel.ids import new_id
from pishkhan.relay.contracts import BundleFate
from pishkhan.relay.line import REASONS, TAG, Bag, Upload
from pishkhan.relay.logic import kept
from pishkhan.relay.logic.import_bundles import import_bundle
from pishkhan.relay.models import Line

UNFINISHED = timedelta(days=7)
"""A line may be down for days; after this its bag is sent anew."""
BESIDE_A_FILE = 8 * 2**20
"""Bytes that a bag may have beside the largest file."""


@dataclass(frozen=True, slots=True)
class BagUpload:
    """A bag on its way in. `sha256` is as much of its digest as was told.

    `taken` once it was taken whole, and its file is gone.
    """

    id: UUID
    node: UUID
    size: int
    sha256: str
    until: datetime
    taken: bool = False


def most() -> int:
    """Return how many bytes a bag may have."""
    return int(settings.UPLOAD_LIMIT) + BESIDE_A_FILE


def begin_bag(node: UUID, size: int, sha256: str) -> BagUpload:
    """Make room for a node's bag; one of it that is unfinished gives way.

    Raises Invalid `relay.bundle` for one without bytes, TooLarge `relay.line-too-large`.
    """
    if size < 1:
        raise Invalid("relay.bundle", N_("The post bag is damaged, or it is no post bag."))
    if size > most():
        raise TooLarge("relay.line-too-large", REASONS["relay.line-too-large"])
    row = kept.line_to(node)
    _drop(row)
    id_ = new_id()
    until = clock.current().now() + UNFINISHED
    kept.incoming().begin(str(id_), limit=size)
    kept.note(row, up_id=id_, up_sha256=sha256, up_size=size, up_until=until)
    return BagUpload(id_, node, size, sha256, until)


def bag_upload(node: UUID, id_: UUID) -> BagUpload:
    """Return the node's unfinished bag; NotFound `relay.line-no-bag` for any other."""
    row = kept.line_to(node)
    if row.up_id != id_ or row.up_until is None or row.up_until <= clock.current().now():
        raise _no_bag()
    done = bool(row.up_sha256) and row.taken == row.up_sha256[:TAG]
    return BagUpload(id_, node, row.up_size, row.up_sha256, row.up_until, done)


def partial_of(upload: BagUpload) -> PartialBlob:
    """Return the file of a bag on its way; NotFound `relay.line-no-bag` once it is gone."""
    try:
        return kept.incoming().resume(str(upload.id), limit=upload.size)
    except NotFound:
        raise _no_bag() from None


def offset_of(upload: BagUpload) -> int:
    """Return how many bytes of it have come; NotFound `relay.line-no-bag` once it is gone."""
    return upload.size if upload.taken else partial_of(upload).offset()


def drop_bag(upload: BagUpload) -> None:
    """Forget a bag that is on its way."""
    row = kept.line_to(upload.node)
    if row.up_id == upload.id:
        _drop(row)


def take_bag(upload: BagUpload) -> BagUpload:
    """Take in a bag that came whole; it is durable on return, and its file removed.

    Raises Invalid `relay.line-damaged` where its bytes are not those announced or a part of it is
    not whole, and Refused with the reason for one that is not believed; its file is removed then
    too. Raises Unavailable `relay.line-busy` while it is being taken in.
    """
    with kept.alone(upload.node):
        upload = bag_upload(upload.node, upload.id)
        if upload.taken:
            return upload
        row = kept.line_to(upload.node)
        return _take(row, upload)


def unfinished(row: Line, announced: Bag | None) -> Upload | None:
    """Return how far the bag that a node announces has come; any other of it gives way.

    One that came whole is taken in here: the answer to its last piece may have been lost. A part
    of answering a call, under its lock.
    """
    if row.up_id is None:
        return None
    try:
        upload = bag_upload(row.node, row.up_id)
        if not upload.taken and _is(upload, announced):
            here = offset_of(upload)
            if here < upload.size:
                return Upload(upload.id, here)
            _take(row, upload)
    except PishkhanError:
        pass  # it expired, is gone, or was refused: the node hears that it is not here
    _drop(row)
    return None


def forget_old_bags() -> int:
    """Remove what lies of bags that nobody goes on with; return how many. The worker's."""
    now = clock.current().now()
    old = Line.objects.filter(up_until__lte=now)
    for row in old[:100]:
        _drop(row)
    return kept.incoming().discard_partials(before=now - 2 * UNFINISHED)


def _is(upload: BagUpload, announced: Bag | None) -> bool:
    if announced is None or not upload.sha256:
        return False
    return announced.size == upload.size and announced.sha256.startswith(upload.sha256)


def _take(row: Line, upload: BagUpload) -> BagUpload:
    path = partial_of(upload).path
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        raise _no_bag() from None
    if not found.startswith(upload.sha256):
        _drop(row)
        raise _damaged()
    taken = import_bundle(path, origin=upload.node)
    if taken.fate is BundleFate.PARTLY:
        _drop(row)
        raise _damaged()
    if taken.fate is not BundleFate.TAKEN:
        _drop(row)
        raise Refused(taken.reason, N_("The post bag was refused: it is not believed."))
    # A crash here: it was taken in, and is once more when the sender asks how far it is.
    kept.note(row, taken=found[:TAG], up_sha256=found, want=False)
    kept.incoming().begin(str(upload.id)).discard()
    return BagUpload(upload.id, upload.node, upload.size, found, upload.until, taken=True)


def _drop(row: Line) -> None:
    if row.up_id is not None:
        kept.incoming().begin(str(row.up_id)).discard()
        kept.note(row, up_id=None, up_sha256="", up_size=0, up_until=None)


def _damaged() -> Invalid:
    return Invalid("relay.line-damaged", REASONS["relay.line-damaged"])


def _no_bag() -> NotFound:
    return NotFound("relay.line-no-bag", N_("This post bag is not on its way here any more."))
