"""Uploads and what is known of them. The bytes are in the blob store; rows say whose they are.

How far an upload has come is the length of its file: no row is written for a piece.
"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings

from pishkhan.kernel import clock
from pishkhan.kernel.blobs import PartialBlob
from pishkhan.kernel.errors import (
    N_,
    Invalid,
    Message,
    NotFound,
    PishkhanError,
    TooLarge,
    TooMany,
    Unavailable,
)
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.text import clean_line
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import PageRef
from pishkhan.letters.contracts.files import FileFacts
from pishkhan.web.models import SavedForm, Upload
from pishkhan.web.uploads.pieces import check_place, let_go, write

UNFINISHED = timedelta(days=1)
FINISHED = timedelta(days=7)
"""A parked draft outlives a long weekend, and so do its pages."""

MOST_UNFINISHED = 200
MOST_WAITING = 64  # × the limit of one file: declared bytes of one owner that have not come
SPARE = 256 * 2**20
"""Bytes of the disk that uploads leave free for the database."""


def create(owner: str, length: int, name: str) -> Upload:
    """Make room for a file of `length` bytes and return its row.

    Raises Invalid `letters.file-empty`, TooLarge `web.upload-too-large`, TooMany
    `web.upload-quota`, Unavailable `web.disk-full`.
    """
    _check_length(length)
    now = clock.current().now()
    waiting = (
        Upload.objects.filter(owner=owner, digest="", expires_at__gt=now)
        .order_by()
        .values_list("length", flat=True)[: MOST_UNFINISHED + 1]
    )
    declared = list(waiting)
    if len(declared) >= MOST_UNFINISHED or (
        sum(declared) + length > MOST_WAITING * settings.UPLOAD_LIMIT
    ):
        raise TooMany(
            "web.upload-quota",
            N_("Too many files are on their way already. Wait for them, or remove some."),
            retry_after=60,
        )
    upload = Upload(
        id=new_id(),
        owner=owner,
        length=length,
        name=_clean(name),
        created_at=now,
        expires_at=now + UNFINISHED,
    )
    _begin(upload)
    upload.save(force_insert=True)
    return upload


def _check_length(length: int) -> None:
    if length < 1:
        raise Invalid("letters.file-empty", N_("The file is empty: it has no bytes."))
    if length > settings.UPLOAD_LIMIT:
        raise too_large(length)
    check_room(length)


def check_room(length: int) -> None:
    """Raise Unavailable `web.disk-full` when so many more bytes would fill the node's disk."""
    root = settings.BLOB_ROOT
    if root.exists() and shutil.disk_usage(root).free < length + SPARE:
        raise disk_full()


