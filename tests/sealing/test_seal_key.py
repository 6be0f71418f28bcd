"""The node's seal key: made once, kept, never made again in silence."""

from __future__ import annotations

import multiprocessing
import stat
import subprocess
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519

from pishkhan.kernel import durable
from pishkhan.kernel.errors import Unavailable
from pishkhan.sealing import api
from pishkhan.sealing.logic import seal_key


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path
    return tmp_path


def key_file(home: Path) -> Path:
    return home / "keys" / "seal.key"


def marker(home: Path) -> Path:
    return home / "seal-key.registered"


def code() -> str:
    with pytest.raises(Unavailable) as caught:
        api.seal_recipient()
    assert caught.value.permanent
    with pytest.raises(Unavailable, match=caught.value.code):
        api.unseal(b"")
    return caught.value.code


def test_the_key_is_made_once_and_kept(home):
    first = api.seal_recipient()
    data = key_file(home).read_bytes()
    assert api.seal_recipient() == first == api.check_recipient(first)
    assert key_file(home).read_bytes() == data
    assert marker(home).read_text() == f"{first}\n"


def test_only_the_owner_may_read_it_and_nothing_else_is_left(home):
    api.seal_recipient()
    assert stat.S_IMODE(key_file(home).stat().st_mode) == 0o600
    assert stat.S_IMODE(key_file(home).parent.stat().st_mode) == 0o700
    assert [file.name for file in (home / "keys").iterdir()] == ["seal.key"]
    assert key_file(home).stat().st_nlink == 1


def test_the_program_age_knows_the_file_and_its_recipient(home):
    recipient = api.seal_recipient()
    words = ["age-keygen", "-y", str(key_file(home))]
    told = subprocess.run(words, check=True, capture_output=True, text=True)
    assert told.stdout == f"{recipient}\n"
    assert key_file(home).read_text().startswith(f"# public key: {recipient}\n")


def test_a_file_that_age_wrote_is_taken_with_its_remarks(home):
    (home / "keys").mkdir()
    words = ["age-keygen", "-o", str(key_file(home))]
    told = subprocess.run(words, check=True, capture_output=True, text=True)
    assert told.stderr.strip().endswith(api.seal_recipient())
    assert marker(home).read_text() == f"{api.seal_recipient()}\n"


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o604, 0o620, 0o601])
def test_a_key_that_others_may_reach_is_refused(home, mode):
    first = api.seal_recipient()
    key_file(home).chmod(mode)
    assert code() == "sealing.key-readable"
    key_file(home).chmod(0o600)
    assert api.seal_recipient() == first


def test_a_lost_key_is_noticed_at_once_and_not_made_again_in_silence(home):
    first = api.seal_recipient()
    data = key_file(home).read_bytes()
    key_file(home).unlink()
    assert code() == "sealing.key-lost"
    assert not key_file(home).exists()
    key_file(home).parent.rmdir()
    assert code() == "sealing.key-lost"
    durable.make_dir(home / "keys")
    durable.write_file(key_file(home), data)
    assert api.seal_recipient() == first


def test_another_key_in_its_place_is_noticed_at_once(home):
    api.seal_recipient()
    key_file(home).write_text(f"{x25519.Identity.generate()}\n")
    assert code() == "sealing.key-lost"


@pytest.mark.parametrize("said", [b"", b"age1\n", b"\xff\xfe"])
def test_a_marker_that_names_another_key_or_none_is_noticed(home, said):
    api.seal_recipient()
    marker(home).write_bytes(said)
    assert code() == "sealing.key-lost"
    assert marker(home).read_bytes() == said


def test_a_damaged_key_is_refused_without_showing_it(home):
    recipient = api.seal_recipient()
    whole = key_file(home).read_text()
    secret = whole.splitlines()[1]
    other = "Q" if secret[30] != "Q" else "P"
    for text in (
        "",
        "# public key: only\n",
        whole[:-20],
        f"{secret[:30]}{other}{secret[31:]}\n",
        f"{secret}\n{secret}\n",
        f"{secret} {secret}\n",
        f"{recipient}\n",
        "گ" * 40,
    ):
        key_file(home).write_text(text)
        with pytest.raises(Unavailable) as caught:
            api.seal_recipient()
        assert caught.value.code == code() == "sealing.key-damaged"
        assert caught.value.__cause__ is None
        assert secret[16:30] not in f"{caught.value!r} {caught.value.message!r}"
    key_file(home).write_text(whole)
    assert api.seal_recipient() == recipient


class Crash(BaseException):
    """The power goes."""


@pytest.mark.parametrize("step", range(1, 7))
def test_a_crash_at_any_step_leaves_a_node_with_one_key(home, monkeypatch, step):
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
        api.seal_recipient()
    monkeypatch.undo()
    there = key_file(home).read_bytes() if key_file(home).exists() else None
    first = _recipient(home)
    assert there in {None, key_file(home).read_bytes()}
    assert marker(home).read_text() == f"{first}\n"
    assert _recipient(home) == first


def _recipient(home: Path) -> str:
    return str(seal_key.identity(home).to_public())


def test_processes_that_start_together_agree_on_one_key(home):
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        assert len(set(pool.map(_recipient, [home] * 8))) == 1
