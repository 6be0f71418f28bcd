"""Content-addressed files: written once, named by SHA-256, streamed both ways.

Layout under the root: `ab/<digest>` for blobs, `partial/` for uploads under way and temporary
files. A blob's name appears only after its bytes are on the disk, so whatever stands under a
digest is whole. What a crash leaves is confined to `partial/`.

One level of 256 folders, made at once: with two levels nearly each new file made a folder, and a
new folder has to be synced in its own parent. Ten million files are 40,000 a folder, which every
file system with indexed folders takes in its stride.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO

from pishkhan.kernel.durable import create_new, fsync_dir, make_dir, try_lock, write_all
from pishkhan.kernel.errors import N_, Invalid, NotFound, Refused, TooLarge

_DIGEST = re.compile(r"[0-9a-f]{64}")
_UPLOAD_ID = re.compile(r"[0-9A-Za-z][0-9A-Za-z-]{7,63}")
_CHUNK = 65536
_BINARY = getattr(os, "O_BINARY", 0)


@dataclass(frozen=True, slots=True)
class Blob:
    """What was stored: lower-case hexadecimal SHA-256, and size in bytes."""

    digest: str
    size: int


class BlobStore:
    """A directory of blobs. Any number of processes may share one."""

    def __init__(self, root: Path) -> None:
        self.root = Path(root)
        self._partial = self.root / "partial"
        self._has_folders = False

    def put(self, chunks: Iterable[bytes], *, limit: int | None = None) -> Blob:
        """Store a stream and return its digest and size; durable on return.

        One pass, no whole file in memory. A known digest keeps its old file. Raises TooLarge
        (`blobs.too-large`) once more than `limit` bytes came; nothing is left behind then.
        """
        temporary, fd = self._temporary()
        digest, size = hashlib.sha256(), 0
        try:
            try:
                for chunk in chunks:
                    size += len(chunk)
                    _check_limit(size, limit)
                    digest.update(chunk)
                    write_all(fd, chunk)
                os.fsync(fd)
            finally:
                os.close(fd)
            return self.settle(temporary, Blob(digest.hexdigest(), size))
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise

    def path(self, digest: str) -> Path:
        """Return where a digest lives, there or not; Invalid (`blobs.digest`) if malformed."""
        if _DIGEST.fullmatch(digest) is None:
            raise Invalid("blobs.digest", N_("This is not the name of a stored file."))
        return self.root / digest[:2] / digest

    def open(self, digest: str) -> BinaryIO:
        """Return the blob open for reading; NotFound (`blobs.not-found`)."""
        try:
            return self.path(digest).open("rb")
        except FileNotFoundError:
            raise _not_found() from None

    def exists(self, digest: str) -> bool:
        """Return whether the blob is here."""
        return self.path(digest).is_file()

    def size(self, digest: str) -> int:
        """Return the size in bytes; NotFound (`blobs.not-found`)."""
        try:
            return self.path(digest).stat().st_size
        except FileNotFoundError:
            raise _not_found() from None

    def iter_chunks(self, digest: str, chunk: int = _CHUNK) -> Iterator[bytes]:
        """Yield the blob in pieces of at most `chunk` bytes; NotFound at the first."""
        with self.open(digest) as file:
            while piece := file.read(chunk):
                yield piece

    def verify(self, digest: str) -> bool:
        """Return whether the bytes on the disk still have this digest; NotFound if gone."""
        found = hashlib.sha256()
        for piece in self.iter_chunks(digest):
            found.update(piece)
        return found.hexdigest() == digest

    def begin(self, upload_id: str, *, limit: int | None = None) -> PartialBlob:
        """Return the upload of this id, new or as it was left, at its `offset()`.

        `upload_id`: 8–64 letters, digits and dashes, such as a UUID; else Invalid
        (`blobs.upload-id`). `limit` is the most bytes it may come to.
        """
        path = self._upload_path(upload_id)
        try:
            os.close(create_new(path))
        except FileExistsError:
            pass
        except FileNotFoundError:
            make_dir(self._partial)
            return self.begin(upload_id, limit=limit)
        return PartialBlob(self, path, limit)

    def resume(self, upload_id: str, *, limit: int | None = None) -> PartialBlob:
        """Return an upload that was begun; NotFound (`blobs.not-found`) when there is none."""
        path = self._upload_path(upload_id)
        if not path.is_file():
            raise _not_found()
        return PartialBlob(self, path, limit)

    def discard_partials(self, *, before: datetime) -> int:
        """Remove what lies in `partial/` untouched since `before`; return how many files."""
        removed = 0
        for path in self._partial.iterdir() if self._partial.is_dir() else ():
            try:
                if path.stat().st_mtime < before.timestamp():
                    path.unlink()
                    removed += 1
            except FileNotFoundError:
                continue
        return removed

    def _upload_path(self, upload_id: str) -> Path:
        if _UPLOAD_ID.fullmatch(upload_id) is None:
            raise Invalid("blobs.upload-id", N_("This is not the name of an upload."))
        return self._partial / f"up-{upload_id}"

    def _temporary(self) -> tuple[Path, int]:
        path = self._partial / f"put-{secrets.token_hex(16)}"
        try:
            return path, create_new(path)
        except FileNotFoundError:
            make_dir(self._partial)
            return path, create_new(path)

    def settle(self, temporary: Path, blob: Blob) -> Blob:
        """Give a synced file of `partial/` its name, and make the name durable.

        For this file's own use: it trusts that the bytes have the digest.

        Also with a known digest the directory is synced: another process may have renamed
        the same bytes a moment ago and not have come to its own sync yet.
        """
        self._make_folders()
        target = self.path(blob.digest)
        try:
            # A file of another size under this name is damaged; the good bytes replace it.
            known = target.stat().st_size == blob.size
            if known:
                os.utime(target)  # it is new again: what is old and unused is collected
        except FileNotFoundError:
            known = False
        if known:
            temporary.unlink()
        else:
            temporary.replace(target)
        fsync_dir(target.parent)
        return blob

    def _make_folders(self) -> None:
        """Make every folder, durable in the root; once in a process, for others may have died."""
        if self._has_folders:
            return
        make_dir(self.root)
        for number in range(256):
            (self.root / f"{number:02x}").mkdir(mode=0o700, exist_ok=True)
        fsync_dir(self.root)
        self._has_folders = True


class PartialBlob:
    """An upload that comes in pieces, perhaps over several requests, processes and days.

    Pieces are synced by `finish` only. After a power cut the offset may fall back, and the
    sender goes on from there.
    """

    def __init__(self, store: BlobStore, path: Path, limit: int | None) -> None:
        self._store = store
        self._path = path
        self._limit = limit
        # Kept while this object has seen every byte; otherwise `finish` reads the file again.
        self._seen = 0
        self._hash = hashlib.sha256()

    @property
    def path(self) -> Path:
        """Where the bytes lie until `finish`, to be looked at before they become a blob."""
        return self._path

    def offset(self) -> int:
        """Return how many bytes are here; NotFound (`blobs.not-found`) once it is gone."""
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            raise _not_found() from None

    def append(self, offset: int, data: bytes) -> int:
        """Add `data` at `offset` and return the new offset.

        Raises Refused: `blobs.offset` when the upload stands elsewhere, `blobs.busy` when
        another request is writing to it now. TooLarge (`blobs.too-large`) removes the upload.
        """
        try:
            with self._locked() as fd:
                return self._append(fd, offset, data)
        except TooLarge:
            self.discard()  # only now: Windows removes no file that is open
            raise

    def _append(self, fd: int, offset: int, data: bytes) -> int:
        here = os.fstat(fd).st_size
        if here != offset:
            raise Refused("blobs.offset", N_("The upload stands at another place."))
        _check_limit(here + len(data), self._limit)
        os.lseek(fd, here, os.SEEK_SET)
        try:
            write_all(fd, data)
        except OSError:
            os.ftruncate(fd, here)
            raise
        if self._seen == here:
            self._hash.update(data)
            self._seen += len(data)
        return here + len(data)

    def finish(self) -> Blob:
        """Make the upload a blob, durable, and return it; NotFound once it is gone."""
        with self._locked() as fd:
            os.fsync(fd)
            size = os.fstat(fd).st_size
            if self._seen == size:
                digest = self._hash.hexdigest()
            else:
                os.lseek(fd, 0, os.SEEK_SET)
                with os.fdopen(os.dup(fd), "rb") as file:
                    digest = hashlib.file_digest(file, "sha256").hexdigest()
            blob = Blob(digest, size)
            if os.name != "nt":
                return self._store.settle(self._path, blob)
        # Windows renames no file that is open.
        return self._store.settle(self._path, blob)

    def discard(self) -> None:
        """Remove the upload; harmless when it is gone already."""
        self._path.unlink(missing_ok=True)

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Open the file alone: a sender that lost patience sends while its old request runs."""
        try:
            fd = os.open(self._path, os.O_RDWR | _BINARY)
        except FileNotFoundError:
            raise _not_found() from None
        try:
            if not try_lock(fd):
                raise Refused(
                    "blobs.busy", N_("The upload is being written to now."), permanent=False
                )
            yield fd
        finally:
            os.close(fd)


def _check_limit(size: int, limit: int | None) -> None:
    if limit is not None and size > limit:
        raise TooLarge("blobs.too-large")


def _not_found() -> NotFound:
    return NotFound("blobs.not-found", N_("The file is not here."))
