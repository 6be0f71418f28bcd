import multiprocessing
import stat
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec

from pishkhan.kernel import durable
from pishkhan.kernel.errors import Unavailable
from pishkhan.sealing import api
from pishkhan.sealing.logic import keys


@pytest.fixture(autouse=True)
def nothing_in_memory():
    keys.forget()
    yield
    keys.forget()


def restart() -> None:
    keys.forget()


def key_file(home: Path) -> Path:
    return home / "keys" / "relay.key"


def code(home: Path) -> str:
    with pytest.raises(Unavailable) as caught:
        api.ensure_node_key(home)
    assert caught.value.permanent
    return caught.value.code


def test_the_key_is_made_once_and_kept(tmp_path):
    first = api.ensure_node_key(tmp_path)
    data = key_file(tmp_path).read_bytes()
    restart()
    assert api.ensure_node_key(tmp_path) == first
    assert key_file(tmp_path).read_bytes() == data
    assert len(first.public_key) == 32
    assert first.key_id == sha256(first.public_key).hexdigest()[:16]


def test_only_the_owner_may_read_the_key_and_nothing_else_is_left(tmp_path):
    api.ensure_node_key(tmp_path)
    assert stat.S_IMODE(key_file(tmp_path).stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file(tmp_path).parent.stat().st_mode) == 0o700
    assert [file.name for file in (tmp_path / "keys").iterdir()] == ["relay.key"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_a_key_that_others_may_reach_is_refused(tmp_path, mode):
    first = api.ensure_node_key(tmp_path)
    key_file(tmp_path).chmod(mode)
    restart()
    assert code(tmp_path) == "sealing.key-readable"
    key_file(tmp_path).chmod(0o600)
    assert api.ensure_node_key(tmp_path) == first


def test_a_lost_key_is_not_made_again_in_silence(tmp_path):
    api.ensure_node_key(tmp_path)
    key_file(tmp_path).unlink()
    restart()
    assert code(tmp_path) == "sealing.key-lost"
    assert not key_file(tmp_path).exists()
    key_file(tmp_path).parent.rmdir()
    assert code(tmp_path) == "sealing.key-lost"


def test_another_key_in_its_place_is_noticed(tmp_path):
    api.ensure_node_key(tmp_path / "a")
    api.ensure_node_key(tmp_path / "b")
    key_file(tmp_path / "a").write_bytes(key_file(tmp_path / "b").read_bytes())
    restart()
    assert code(tmp_path / "a") == "sealing.key-lost"


def test_a_damaged_key_is_refused_without_showing_it(tmp_path):
    api.ensure_node_key(tmp_path)
    other = ec.generate_private_key(ec.SECP256R1()).private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    for data in (b"", b"\x00" * 64, key_file(tmp_path).read_bytes()[:60], other):
        key_file(tmp_path).write_bytes(data)
        restart()
        assert code(tmp_path) == "sealing.key-damaged"


class Crash(BaseException):
    """The power goes."""


@pytest.mark.parametrize("step", range(1, 6))
def test_a_crash_at_any_step_leaves_a_node_that_starts_with_one_key(tmp_path, monkeypatch, step):
    taken = iter(range(1, 100))

    def counted(function: Any) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            if next(taken) == step:
                raise Crash
            return function(*args, **kwargs)

        return call

    monkeypatch.setattr(durable, "make_dir", counted(durable.make_dir))
    monkeypatch.setattr(durable, "write_file", counted(durable.write_file))
    monkeypatch.setattr(durable, "fsync_dir", counted(durable.fsync_dir))
    monkeypatch.setattr(Path, "hardlink_to", counted(Path.hardlink_to))
    with pytest.raises(Crash):
        api.ensure_node_key(tmp_path)
    monkeypatch.undo()
    there = key_file(tmp_path).read_bytes() if key_file(tmp_path).exists() else None
    restart()
    first = api.ensure_node_key(tmp_path)
    assert there in {None, key_file(tmp_path).read_bytes()}
    restart()
    assert api.ensure_node_key(tmp_path) == first


def _ensure(home: Path) -> str:
    keys.forget()
    return api.ensure_node_key(home).key_id


def test_processes_that_start_together_agree_on_one_key(tmp_path):
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert len(set(pool.map(_ensure, [tmp_path] * 8))) == 1
