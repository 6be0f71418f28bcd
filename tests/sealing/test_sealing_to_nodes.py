"""What is sealed to nodes: the program `age` agrees, and nothing else opens."""

from __future__ import annotations

import errno
import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from pyrage import passphrase, x25519

from pishkhan.kernel.errors import Invalid
from pishkhan.sealing import api

ROOT = Path(__file__).resolve().parents[2]
CHUNK = 64 * 1024  # what age seals at a time
WORDS = "نامه‌ای برای همان گره".encode()
SSH = (
    Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()
    .public_bytes(serialization.Encoding.OpenSSH, serialization.PublicFormat.OpenSSH).decode()
)  # fmt: skip
SIZES = pytest.mark.parametrize(
    "size", [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 2 * CHUNK, 3 * CHUNK + 17]
)


@pytest.fixture(autouse=True)
def home(tmp_path, settings):
    settings.HOME = tmp_path / "home"
    settings.HOME.mkdir()
    return settings.HOME


def age(*words: object, given: bytes) -> bytes:
    """Run the program that is not ours."""
    told = subprocess.run(["age", *map(str, words)], input=given, capture_output=True, check=False)
    assert told.returncode == 0, told.stderr
    return told.stdout


def someone() -> str:
    """Return the recipient of another node."""
    return str(x25519.Identity.generate().to_public())


