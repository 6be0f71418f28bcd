"""Promise and path: one value has one form in bytes and in digits, and nothing else is read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.journal.signing import Signer, verify

from pishkhan.journal import commitment, merkle, promise
from pishkhan.journal.checkpoint import BadNote, Checkpoint, KeyKind, sign_checkpoint
from pishkhan.journal.promise import LeafPath, Promise
from pishkhan.journal.slip import BadSlip, Slip
from pishkhan.kernel.money import Epoch

LOG = Signer("pishkhan/0199c3a1-7c00-7a10-8000-00000000000a/1", KeyKind.LOG, b"\1" * 32)
OTHER = Signer("pishkhan/0199c3a1-7c00-7a10-8000-00000000000b/1", KeyKind.LOG, b"\2" * 32)
SLIP = Slip(
    "7214093381260",
    datetime(2026, 11, 22, 7, 12, 30, tzinfo=UTC),
    UUID("0199c3a1-7c00-7a10-8000-00000000000f"),
    b"\7" * 32,
    450_000,
    Epoch.RIAL_1310,
)
HASH = st.binary(min_size=32, max_size=32)
SLIPS = st.builds(
    Slip,
    code=st.integers(0, 10**13 - 1).map("{:013}".format),
    at=st.integers(0, 253402300799).map(
        lambda s: datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=s)
    ),
    agency=st.uuids(),
    pages=HASH,
    fee=st.integers(0, 2**40 - 1),
    epoch=st.sampled_from(Epoch),
)


def opened(slip, *show, further=3):
    header = {
        "actor": "system",
        "at": "2026-11-22T07:12:30.000000Z",
        "kind": "letter.accepted",
        "node": "0199c3a1-7c00-7a10-8000-00000000000a",
        "subject": "0199c3a1-7c00-7a10-8000-00000000000c",
    }
    values = {**header, "slip": slip.value(), **{f"z{i}": i for i in range(further)}}
    salts = b"".join(merkle.leaf_hash(bytes((i,))) for i in range(len(values)))
    opening = commitment.make_opening(
        values, salts, erased=frozenset(), show=frozenset(show or ("slip",))
    )
    names, hashes = commitment.hashes_of(values, salts, erased=frozenset())
    assert len(names) == 6 + further
    return opening, merkle.root(hashes)


def promised(slip=SLIP, hours=24, further=3):
    opening, _ = opened(slip, further=further)
    return promise.make_promise(slip, opening, hours=hours, key=LOG.key, sign=LOG.sign)


def put(data, at, new):
    return data[:at] + new + data[at + len(new) :]


# --- promise -------------------------------------------------------------------------------------


@settings(max_examples=50)
@given(SLIPS, st.integers(0, 255), st.integers(0, 7))
def test_a_promise_is_read_back_and_binds_to_the_entrys_commitment(slip, hours, further):
    made = promised(slip, hours, further)
    data = bytes(made)
    assert len(data) <= 300
    read = promise.read_promise(data)
    assert read == made
    assert bytes(read) == data
    assert read.commit == opened(slip, further=further)[1]
    assert read.slip.value() == slip.value()
    assert promise.is_promised(read, LOG.key, verify)
    assert promise.from_digits(promise.to_digits(data)) == data


def test_the_value_of_a_slip_is_what_the_page_says():
    assert SLIP.value() == {
        "agency": "0199c3a1-7c00-7a10-8000-00000000000f",
        "at": "2026-11-22T07:12:30Z",
        "code": "7214093381260",
        "epoch": "rial",
        "fee": 450_000,
        "pages": "07" * 32,
    }
    assert promised().due == datetime(2026, 11, 23, 7, 12, 30, tzinfo=UTC)


def test_the_bytes_stand_where_the_page_puts_them():
    made = promised(hours=48)
    data = bytes(made)
    assert data[:7] == b"\x01" + LOG.key.id + b"\x09\x04"
    assert data[39:45] == (7214093381260).to_bytes(6, "big")
    assert data[45:50] == (1795331550).to_bytes(5, "big")
    assert data[50:66] == SLIP.agency.bytes
    assert data[66:105] == SLIP.pages + (450_000).to_bytes(5, "big") + b"\x01\x30"
    assert data[105:-64] == b"".join(made.proof)
    assert made.message == b"pishkhan/promise/v1\n" + data[:-64]
    assert data[-64:] == LOG.sign(made.message)
    assert len(data) == 105 + 32 * 4 + 64 == 297


def test_an_entry_of_too_many_fields_is_not_promised():
    assert len(promised(further=10).proof) == 4
    with pytest.raises(BadSlip, match="at most four"):
        promised(further=11)


def test_only_the_opening_of_this_slip_alone_is_promised():
    for opening in (
        opened(SLIP, "slip", "kind")[0],
        opened(SLIP, "kind")[0],
        opened(replace(SLIP, fee=1))[0],
        replace(opened(SLIP)[0], shown=()),
    ):
        with pytest.raises(BadSlip, match="shows something else"):
            promise.make_promise(SLIP, opening, hours=1, key=LOG.key, sign=LOG.sign)
    witness = replace(LOG.key, kind=KeyKind.WITNESS)
    with pytest.raises(BadSlip, match="a log promises"):
        promise.make_promise(SLIP, opened(SLIP)[0], hours=1, key=witness, sign=LOG.sign)


def test_a_promise_of_another_key_is_none():
    made = promised()
    assert not promise.is_promised(made, OTHER.key, verify)
    assert not promise.is_promised(replace(made, key_id=OTHER.key.id), OTHER.key, verify)
    witness = replace(LOG.key, kind=KeyKind.WITNESS)
    as_witness = replace(made, key_id=witness.id)
    signed = replace(as_witness, signature=LOG.sign(as_witness.message))
    assert not promise.is_promised(signed, witness, verify)
    renamed = replace(made, key_id=OTHER.key.id)
    resigned = replace(renamed, signature=LOG.sign(renamed.message))
    assert not promise.is_promised(resigned, LOG.key, verify)
    bare = replace(made, signature=LOG.sign(bytes(made)[:-64]))
    assert not promise.is_promised(bare, LOG.key, verify)


@pytest.mark.parametrize(
    ("at", "new", "said"),
    [
        (0, b"\x02", "no promise"),
        (0, b"\x00", "no promise"),
        (5, b"\x00", "outside its range"),
        (5, b"\x04", "outside its range"),
        (6, b"\x09", "outside its range"),
        (6, b"\x08", "left over"),
        (5, b"\x21", "at most four|missing|left over"),
        (39, (10**13).to_bytes(6, "big"), "outside its range"),
        (45, (253402300800).to_bytes(5, "big"), "outside its range"),
        (103, b"\x00", "outside its range"),
        (103, b"\x03", "outside its range"),
    ],
)
def test_a_promise_with_a_number_outside_its_range_is_refused(at, new, said):
    with pytest.raises(BadSlip, match=said):
        promise.read_promise(put(bytes(promised()), at, new))


def test_a_promise_of_more_than_four_hashes_is_refused_though_its_length_fits():
    data = put(bytes(promised()), 5, b"\x11")
    with pytest.raises(BadSlip, match="at most four"):
        promise.read_promise(data[:-64] + bytes(32) + data[-64:])


def test_a_promise_or_path_of_another_length_is_refused():
    for data, read in (
        (bytes(promised()), promise.read_promise),
        (path_bytes(), promise.read_leaf_path),
    ):
        for end in range(len(data)):
            with pytest.raises(BadSlip):
                read(data[:end])
        for more in (b"\0", bytes(32), bytes(64)):
            with pytest.raises(BadSlip, match="left over"):
                read(data + more)


@pytest.mark.parametrize(
    "change",
    [
        {"code": "721409338126"},
        {"code": "72140933812600"},
        {"code": "۷۲۱۴۰۹۳۳۸۱۲۶۰"},
        {"code": "721409338126 "},
        {"code": "+214093381260"},
        {"at": datetime(2026, 11, 22, 7, 12, 30)},  # noqa: DTZ001 - a time without its zone
        {"at": datetime(2026, 11, 22, 7, 12, 30, tzinfo=timezone(timedelta(hours=3.5)))},
        {"at": datetime(2026, 11, 22, 7, 12, 30, 1, tzinfo=UTC)},
        {"at": datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)},
        {"pages": b"\7" * 31},
        {"fee": -1},
        {"fee": 2**40},
    ],
)
def test_a_slip_that_no_promise_can_hold_is_refused(change):
    with pytest.raises(BadSlip):
        replace(SLIP, **change)


@pytest.mark.parametrize(
    "change",
    [
        {"key_id": b"123"},
        {"key_id": b"12345"},
        {"salt": b"\1" * 31},
        {"signature": b"\1" * 63},
        {"signature": b"\1" * 65},
        {"hours": -1},
        {"hours": 256},
        {"place": -1},
        {"place": 9},
        {"size": 256},
        {"proof": ()},
        {"proof": (b"\1" * 31, *[b"\1" * 32] * 3)},
        {"proof": (b"\1" * 32,) * 5},
    ],
)
def test_a_promise_that_has_no_bytes_is_refused(change):
    with pytest.raises(BadSlip):
        replace(promised(), **change)


# --- path ----------------------------------------------------------------------------------------


def path_of(index=6, size=11):
    commits = [merkle.leaf_hash(number.to_bytes(4, "big")) for number in range(size)]
    leaves = [promise.entry_leaf(each) for each in commits]

    def read(subtrees):
        return [merkle.root(leaves[p << h : (p + 1) << h]) for h, p in subtrees]

    head = Checkpoint(LOG.key.name, size, merkle.root(leaves))
    signature = sign_checkpoint(head, LOG.key, LOG.sign).lines[0].signature
    proof = tuple(merkle.inclusion_proof(index, size, read))
    return LeafPath(LOG.key.id, index, size, commits[index], signature, proof), head


def path_bytes():
    return bytes(path_of()[0])


@settings(max_examples=50)
@given(st.integers(1, 60), st.data())
def test_a_path_is_read_back_and_leads_to_the_signed_checkpoint(size, data):
    made, head = path_of(data.draw(st.integers(0, size - 1)), size)
    read = promise.read_leaf_path(promise.from_digits(promise.to_digits(bytes(made))))
    assert read == made
    assert promise.logged_under(read, LOG.key, verify) == head


def test_the_bytes_of_a_path_stand_where_the_page_puts_them():
    made, _ = path_of()
    data = bytes(made)
    assert data[:5] == b"\x02" + LOG.key.id
    assert data[5:17] == (6).to_bytes(6, "big") + (11).to_bytes(6, "big")
    assert data[17:49] == made.commit
    assert data[49:113] == made.signature
    assert data[113:] == b"".join(made.proof)
    assert promise.entry_leaf(made.commit) == b"\x01" + made.commit
    assert len(promise.entry_leaf(made.commit)) == 33


def test_a_path_of_another_key_leaf_index_or_size_is_refused():
    made, _ = path_of()
    with pytest.raises(BadSlip, match="another key"):
        promise.logged_under(made, OTHER.key, verify)
    with pytest.raises(BadNote, match="does not fit"):
        promise.logged_under(replace(made, key_id=OTHER.key.id), OTHER.key, verify)
    for change in ({"commit": b"\1" * 32}, {"index": 7}, {"size": 12}, {"proof": made.proof[::-1]}):
        with pytest.raises(BadNote, match="does not fit"):
            promise.logged_under(replace(made, **change), LOG.key, verify)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"index": 11}, "outside the tree"),
        ({"index": -1}, "outside the tree"),
        ({"size": 0}, "outside the tree"),
        ({"size": 2**48}, "outside the tree"),
        ({"proof": ()}, "as many hashes"),
        ({"proof": (b"\1" * 32,) * 5}, "as many hashes"),
        ({"proof": (b"\1" * 31,) * 4}, "wrong size"),
        ({"commit": b""}, "wrong size"),
        ({"key_id": b""}, "wrong size"),
        ({"signature": b""}, "wrong size"),
    ],
)
def test_a_path_that_has_no_bytes_is_refused(change, said):
    with pytest.raises(BadSlip, match=said):
        replace(path_of()[0], **change)


def test_bytes_that_are_no_path_are_refused():
    data = path_bytes()
    for wrong, said in (
        (b"\x01" + data[1:], "no path"),
        (put(data, 5, (11).to_bytes(6, "big")), "outside the tree"),
        (put(data, 11, bytes(6)), "outside the tree"),
    ):
        with pytest.raises(BadSlip, match=said):
            promise.read_leaf_path(wrong)


# --- digits --------------------------------------------------------------------------------------


@given(st.binary(max_size=400))
def test_bytes_come_back_from_their_digits(data):
    digits = promise.to_digits(data)
    assert digits.isascii()
    assert digits.isdecimal()
    assert promise.from_digits(digits) == data


def test_the_digits_are_one_number_behind_a_byte_one():
    assert promise.to_digits(b"") == "1"
    assert promise.to_digits(b"\0") == "256"
    assert promise.to_digits(b"\x02\xff") == str(0x0102FF)


def test_the_longest_path_fits_into_the_digits_that_are_read():
    longest = b"\xff" * (113 + 32 * 48)
    assert len(promise.to_digits(longest)) == 3972 <= promise.MOST_DIGITS
    assert promise.from_digits(promise.to_digits(longest)) == longest


@pytest.mark.parametrize(
    "digits",
    [
        *("", "0", "2", "255", "512", "0256", "+256", "-256", " 256", "256 ", "256\n", "2_56"),
        *("2.0", "۲۵۶", "²", "0x100", "https://example.org/verify#256", "#256", "1" * 4001),
    ],
)
def test_any_other_text_is_no_number_of_a_receipt(digits):
    with pytest.raises(BadSlip, match="no number of a receipt"):
        promise.from_digits(digits)


@given(st.text("0123456789", min_size=1, max_size=60))
def test_what_digits_are_read_are_written_the_same(digits):
    try:
        data = promise.from_digits(digits)
    except BadSlip:
        return
    assert promise.to_digits(data) == digits


@given(st.binary(max_size=330))
def test_any_bytes_are_read_back_the_same_or_refused(data):
    for kind, read in ((b"\1", promise.read_promise), (b"\2", promise.read_leaf_path)):
        try:
            found: Promise | LeafPath = read(kind + data)
        except BadSlip:
            continue
        assert bytes(found) == kind + data
