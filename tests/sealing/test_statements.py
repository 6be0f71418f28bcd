"""Key papers: written and read back, and everything else refused."""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import timedelta
from typing import Any

import pytest
from tests.sealing.papers import (
    AGENCY,
    BEGINS,
    LATER,
    NODE,
    key,
    public,
    revocations,
    revoked,
    statement,
    subjects,
)

from pishkhan.journal.checkpoint import KeyKind, NoteKey
from pishkhan.kernel import canonical
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.sealing.contracts import RootChange, Subject, SubjectKind, base64, key_id_of
from pishkhan.sealing.statements import (
    Paper,
    check_follows,
    read,
    read_request,
    read_root_line,
    root_line,
    write,
    write_request,
)

RELAY, LOG, WITNESS = subjects()
SIGN = key("root").sign
STATED = statement(1, LOG)
LIST = revocations(1, revoked(LOG.key_id), revoked(RELAY.key_id))
CHANGE = RootChange(AGENCY, key_id_of(public("root")), 2, BEGINS, public("root 2"))


@pytest.mark.parametrize(
    "said",
    [
        STATED,
        statement(2, RELAY, ends=LATER),
        statement(3, WITNESS),
        statement(4, Subject(SubjectKind.POST, str(AGENCY), public("post"))),
        revocations(1),
        LIST,
        CHANGE,
    ],
)
def test_a_paper_is_read_back_as_it_was_written_and_is_its_root_s_alone(said):
    paper = write(said, SIGN)
    (again,) = read(bytes(paper))
    assert (again, again.said) == (paper, said)
    assert again.is_by(public("root"))
    assert not again.is_by(public("another"))
    assert read(bytes(paper) * 3) == [paper] * 3


def test_a_signature_of_one_kind_of_paper_is_none_of_another():
    paper = write(STATED, SIGN)
    other = Paper(LIST, paper.body, paper.signature)
    assert not other.is_by(public("root"))


def test_every_changed_byte_of_a_file_is_refused_or_does_not_verify():
    data = bytes(write(statement(1, RELAY, ends=LATER), SIGN))
    for place in range(len(data)):
        for bit in (0x01, 0x20, 0x80):
            changed = bytearray(data)
            changed[place] ^= bit
            try:
                found = read(bytes(changed))
            except Invalid:
                continue
            assert not any(each.is_by(public("root")) for each in found)


def refused(label: str, body: bytes) -> None:
    signature = base64(SIGN(f"pishkhan/{label}/v1\n".encode() + body)).encode()
    data = f"pishkhan/{label}/v1\n".encode() + body + b"\n" + signature + b"\n"
    with pytest.raises(Invalid, match=r"sealing\.paper"):
        read(data)


def bad(said, **changed) -> None:
    """A signed paper with these members changed (None takes one away) is refused."""
    value = {**said.value(), **changed}
    value = {name: each for name, each in value.items() if each is not None}
    refused(write(said, SIGN).label, canonical.dumps(value))


@pytest.mark.parametrize(
    "changed",
    [
        {"more": 1},
        {"number": None},
        {"until": 1},
        {"agency": str(AGENCY).upper()},
        {"agency": "x"},
        {"agency": 7},
        {"number": 0},
        {"number": 1.5},
        {"number": "1"},
        {"number": True},
        {"root": "0" * 15},
        {"root": key_id_of(LOG.key)},
        {"kind": "node"},
        {"kind": ["node-log"]},
        {"kind": "node-witness"},
        {"kind": "node-relay"},
        {"subject": RELAY.name},
        {"subject": subjects("2")[1].name},
        {"subject": 1},
        {"key": base64(public("x"))},
        {"key": base64(LOG.key)[:-1]},
        {"key": base64(LOG.key[:31])},
        {"key": base64(LOG.key).replace("=", "")},
        {"from": "2026-11-23T06:00:00.5Z"},
        {"from": "2026-11-23T06:00:00+00:00"},
        {"from": "2026-13-23T06:00:00Z"},
        {"until": "2026-11-23T06:00:00Z"},
    ],
)
def test_a_statement_that_says_something_else_is_refused(changed):
    bad(STATED, **changed)


def test_a_log_s_name_must_be_a_node_s_and_an_epoch():
    for name in (
        "example.org/log",
        f"pishkhan/{NODE}/0",
        f"pishkhan/{NODE}",
        f"x/pishkhan/{NODE}/1",
    ):
        vkey = str(NoteKey(name, KeyKind.LOG, LOG.key))
        bad(STATED, subject=vkey)
    bad(STATED, subject=str(NoteKey(f"pishkhan/{NODE}/1", KeyKind.WITNESS, LOG.key)))


ROWS = LIST.value()["revoked"]


