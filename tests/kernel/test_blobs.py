import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pishkhan.kernel import blobs, durable
from pishkhan.kernel.blobs import Blob, BlobStore
from pishkhan.kernel.errors import Invalid, NotFound, Refused, TooLarge

DATA = os.urandom(200_000)
DIGEST = hashlib.sha256(DATA).hexdigest()
UPLOAD = "0192f0c1-1111-7abc-8def-0123456789ab"


def pieces(data: bytes, size: int = 7000) -> Iterator[bytes]:
    return (data[i : i + size] for i in range(0, len(data), size))


def leftovers(store: BlobStore) -> list[str]:
    return sorted(p.name for p in (store.root / "partial").iterdir())


@pytest.fixture
def store(tmp_path: Path) -> BlobStore:
    return BlobStore(tmp_path / "blobs")


def test_stream_is_stored_under_its_digest_and_read_back(store: BlobStore):
    assert store.put(pieces(DATA)) == Blob(DIGEST, len(DATA))
    assert store.path(DIGEST) == store.root / DIGEST[:2] / DIGEST
    assert store.exists(DIGEST)
    assert store.size(DIGEST) == len(DATA)
    assert b"".join(store.iter_chunks(DIGEST, chunk=1000)) == DATA
    with store.open(DIGEST) as file:
        assert file.read() == DATA
    assert leftovers(store) == []


def test_empty_stream_is_a_blob_too(store: BlobStore):
    blob = store.put([])
    assert blob == Blob(hashlib.sha256().hexdigest(), 0)
    assert store.verify(blob.digest)


def test_known_digest_keeps_its_old_file(store: BlobStore):
    store.put([DATA])
    before = store.path(DIGEST).stat()
    store.put([DATA])
    assert store.path(DIGEST).stat().st_ino == before.st_ino
    assert leftovers(store) == []


def test_cut_off_file_under_a_digest_is_healed_by_the_next_put(store: BlobStore):
    store.put([DATA])
    store.path(DIGEST).write_bytes(DATA[:10])
    assert not store.verify(DIGEST)
    store.put([DATA])
    assert store.verify(DIGEST)


def test_changed_byte_is_found_by_verify(store: BlobStore):
    store.put([DATA])
    assert store.verify(DIGEST)
    store.path(DIGEST).write_bytes(bytes([DATA[0] ^ 1]) + DATA[1:])
    assert not store.verify(DIGEST)


def test_stream_over_the_limit_is_refused_and_leaves_nothing(store: BlobStore):
    assert store.put(pieces(DATA), limit=len(DATA)).size == len(DATA)
    with pytest.raises(TooLarge) as caught:
        store.put(pieces(DATA + b"x"), limit=len(DATA))
    assert caught.value.code == "blobs.too-large"
    assert leftovers(store) == []


def test_stream_that_never_ends_is_stopped_at_the_limit(store: BlobStore):
    taken = 0

    def endless() -> Iterator[bytes]:
        nonlocal taken
        while True:
            taken += 1000
            yield bytes(1000)

    with pytest.raises(TooLarge):
        store.put(endless(), limit=10_000)
    assert taken == 11_000


def test_broken_stream_leaves_nothing(store: BlobStore):
    def broken() -> Iterator[bytes]:
        yield DATA
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.put(broken())
    assert leftovers(store) == []
    assert not store.exists(DIGEST)


@pytest.mark.parametrize(
    "bad", ["", "ab", "../" * 22, "A" * 64, "g" * 64, f"{DIGEST}\n", f"/{DIGEST[1:]}", DIGEST + "0"]
)
def test_what_is_no_digest_never_becomes_a_path(store: BlobStore, bad: str):
    for reach in (store.path, store.open, store.exists, store.size, store.verify):
        with pytest.raises(Invalid) as caught:
            reach(bad)
        assert caught.value.code == "blobs.digest"


def test_missing_blob_is_not_found(store: BlobStore):
    assert not store.exists(DIGEST)
    for reach in (store.open, store.size, store.verify, lambda d: next(store.iter_chunks(d))):
        with pytest.raises(NotFound):
            reach(DIGEST)


def test_name_appears_after_the_bytes_are_synced_and_is_synced_itself(
    store: BlobStore, monkeypatch
):
    store.put([b"directories exist now"])
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_fsync(fd: int) -> None:
        steps.append("dir" if os.path.isdir(f"/dev/fd/{fd}") else "file")  # noqa: PTH112 - a descriptor
        fsync(fd)

    def note_replace(path: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_replace)
    store.put([DATA])
    assert steps == ["file", "rename", "dir"]


def test_folders_of_a_new_store_are_durable_before_the_first_name(store: BlobStore, monkeypatch):
    synced: list[Path] = []

    def note(path: Path) -> None:
        synced.append(path)
        durable.fsync_dir(path)

    monkeypatch.setattr(blobs, "fsync_dir", note)
    store.put([DATA])
    assert store.root in synced
    assert synced[-1] == store.path(DIGEST).parent
    assert len([path for path in store.root.iterdir() if path.is_dir()]) == 257