def data_of(size: int) -> bytes:
    return (b"0123456789abcdef-" * (size // 17 + 1))[:size]


def sealed_stream(data: bytes, *recipients: str) -> bytes:
    target = io.BytesIO()
    api.seal_stream(recipients, io.BytesIO(data), target)
    return target.getvalue()


def unsealed_stream(data: bytes) -> bytes:
    target = io.BytesIO()
    api.unseal_stream(io.BytesIO(data), target)
    return target.getvalue()


SEALS: list[Callable[..., bytes]] = [
    lambda data, *recipients: api.seal_to(recipients, data),
    sealed_stream,
]
OPENS: list[Callable[[bytes], bytes]] = [api.unseal, unsealed_stream]
EITHER_SEALS = pytest.mark.parametrize("seal", SEALS, ids=["bytes", "stream"])
EITHER_OPENS = pytest.mark.parametrize("unseal", OPENS, ids=["bytes", "stream"])


def not_opened(unseal: Callable[[bytes], bytes], data: bytes) -> Invalid:
    with pytest.raises(Invalid) as caught:
        unseal(data)
    assert caught.value.code == "sealing.not-opened"
    assert caught.value.__cause__ is None
    assert caught.value.permanent
    return caught.value


# --- it agrees with age ----------------------------------------------------------------------


@SIZES
@EITHER_SEALS
def test_age_opens_what_is_sealed_here_by_the_key_as_it_lies_there(home, seal, size):
    sealed = seal(data_of(size), api.seal_recipient())
    assert sealed.startswith(b"age-encryption.org/v1\n-> X25519 ")
    assert age("-d", "-i", home / "keys" / "seal.key", given=sealed) == data_of(size)


@SIZES
@EITHER_OPENS
def test_what_age_seals_opens_here(unseal, size):
    assert unseal(age("-r", api.seal_recipient(), given=data_of(size))) == data_of(size)


@EITHER_SEALS
@EITHER_OPENS
def test_each_of_several_recipients_opens_it(tmp_path, settings, seal, unseal):
    homes, recipients = [tmp_path / name for name in "abc"], []
    for settings.HOME in homes:
        settings.HOME.mkdir()
        recipients.append(api.seal_recipient())
    sealed = seal(WORDS, *recipients)
    for settings.HOME in homes:
        assert unseal(sealed) == WORDS
        assert age("-d", "-i", settings.HOME / "keys" / "seal.key", given=sealed) == WORDS


@EITHER_SEALS
def test_it_stands_nowhere_in_clear_and_is_other_bytes_each_time(seal):
    sealed = seal(WORDS, api.seal_recipient())
    assert WORDS not in sealed
    assert api.seal_recipient().encode() not in sealed
    assert seal(WORDS, api.seal_recipient()) != sealed


@EITHER_SEALS
@EITHER_OPENS
def test_as_many_as_may_be_sealed_to_open_it_and_no_more_are_taken(seal, unseal):
    most = [*(someone() for _ in range(63)), api.seal_recipient()]
    assert unseal(seal(WORDS, *most)) == WORDS
    for wrong in ([*most, someone()], []):
        with pytest.raises(ValueError, match="recipients"):
            seal(WORDS, *wrong)


# --- what does not open ----------------------------------------------------------------------


@EITHER_OPENS
def test_a_changed_byte_anywhere_is_noticed(unseal):
    sealed = api.seal_to([api.seal_recipient()], WORDS)
    for at in range(len(sealed)):
        for bit in (0x01, 0x20, 0x80):
            changed = bytearray(sealed)
            changed[at] ^= bit
            not_opened(unseal, bytes(changed))
    assert unseal(sealed) == WORDS


@EITHER_OPENS
def test_a_cut_or_longer_file_is_noticed(unseal):
    for words in (b"", WORDS):
        sealed = api.seal_to([api.seal_recipient()], words)
        for length in range(len(sealed)):
            not_opened(unseal, sealed[:length])
        for more in (b"\0", b"\n", sealed):
            not_opened(unseal, sealed + more)


@EITHER_OPENS
@pytest.mark.parametrize("size", [CHUNK + 1, 2 * CHUNK, 2 * CHUNK + 5])
def test_a_file_cut_between_its_pieces_is_noticed(unseal, size):
    sealed = api.seal_to([api.seal_recipient()], data_of(size))
    body = sealed.index(b"\n", sealed.index(b"\n--- ") + 1) + 1 + 16
    piece = CHUNK + 16
    for end in range(body, len(sealed), piece):
        not_opened(unseal, sealed[:end])
    first, second = sealed[body : body + piece], sealed[body + piece :]
    not_opened(unseal, sealed[:body] + second + first)
    not_opened(unseal, sealed[:body] + first + first + second)
    not_opened(unseal, sealed + b"\0" * 16)


@EITHER_OPENS
def test_what_is_sealed_to_others_does_not_open(unseal):
    not_opened(unseal, api.seal_to([someone()], WORDS))
    not_opened(unseal, age("-r", someone(), "-r", someone(), given=WORDS))
    not_opened(unseal, age("-r", SSH, given=WORDS))
    not_opened(unseal, passphrase.encrypt(WORDS, "a passphrase of the tests"))


@EITHER_OPENS
def test_nothing_and_what_is_not_of_age_does_not_open(unseal):
    api.seal_recipient()

    @given(
        st.binary(max_size=300)
        | st.binary(max_size=300).map(lambda data: b"age-encryption.org/v1\n" + data)
        | st.binary(max_size=300).map(lambda data: b"age-encryption.org/v1\n" + data + b"\n--- ")
        | st.lists(
            st.sampled_from(
                [b"-> X25519 ", b"-> scrypt ", b"A" * 43, b"A" * 64, b"--- ", b"\n", b" "]
            )
        ).map(lambda words: b"age-encryption.org/v1\n" + b"".join(words) + b"\n--- " + b"A" * 43)
    )
    def check(data: bytes) -> None:
        not_opened(unseal, data)

    check()
    not_opened(unseal, b"")


@EITHER_OPENS
def test_the_armoured_form_of_age_is_not_taken(home, unseal):
    armoured = age("-a", "-r", api.seal_recipient(), given=WORDS)
    assert age("-d", "-i", home / "keys" / "seal.key", given=armoured) == WORDS
    not_opened(unseal, armoured)


@EITHER_OPENS
def test_a_header_above_8_kib_is_not_read(home, unseal):
    """Else the time that the library takes for it would be its sender's to choose."""
    words: list[object] = [word for _ in range(100) for word in ("-r", someone())]
    sealed = age(*words, "-r", api.seal_recipient(), given=WORDS)
    assert sealed.index(b"\n--- ") > 8 * 1024
    assert age("-d", "-i", home / "keys" / "seal.key", given=sealed) == WORDS
    not_opened(unseal, sealed)


def test_no_more_than_8_kib_are_taken_of_a_stream_that_is_not_of_age():
    for begun in (b"age-encryption.org/v1\n-> X25519 ", b"age-encryption.org/v1", b"PK"):
        source = io.BytesIO(begun + b"A" * 100_000)
        with pytest.raises(Invalid, match=r"sealing\.not-opened"):
            api.unseal_stream(source, io.BytesIO())
        assert source.tell() <= 8 * 1024


def test_why_it_does_not_open_is_told_nobody():
    sealed = api.seal_to([api.seal_recipient()], WORDS)
    told = {
        not_opened(unseal, data).message.render(str)
        for unseal in OPENS
        for data in (b"", b"rubbish", sealed[:-1], api.seal_to([someone()], WORDS))
    }
    assert len(told) == 1


# --- streams ---------------------------------------------------------------------------------


def test_what_was_written_before_a_fault_is_only_a_part():
    sealed = bytearray(api.seal_to([api.seal_recipient()], data_of(300_000)))
    sealed[-1] ^= 1
    target = io.BytesIO()
    with pytest.raises(Invalid, match=r"sealing\.not-opened"):
        api.unseal_stream(io.BytesIO(sealed), target)
    assert data_of(300_000).startswith(target.getvalue())
    assert 0 < len(target.getvalue()) < 300_000


def test_a_stream_is_taken_from_where_it_stands():
    source, target = io.BytesIO(b"before" + WORDS), io.BytesIO()
    source.seek(6)
    target.write(b"head")
    api.seal_stream([api.seal_recipient()], source, target)
    assert target.getvalue().startswith(b"headage-encryption.org")
    target.seek(4)
    opened = io.BytesIO()
    api.unseal_stream(target, opened)
    assert opened.getvalue() == WORDS


class Dripping(io.BytesIO):
    """Gives and takes a few bytes at a time, as a pipe or a socket may."""

    def read(self, size: int | None = -1, /) -> bytes:
        return super().read(7 if size is None or size < 0 else min(size, 7))

    def write(self, data: Any, /) -> int:
        return super().write(bytes(data[:1000]))


def test_streams_that_give_and_take_little_at_a_time_do():
    sealed, opened = Dripping(), Dripping()
    api.seal_stream([api.seal_recipient()], Dripping(data_of(70_000)), sealed)
    sealed.seek(0)
    api.unseal_stream(sealed, opened)
    assert opened.getvalue() == data_of(70_000)


class Interrupted(BaseException):
    """Somebody stops the program."""


class Failing(io.BytesIO):
    """A stream on a disk that goes after some bytes."""

    def __init__(self, data: bytes, fault: BaseException, after: int = 100_000) -> None:
        super().__init__(data)
        self.fault, self.after = fault, after

    def read(self, size: int | None = -1, /) -> bytes:
        if self.tell() >= self.after:
            raise self.fault
        return super().read(size)

    def write(self, data: Any, /) -> int:
        if self.tell() >= self.after:
            raise self.fault
        return super().write(data)


@pytest.mark.parametrize("after", [0, 100_000])
@pytest.mark.parametrize("fault", [OSError(errno.ENOSPC, "full"), ValueError(), Interrupted()])
def test_what_fails_in_a_stream_is_told_as_it_is(fault, after):
    recipients, data = [api.seal_recipient()], data_of(300_000)
    sealed = api.seal_to(recipients, data)
    acts: list[Callable[[], None]] = [
        lambda: api.seal_stream(recipients, Failing(data, fault, after), io.BytesIO()),
        lambda: api.seal_stream(recipients, io.BytesIO(data), Failing(b"", fault, after)),
        lambda: api.unseal_stream(Failing(sealed, fault, after), io.BytesIO()),
        lambda: api.unseal_stream(io.BytesIO(sealed), Failing(b"", fault, after)),
    ]
    for act in acts:
        with pytest.raises(type(fault)) as caught:
            act()
        assert caught.value is fault


MEASURED = """
import hashlib, json, re, sys
from pathlib import Path
from django.conf import settings
settings.configure(HOME=Path(sys.argv[1]))
from pishkhan.sealing import api

class Long:
    def __init__(self, size):
        self.left, self.seen = size, hashlib.sha256()
    def read(self, size):
        piece = b"z" * min(size, self.left)
        self.left -= len(piece)
        self.seen.update(piece)
        return piece

class Sink:
    def __init__(self):
        self.size, self.seen = 0, hashlib.sha256()
    def write(self, data):
        self.size += len(data)
        self.seen.update(data)
        return len(data)
    def flush(self):
        pass

def highest():
    return int(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])

def both(size):
    long, sink, file = Long(size), Sink(), Path(sys.argv[1]) / "sealed"
    with file.open("wb") as target:
        api.seal_stream([api.seal_recipient()], long, target)
    with file.open("rb") as source:
        api.unseal_stream(source, sink)
    assert sink.size == size and sink.seen.digest() == long.seen.digest()

both(1 << 20)
before = highest()
both(64 << 20)
print(json.dumps(highest() - before))
"""


def test_a_stream_of_64_mb_takes_no_more_memory_than_one_of_1_mb(home):
    told = subprocess.run(
        [sys.executable, "-c", MEASURED, home], capture_output=True, check=False,
        env={"PYTHONPATH": str(ROOT / "src"), "PATH": ""},
    )  # fmt: skip
    assert told.returncode == 0, told.stderr.decode()
    assert json.loads(told.stdout) < 4 * 1024  # kB
