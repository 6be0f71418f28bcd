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
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from pishkhan.kernel import clock
from pishkhan.kernel.blobs import PartialBlob
from pishkhan.kernel.errors import (
    N_,
    Invalid,
    NotFound,
    PishkhanError,
    Refused,
    TooLarge,
    Unavailable,
)
from pishkhan.kernel.ids import new_id
from pishkhan.relay.contracts import BundleFate
from pishkhan.relay.line import REASONS, TAG, Bag, Upload
from pishkhan.relay.logic import kept, origins
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
    by: UUID | None = None
    """The neighbour that carries it; None: the node itself."""


def most() -> int:
    """Return how many bytes a bag may have."""
    return int(settings.UPLOAD_LIMIT) + BESIDE_A_FILE


def begin_bag(node: UUID, size: int, sha256: str, *, by: UUID | None = None) -> BagUpload:
    """Make room for a node's bag; one of it that is unfinished gives way.

    `by` is the neighbour that carries it. Raises Invalid `relay.bundle` for one without bytes,
    TooLarge `relay.line-too-large`, Refused `relay.line-unknown` for a node that is
    unknown here or revoked.
    """
    others = origins.Places().others() if by is not None else {}
    if by is not None and (node not in others or others[node].revoked_at is not None):
        raise Refused("relay.line-unknown", REASONS["relay.line-unknown"])
    if size < 1:
        raise Invalid("relay.bundle", N_("The post bag is damaged, or it is no post bag."))
    if size > most():
        raise TooLarge("relay.line-too-large", REASONS["relay.line-too-large"])
    row = kept.line_to(node)
    _drop(row)
    id_ = new_id()
    until = clock.current().now() + UNFINISHED
    kept.incoming().begin(str(id_), limit=size)
    kept.note(row, up_id=id_, up_by=by, up_sha256=sha256, up_size=size, up_until=until)
    return BagUpload(id_, node, size, sha256, until, by=by)


def bag_upload(node: UUID, id_: UUID) -> BagUpload:
    """Return the unfinished bag that a node sends, or carries for a neighbour.

    NotFound `relay.line-no-bag` for any other.
    """
    row = Line.objects.filter(up_id=id_).first()
    now = clock.current().now()
    over = row is None or row.up_until is None or row.up_until <= now
    if row is None or over or (row.up_by or row.node) != node:
        raise _no_bag()
    done = bool(row.up_sha256) and row.taken == row.up_sha256[:TAG]
    assert row.up_until is not None
    return BagUpload(id_, row.node, row.up_size, row.up_sha256, row.up_until, done, row.up_by)


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
        upload = bag_upload(upload.by or upload.node, upload.id)
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
    if row.up_by is not None and announced is None:
        return None  # a neighbour carries the bag of a node that has none itself now
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


def bag_to_carry(by: UUID, node: UUID, sha256: str) -> kept.KeptBag:
    """Return this node's bag for one whose bag a neighbour has brought, for that to carry.

    The one with this digest if it is there still, else one that is made now. NotFound
    `relay.line-no-bag` for who brought none, or where nothing may be made. Raises Unavailable
    `relay.line-busy`.
    """
    row = kept.line_to(node)
    brought = row.up_by == by and bool(row.up_sha256) and row.taken == row.up_sha256[:TAG]
    if not brought or row.up_until is None or row.up_until <= clock.current().now():
        raise _no_bag()
    with kept.alone(node):
        if kept.path_of(row) is None or row.bag_sha256 != sha256:
            kept.forget(row)
            kept.note(row, wanted=True)  # with the word of what has come here
            try:
                kept.bag_for(row, light=False)
            except Unavailable:
                raise
            except PishkhanError:
                raise _no_bag() from None
        return kept.kept_bag(node)


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
    return replace(upload, sha256=found, taken=True)


def _drop(row: Line) -> None:
    if row.up_id is not None:
        kept.incoming().begin(str(row.up_id)).discard()
        kept.note(row, up_id=None, up_by=None, up_sha256="", up_size=0, up_until=None)


def _damaged() -> Invalid:
    return Invalid("relay.line-damaged", REASONS["relay.line-damaged"])


def _no_bag() -> NotFound:
    return NotFound("relay.line-no-bag", N_("This post bag is not on its way here any more."))
