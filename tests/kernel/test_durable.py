import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from pishkhan.kernel import durable


def test_file_is_written_whole_with_its_mode(tmp_path: Path):
    target = tmp_path / "key"
    durable.write_file(target, b"secret")
    assert target.read_bytes() == b"secret"
    if os.name != "nt":
        assert stat.S_IMODE(target.stat().st_mode) == 0o600


def test_chunks_are_joined_and_an_old_file_is_replaced(tmp_path: Path):
    target = tmp_path / "list"
    durable.write_file(target, b"a much longer old text")
    durable.write_file(target, iter([b"new ", b"", b"text"]))
    assert target.read_bytes() == b"new text"
    assert [p.name for p in tmp_path.iterdir()] == ["list"]


def test_source_that_fails_leaves_the_old_file_and_nothing_else(tmp_path: Path):
    target = tmp_path / "list"
    durable.write_file(target, b"old")

    def broken() -> Iterator[bytes]:
        yield b"half"
        raise RuntimeError("the line is down")

    with pytest.raises(RuntimeError, match="line"):
        durable.write_file(target, broken())
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["list"]


def test_full_disk_is_raised_and_leaves_the_old_file(tmp_path: Path, monkeypatch):
    target = tmp_path / "list"
    durable.write_file(target, b"old")

    def full(_fd: int) -> None:
        raise OSError(errno.ENOSPC, "no space")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        durable.write_file(target, b"new")
    assert target.read_bytes() == b"old"
    assert [p.name for p in tmp_path.iterdir()] == ["list"]


def test_bytes_are_synced_before_the_name_and_the_name_after(tmp_path: Path, monkeypatch):
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def note_fsync(fd: int) -> None:
        steps.append("dir" if stat.S_ISDIR(os.fstat(fd).st_mode) else "file")
        fsync(fd)

    def note_replace(path: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", note_fsync)
    monkeypatch.setattr(Path, "replace", note_replace)
    durable.write_file(tmp_path / "x", b"1")
    assert steps == ["file", "rename", "dir"]


def test_short_writes_lose_nothing(tmp_path: Path, monkeypatch):
    write = os.write
    monkeypatch.setattr(os, "write", lambda fd, data: write(fd, data[:3]))
    durable.write_file(tmp_path / "x", b"0123456789")
    assert (tmp_path / "x").read_bytes() == b"0123456789"


def test_directories_are_made_with_their_parents(tmp_path: Path):
    durable.make_dir(tmp_path / "a" / "b" / "c")
    durable.make_dir(tmp_path / "a" / "b" / "c")
    assert (tmp_path / "a" / "b" / "c").is_dir()


def test_lock_is_had_by_one_only_and_ends_with_the_descriptor(tmp_path: Path):
    (tmp_path / "f").write_bytes(b"")
    one, two = (os.open(tmp_path / "f", os.O_RDWR) for _ in range(2))
    try:
        assert durable.try_lock(one)
        assert not durable.try_lock(two)
        os.close(one)
        assert durable.try_lock(two)
    finally:
        os.close(two)