def too_large(length: int) -> TooLarge:
    """Return the refusal of a file of `length` bytes, with both figures in megabytes."""
    return TooLarge(
        "web.upload-too-large",
        Message(
            N_("The file has %(size)s MB; at most %(most)s MB are accepted."),
            {"size": -(-length // 2**20), "most": settings.UPLOAD_LIMIT // 2**20},
        ),
    )


def disk_full() -> Unavailable:
    """Return the refusal of a node whose disk is full."""
    return Unavailable(
        "web.disk-full",
        N_("There is no room on the node's disk; tell the administrator. Nothing was lost."),
    )


def _begin(upload: Upload) -> PartialBlob:
    return letters.blob_store().begin(str(upload.pk), limit=upload.length)


def find(owner: str, upload_id: UUID) -> Upload:
    """Return the owner's upload; NotFound `web.no-upload` for anybody else and once expired."""
    found = Upload.objects.filter(
        pk=upload_id, owner=owner, expires_at__gt=clock.current().now()
    ).first()
    if found is None:
        raise NotFound(
            "web.no-upload", N_("This upload is not here any more; send the file again.")
        )
    return found


def offset(upload: Upload) -> int:
    """Return how many bytes have come; NotFound `web.no-upload` when the file is gone."""
    if upload.digest:
        return upload.length
    try:
        return letters.blob_store().resume(str(upload.pk)).offset()
    except NotFound:
        raise NotFound(
            "web.no-upload", N_("This upload is not here any more; send the file again.")
        ) from None


def check(upload: Upload, at: int, length: int) -> int:
    """Return where the upload stands, which must be `at`; before a byte of the body is read.

    Raises Refused `blobs.offset`, TooLarge `web.upload-overrun` when more than declared would come.
    """
    return check_place(offset(upload), at, length, whole=upload.length)


def receive(upload: Upload, at: int, read: Callable[[int], bytes], length: int) -> int:
    """Write up to `length` bytes from `read` at offset `at`; return the new offset.

    Fewer come when the line is cut: what came is kept. Raises what `check` raises, and Locked
    `blobs.busy` while another request writes.
    """
    here = check(upload, at, length)
    if upload.digest or not length:
        return here
    let_go()
    partial = letters.blob_store().resume(str(upload.pk), limit=upload.length)
    try:
        return write(partial, here, read, length)
    except NotFound:
        raise NotFound("web.no-upload") from None


def finish(upload: Upload) -> Upload:
    """Look at the whole file, make it a durable blob, and return the row that says so.

    A file that cannot be a page is dropped with its row, and the reason of
    `letters.api.inspect_file` is raised. Harmless when it was finished already.
    """
    if upload.digest:
        return upload
    partial = letters.blob_store().resume(str(upload.pk), limit=upload.length)
    try:
        facts = letters.inspect_file(partial.path)
    except FileNotFoundError:
        return _finished_by_another(upload)
    except PishkhanError as error:
        if error.permanent:
            discard(upload)
        raise
    try:
        blob = partial.finish()
    except NotFound:
        return _finished_by_another(upload)
    _note(upload, blob.digest, facts)
    return upload


def _note(upload: Upload, digest: str, facts: FileFacts) -> None:
    upload.offset = upload.length
    upload.digest = digest
    upload.media_type = facts.media_type
    upload.leaves = facts.leaves
    upload.expires_at = clock.current().now() + FINISHED
    Upload.objects.filter(pk=upload.pk).update(
        offset=upload.offset,
        digest=upload.digest,
        media_type=upload.media_type,
        leaves=upload.leaves,
        expires_at=upload.expires_at,
    )


def _finished_by_another(upload: Upload) -> Upload:
    upload.refresh_from_db()
    if not upload.digest:
        raise NotFound("web.no-upload")
    return upload


def discard(upload: Upload) -> None:
    """Drop an upload and, unless it became a blob, its bytes."""
    _begin(upload).discard()
    Upload.objects.filter(pk=upload.pk).delete()


def all_facts(owner: str, digests: Sequence[str]) -> list[PageRef]:
    """Return the owner's finished files as pages, in the order asked for. One query.

    Type, leaves and size are what the node saw, never what a browser said. A digest that the
    owner did not send is Invalid `web.unknown-page` with field `pages`: knowing it gets nothing.
    """
    rows = Upload.objects.filter(
        owner=owner, digest__in=set(digests), expires_at__gt=clock.current().now()
    ).values_list("digest", "media_type", "length", "leaves", "name")
    known = {row[0]: PageRef(*row[:4], name=row[4]) for row in rows if row[0]}
    if any(digest not in known for digest in digests):
        raise Invalid(
            "web.unknown-page",
            fields={"pages": N_("A page is no longer here; upload it again.")},
        )
    return [known[digest] for digest in digests]


def purge(limit: int = 500) -> int:
    """Remove expired uploads, and the bytes of those that never came whole; return how many.

    Called by the worker. Blobs stay: a letter may have them; `collect` removes what none has.
    What a parked letter names lives on with it.
    """
    now = clock.current().now()
    _renew(now)
    gone = 0
    for upload in Upload.objects.filter(expires_at__lte=now).order_by("expires_at")[:limit]:
        discard(upload)
        gone += 1
    # What a crash left has no row; no upload under way is this old.
    letters.blob_store().discard_partials(before=now - 2 * UNFINISHED)
    return gone


RENEWED = timedelta(hours=1)
"""So long before its end an upload is renewed: several rounds of the worker."""


def _renew(now: datetime) -> None:
    """Let the uploads live on that a saved form of their owner names."""
    ending = Upload.objects.filter(expires_at__lte=now + RENEWED).exclude(digest="")
    owners = set(ending.values_list("owner", flat=True))
    for owner, data in SavedForm.objects.filter(owner__in=owners).values_list("owner", "data"):
        ending.filter(owner=owner, digest__in=named_in(data)).update(expires_at=now + FINISHED)


_DIGEST = re.compile(r"(?<![0-9a-f])[0-9a-f]{64}(?![0-9a-f])")


def named_in(data: object) -> set[str]:
    """Return what looks like a file's name in a saved form."""
    return set(_DIGEST.findall(json.dumps(data)))


def _clean(name: str) -> str:
    try:
        own = clean_line(name.replace("\\", "/").rpartition("/")[2][:2000], max=2000)
    except Invalid:
        return ""
    return own[:160].strip()