@pytest.mark.parametrize(
    "changed",
    [
        {"revoked": ROWS[::-1]},
        {"revoked": [ROWS[0], ROWS[0]]},
        {"revoked": {}},
        {"revoked": [{**ROWS[0], "more": 1}]},
        {"revoked": [{**ROWS[0], "reason": "because"}]},
        {"revoked": [{**ROWS[0], "reason": []}]},
        {"revoked": [{**ROWS[0], "key": "A" * 16}]},
        {"revoked": [{**ROWS[0], "key": LIST.root}]},
        {"revoked": [{**ROWS[0], "at": "2026-11-23T06:00:01Z"}]},
        {"revoked": [{**ROWS[0], "key": f"{n:016x}"} for n in range(2001)]},
        {"next": "2026-11-23T06:00:00Z"},
        {"issued": None},
        {"number": 0},
    ],
)
def test_a_list_that_says_something_else_is_refused(changed):
    bad(LIST, **changed)


@pytest.mark.parametrize(
    "changed", [{"number": 1}, {"key": base64(public("root"))}, {"key": "AA=="}, {"from": "x"}]
)
def test_a_change_of_root_that_says_something_else_is_refused(changed):
    bad(CHANGE, **changed)


def test_other_spellings_and_names_twice_are_refused():
    body = canonical.dumps(STATED.value())
    refused("key-statement", body.replace(b'"number":1', b'"number":1,"number":1'))
    refused("key-statement", body.replace(b'"number":1', b'"number": 1'))
    refused("key-statement", json.dumps(STATED.value(), indent=None, sort_keys=True).encode())
    refused("key-statement", body.replace(b"agency", b"\\u0061gency"))
    refused("key-statement", b"[]")
    refused("key-statement", canonical.dumps(sorted(STATED.value())))
    refused("key-statement", b"\xff")
    refused("revocations", body)
    refused("unknown", body)


@pytest.mark.parametrize("cut", [1, 5, 90])
def test_a_file_that_is_cut_off_or_too_long_is_refused(cut):
    data = bytes(write(STATED, SIGN))
    for each in (data[:-cut], b"", b"\n", data + b"\n", data * 257, b"x" * (1024 * 1024 + 1)):
        with pytest.raises(Invalid, match=r"sealing\.paper"):
            read(each)


def test_base64_of_the_same_bytes_in_another_spelling_is_refused():
    text = base64(LOG.key)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
    other = text[:-2] + letters[letters.index(text[-2]) ^ 1] + "="
    assert b64decode(other) == LOG.key
    bad(STATED, key=other)
    bad(STATED, root=1)


def test_a_file_of_good_papers_that_is_too_large_is_refused():
    rows = [revoked(f"{n:016x}") for n in range(2000)]
    one = bytes(write(revocations(1, *rows), SIGN))
    assert len(read(one)) == 1
    with pytest.raises(Invalid, match=r"sealing\.paper"):
        read(one * (1024 * 1024 // len(one) + 1))


def test_nothing_is_written_that_would_not_be_read():
    with pytest.raises(Invalid, match=r"sealing\.paper"):
        write(statement(1, LOG, ends=BEGINS), SIGN)
    with pytest.raises(Invalid, match=r"sealing\.paper"):
        write(statement(1, LOG, ends=LATER + timedelta(microseconds=5)), SIGN)


def test_a_list_follows_when_it_is_newer_and_takes_nothing_back():
    old = revocations(3, revoked(LOG.key_id))
    early = BEGINS - timedelta(days=1)
    later = BEGINS + timedelta(days=1)
    check_follows(old, revocations(4, revoked(LOG.key_id), revoked(RELAY.key_id)))
    check_follows(old, revocations(9, revoked(LOG.key_id, early)))
    for number, issued in ((3, later), (2, later), (4, early)):
        with pytest.raises(Refused, match=r"sealing\.revocations-old"):
            check_follows(old, revocations(number, revoked(LOG.key_id, early), issued=issued))
    for rows in ((), (revoked(RELAY.key_id),), (revoked(LOG.key_id, later),)):
        with pytest.raises(Refused, match=r"sealing\.revocations-fewer"):
            check_follows(old, revocations(4, *rows, issued=later))


def test_a_request_names_one_node_s_keys():
    data = write_request(NODE, subjects())
    assert read_request(data) == (NODE, tuple(subjects()))
    other = write_request(AGENCY, subjects())
    told = json.loads(data)
    lists: list[Any] = [1, [], told["keys"] * 2500]
    changed = [{**told, "keys": each} for each in lists]
    assert len(canonical.dumps(changed[-1])) > 1024 * 1024
    bad = [other, data[:-1], data[:-1] + b" ", b"{}\n", b""]
    bad += [data.replace(b"-request/1", b"-request/2")]
    bad += [canonical.dumps(each) + b"\n" for each in changed]
    for each in bad:
        with pytest.raises(Invalid, match=r"sealing\.paper"):
            read_request(each)


def test_a_root_s_line_is_read_as_it_is_written():
    data = root_line(AGENCY, public("root"))
    assert read_root_line(data) == (AGENCY, public("root"))
    more = data[:-1] + b" more\n"
    for each in (data[:-1], data * 2, b"x" + data, data.replace(b" ", b"  "), data.upper(), more):
        with pytest.raises(Invalid, match=r"sealing\.paper"):
            read_root_line(each)
