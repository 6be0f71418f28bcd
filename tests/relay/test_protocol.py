"""The header: written one way, read strictly; the vectors are never regenerated."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pishkhan.kernel import canonical
from pishkhan.kernel.errors import Invalid
from pishkhan.relay import protocol
from pishkhan.relay.contracts import Transfer
from pishkhan.relay.protocol import Header
from pishkhan.sealing import api as sealing

VECTORS = json.loads(
    (Path(__file__).parent.parent / "vectors" / "envelope.json").read_text("utf-8")
)


def bytes_of(vector: dict[str, str], name: str) -> bytes:
    return bytes.fromhex(vector[f"{name}_hex"])


@pytest.mark.parametrize("vector", VECTORS["good"], ids=lambda v: v["name"])
def test_good_vectors_are_read_and_written_alike(vector) -> None:
    header, payload = bytes_of(vector, "header"), bytes_of(vector, "payload")
    read = protocol.read(header)
    protocol.check_payload(read, payload)
    assert protocol.write(read) == header
    assert protocol.envelope_id(header, payload) == vector["id"]
    key = bytes.fromhex(VECTORS["public_key_hex"])
    assert sealing.verify(protocol.SIGNED_AS, header, bytes_of(vector, "signature"), key)


@pytest.mark.parametrize("vector", VECTORS["bad"], ids=lambda v: v["name"])
def test_bad_vectors_are_refused_with_their_code(vector) -> None:
    def open_it() -> None:
        read = protocol.read(bytes_of(vector, "header"))
        protocol.check_payload(read, bytes_of(vector, "payload"))

    with pytest.raises(Invalid) as caught:
        open_it()
    assert caught.value.code == vector["code"]


def test_a_header_beyond_its_size_is_not_even_parsed() -> None:
    with pytest.raises(Invalid) as caught:
        protocol.read(b" " * (protocol.MAX_HEADER + 1))
    assert caught.value.code == "relay.header-size"


KINDS = st.from_regex(r"\A[a-z]{1,8}(\.[a-z0-9]{1,8}){1,3}\Z")
DIGESTS = st.binary(min_size=32, max_size=32).map(bytes.hex)
HEADERS = st.builds(
    Header,
    origin=st.uuids(),
    epoch=st.integers(1, 10**6),
    key=st.binary(min_size=8, max_size=8).map(bytes.hex),
    sender=st.uuids(),
    to=st.uuids(),
    seq=st.integers(1, 2**53 - 1),
    message=st.uuids(),
    kind=KINDS,
    version=st.integers(1, 99),
    subject=st.uuids(),
    created=st.datetimes(datetime(1970, 1, 1), datetime(2200, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001 - Hypothesis wants naive bounds
    size=st.integers(0, protocol.MAX_PAYLOAD),
    payload=DIGESTS,
    after=st.lists(st.uuids(), max_size=3, unique=True).map(tuple),
    blobs=st.lists(DIGESTS, max_size=3, unique=True).map(tuple),
    transfer=st.none() | st.builds(Transfer, st.uuids(), st.uuids(), st.integers(1, 999)),
)


@given(HEADERS)
def test_what_is_written_is_read_back(header: Header) -> None:
    assert protocol.read(protocol.write(header)) == header


@given(HEADERS, st.data())
def test_a_header_with_any_field_gone_or_added_is_refused(header, data) -> None:
    fields = canonical.loads(protocol.write(header))
    name = data.draw(st.sampled_from(sorted(fields.keys() - {"after", "blobs", "transfer"})))
    with pytest.raises(Invalid):
        protocol.read(canonical.dumps({k: v for k, v in fields.items() if k != name}))
    with pytest.raises(Invalid):
        protocol.read(canonical.dumps({**fields, "more": 1}))


@given(st.binary(max_size=400))
def test_rubbish_is_refused_and_nothing_else_happens(rubbish: bytes) -> None:
    with pytest.raises(Invalid):
        protocol.read(rubbish)


@given(HEADERS, st.data())
def test_a_value_of_another_type_is_refused(header, data) -> None:
    fields = canonical.loads(protocol.write(header))
    name = data.draw(st.sampled_from(sorted(fields)))
    wrong = data.draw(st.sampled_from([None, True, 1.5, [], {}, "", "x" * 300, -1]))
    with pytest.raises(Invalid):
        protocol.read(canonical.dumps({**fields, name: wrong}))


def test_the_header_of_a_plain_letter_is_small() -> None:
    one = UUID(int=1)
    header = Header(
        origin=one,
        epoch=1,
        key="0" * 16,
        sender=one,
        to=one,
        seq=12345,
        message=one,
        kind="letter.submitted",
        version=1,
        subject=one,
        created=datetime(2026, 11, 1, tzinfo=UTC),
        size=500,
        payload="0" * 64,
    )
    assert len(protocol.write(header)) < 600


RUBBISH: list[object] = [None, 1, True, [], {}, [[]], [{}], {"a": {}}, "x", "", 2**63, -1, "🙂"]
MEMBERS = {*canonical.loads(bytes_of(VECTORS["good"][0], "header")), "after", "blobs", "transfer"}


@pytest.mark.parametrize("value", RUBBISH)
@pytest.mark.parametrize("name", sorted(MEMBERS))
def test_any_value_in_any_place_is_refused_or_read(name: str, value: object) -> None:
    told = canonical.loads(bytes_of(VECTORS["good"][0], "header")) | {name: value}
    try:
        data = canonical.dumps(told)
        found = protocol.read(data)
    except Invalid:
        return
    assert protocol.write(found) == data