def test_sixteen_writers_of_the_same_bytes_get_the_same_blob(store: BlobStore):
    with ThreadPoolExecutor(16) as pool:
        blobs = list(pool.map(lambda _: store.put(pieces(DATA)), range(16)))
    assert set(blobs) == {Blob(DIGEST, len(DATA))}
    assert store.verify(DIGEST)
    assert leftovers(store) == []


def test_upload_in_pieces_becomes_the_same_blob(store: BlobStore):
    upload = store.begin(UPLOAD)
    assert upload.offset() == 0
    for piece in pieces(DATA):
        upload.append(upload.offset(), piece)
    assert upload.finish() == Blob(DIGEST, len(DATA))
    assert store.verify(DIGEST)
    assert leftovers(store) == []


def test_upload_goes_on_in_another_process_where_it_stood(store: BlobStore):
    assert store.begin(UPLOAD).append(0, DATA[:1000]) == 1000
    again = BlobStore(store.root).resume(UPLOAD)
    assert again.offset() == 1000
    assert again.append(1000, DATA[1000:]) == len(DATA)
    assert again.finish() == Blob(DIGEST, len(DATA))


def test_piece_written_behind_the_back_of_an_upload_is_in_its_digest(store: BlobStore):
    mine, other = store.begin(UPLOAD), store.begin(UPLOAD)
    mine.append(0, DATA[:1000])
    other.append(1000, DATA[1000:2000])
    mine.append(2000, DATA[2000:])
    assert mine.finish() == Blob(DIGEST, len(DATA))


def test_piece_at_another_offset_is_refused_and_changes_nothing(store: BlobStore):
    upload = store.begin(UPLOAD)
    upload.append(0, b"12345")
    for offset in (0, 4, 6):
        with pytest.raises(Refused) as caught:
            upload.append(offset, b"x")
        assert caught.value.code == "blobs.offset"
    assert upload.offset() == 5


def test_two_requests_never_write_to_one_upload_at_once(store: BlobStore):
    upload = store.begin(UPLOAD)
    fd = os.open(store.root / "partial" / f"up-{UPLOAD}", os.O_RDWR)
    try:
        assert durable.try_lock(fd)
        with pytest.raises(Refused) as caught:
            upload.append(0, b"x")
        assert caught.value.code == "blobs.busy"
        assert not caught.value.permanent
    finally:
        os.close(fd)
    assert upload.append(0, b"x") == 1


def test_upload_over_the_limit_is_refused_and_removed(store: BlobStore):
    upload = store.begin(UPLOAD, limit=10)
    upload.append(0, b"1234567890")
    with pytest.raises(TooLarge):
        upload.append(10, b"1")
    with pytest.raises(NotFound):
        upload.offset()
    assert leftovers(store) == []


def test_upload_over_the_limit_is_closed_before_it_is_removed(
    store: BlobStore, monkeypatch: pytest.MonkeyPatch
):
    steps: list[str] = []
    close, unlink = os.close, Path.unlink

    def closing(fd: int) -> None:
        steps.append("close")
        close(fd)

    def unlinking(path: Path, missing_ok: bool = False) -> None:
        steps.append("unlink")
        unlink(path, missing_ok=missing_ok)

    upload = store.begin(UPLOAD, limit=10)
    monkeypatch.setattr(os, "close", closing)
    monkeypatch.setattr(Path, "unlink", unlinking)
    with pytest.raises(TooLarge):
        upload.append(0, b"12345678901")
    assert steps == ["close", "unlink"]


def test_discarded_upload_is_gone_for_everyone(store: BlobStore):
    upload = store.begin(UPLOAD)
    upload.discard()
    upload.discard()
    for reach in (upload.offset, upload.finish, lambda: store.resume(UPLOAD)):
        with pytest.raises(NotFound):
            reach()
    with pytest.raises(NotFound):
        upload.append(0, b"x")


@pytest.mark.parametrize(
    "bad", ["", "short", "../../../etc/passwd", "a" * 65, "abcdefg/", "-abcdefgh"]
)
def test_what_is_no_upload_id_never_becomes_a_path(store: BlobStore, bad: str):
    with pytest.raises(Invalid, match=r"blobs\.upload-id"):
        store.begin(bad)
    with pytest.raises(Invalid, match=r"blobs\.upload-id"):
        store.resume(bad)


def test_old_leftovers_are_removed_and_young_uploads_stay(store: BlobStore):
    store.begin(UPLOAD).append(0, b"x")
    old = store.root / "partial" / "put-of-a-crash"
    old.write_bytes(b"half")
    day_ago = datetime.now(UTC) - timedelta(days=1)
    os.utime(old, (day_ago.timestamp(), day_ago.timestamp()))
    assert store.discard_partials(before=day_ago + timedelta(hours=1)) == 1
    assert leftovers(store) == [f"up-{UPLOAD}"]


def test_store_that_was_never_used_has_no_leftovers(store: BlobStore):
    assert store.discard_partials(before=datetime.now(UTC)) == 0
