"""The form of a bundle: frozen vectors, and what is written is what is read."""

from __future__ import annotations

import hashlib
import json
import random
import struct
import zlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.ids import new_id
from pishkhan.relay import bundle
from pishkhan.relay.bundle import Frame, Have, Manifest, Packer, Part
from pishkhan.relay.dictionary import DICTIONARY_1

VECTORS = json.loads((Path(__file__).parents[1] / "vectors" / "bundle.json").read_text())


def test_the_dictionary_is_the_frozen_one() -> None:
    told = VECTORS["dictionary_1"]
    assert len(DICTIONARY_1) == told["size"] == 1234
    assert hashlib.sha256(DICTIONARY_1).hexdigest() == told["sha256"]


def test_the_frozen_manifest_is_read_and_written_to_the_byte() -> None:
    text = VECTORS["manifest"].encode()
    body, signature = bundle.split(text)
    assert body == VECTORS["body"].encode()
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(VECTORS["key"]))
    key.verify(signature, b"pishkhan/bundle/v1\n" + body)
    assert bundle.write(bundle.read(body)) == body
    assert bundle.text(body, signature) == text
    have = bundle.read(body).have[1]
    assert (have.epoch, have.upto, have.last, have.holes) == (2, 3, 9, ((4, 4), (6, 7)))


def test_the_frozen_part_is_read_and_by_the_norm_alone_as_well() -> None:
    part = bytes.fromhex(VECTORS["part"])
    frames = [Frame(*map(bytes.fromhex, each)) for each in VECTORS["frames"]]
    assert list(bundle.unpack(part)) == frames
    plain = zlib.decompressobj(zdict=DICTIONARY_1).decompress(part)
    for header, payload, signature in frames:
        said = struct.pack(">I", len(header)) + header + struct.pack(">I", len(payload)) + payload
        assert plain.startswith(said + signature)
        plain = plain[len(said) + 64 :]
    assert plain == b""


@given(st.lists(st.tuples(st.binary(max_size=300), st.binary(max_size=300)), max_size=20))
def test_what_is_packed_is_unpacked(given_: list[tuple[bytes, bytes]]) -> None:
    frames = [Frame(header, payload, bytes(64)) for header, payload in given_]
    packer = Packer()
    data = b"".join(packer.add(frame) for frame in frames) + packer.end()
    assert packer.size == len(data)
    assert list(bundle.unpack(data)) == frames
    for damaged in (data[:-1], data + b"x", data[:-1] + bytes([data[-1] ^ 1])):
        with pytest.raises(Invalid, match=r"^relay.bundle"):
            list(bundle.unpack(damaged))


@given(st.sets(st.integers(1, 60)), st.integers(0, 10))
def test_holes_and_what_arrived_make_up_the_stream(numbers: set[int], upto: int) -> None:
    above = sorted(number for number in numbers if number > upto)
    holes = bundle.holes_in(above, upto)
    last = above[-1] if above else upto
    missing = {n for first, end in holes for n in range(first, end + 1)}
    assert missing == set(range(upto + 1, last + 1)) - set(above)
    body = bundle.write(
        Manifest(new_id(), 1, "0" * 16, new_id(), 1, datetime(2026, 11, 1, tzinfo=UTC),
                 (Have(1, new_id(), upto, last, holes),), (Part("envelopes-1", 1, "0" * 64),))
    )  # fmt: skip
    assert bundle.read(body).have[0].holes == holes


def test_a_short_message_gets_short() -> None:
    """The header of a submission takes some 900 bytes; a second one beside it under 200."""
    header = (
        b'{"blobs":["%b"],"created":"2026-11-01T08:30:00.000005Z","epoch":1,"from":"0199c3a1-7c00'
        b'-7000-8000-0000000000%02d","key":"0123456789abcdef","kind":"letter.submitted",'
        b'"kind_version":1,"message":"0199c3a1-7c00-7000-8000-0000000000%02d","origin":"0199c3a1-'
        b'7c00-7000-8000-000000000001","payload":"%b","seal":"age","seq":%d,"size":1000,"subject":'
        b'"0199c3a1-7c00-7000-8000-0000000000%02d","to":"0199c3a1-7c00-7000-8000-000000000007",'
        b'"v":1}'
    )
    sizes = []
    packer = Packer()
    for n in range(10, 40):
        digests = [hashlib.sha256(bytes([n, m])).hexdigest().encode() for m in (1, 2)]
        whole = header % (digests[0], n, n, digests[1], n, n)
        packer.add(Frame(whole, b"", hashlib.sha512(bytes([n])).digest()))
        sizes.append(len(whole))
    packer.end()
    assert packer.size / len(sizes) < 0.45 * (sum(sizes) / len(sizes) + 72)


@pytest.mark.parametrize("count", [1, 20])
def test_sealed_payloads_do_not_spoil_the_code_of_the_words(count: int) -> None:
    chance = random.Random(1)
    frames = []
    for seq in range(count):
        told: dict[str, object] = {
            name: f"0199c3a1-7c00-7000-8{chance.randbytes(2).hex()[1:]}-{chance.randbytes(6).hex()}"
            for name in ("from", "message", "origin", "subject", "to")
        }
        told |= {"blobs": [chance.randbytes(32).hex()], "payload": chance.randbytes(32).hex()}
        header = json.dumps(told | {"seq": seq}, separators=(",", ":")).encode()
        frames.append(Frame(header, chance.randbytes(537), chance.randbytes(64)))
    packer = Packer()
    data = b"".join(map(packer.add, frames)) + packer.end()
    assert list(bundle.unpack(data)) == frames
    pressed = zlib.compressobj(9, zdict=DICTIONARY_1)
    plain = zlib.decompressobj(zdict=DICTIONARY_1).decompress(data)
    one_code = len(pressed.compress(plain) + pressed.flush())
    assert (one_code - len(data)) / count > 10
    # The payload and the signature themselves cost no more than they have.
    words = zlib.compressobj(9, zdict=DICTIONARY_1)
    alone = words.compress(frames[0].header) + words.flush()
    assert len(data) < count * (len(alone) + 537 + 64 + 30)
