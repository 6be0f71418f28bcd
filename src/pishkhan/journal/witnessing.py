"""Requests to a witness, and files of them (C2SP tlog-witness). Pure.

The body of add-checkpoint:

    old <size>
    <hash in Base64>          none, or up to 63 lines: a consistency proof (RFC 9162, 2.1.4)
                              an empty line
    <checkpoint>              signed by its log

A witness without a line gets the same bodies in a file (docs/protocol/journal.md, "By file").
"""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from pishkhan.journal.checkpoint import (
    MOST_BYTES,
    MOST_LEAVES,
    BadNote,
    Checkpoint,
    Line,
    Note,
    NoteKey,
    Verify,
    log_lines,
    read_head,
    read_note,
)
from pishkhan.journal.merkle import HASH_SIZE
from pishkhan.kernel import canonical
from pishkhan.kernel.errors import Invalid

MOST_PROOF = 63
MOST_BODY = MOST_BYTES + MOST_PROOF * 45 + 32
"""Bytes of a request that are read: the longest note, 63 hashes, and the line of the old size."""
MOST_ASKS = 64
"""Requests, or answers, in a file."""
MOST_FILE = 10 * 2**20
ASKS = "pishkhan-witness-asks/1"
ANSWERS = "pishkhan-witness-answers/1"

_OLD = re.compile(rb"old (0|[1-9][0-9]{0,18})", re.ASCII)


class BadRequest(ValueError):
    """The body, or the file, has not the form that is asked for."""


class Untrusted(ValueError):
    """No signature of a key that is trusted for the log, or one that does not fit."""


@dataclass(frozen=True, slots=True)
class Request:
    """What a log asks of a witness: to go on from `old` leaves to the head of the note."""

    old: int
    proof: tuple[bytes, ...]
    note: Note
    head: Checkpoint


@dataclass(frozen=True, slots=True)
class Ask:
    """A request as it lies in a file: for the witness of this key name."""

    witness: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Told:
    """A witness's answer as it lies in a file: to this checkpoint, with status and body as HTTP."""

    witness: str
    checkpoint: str
    status: int
    body: bytes


def read_request(body: bytes) -> Request:
    """Return what a body asks for; nothing is verified, nor that the sizes fit. BadRequest."""
    if len(body) > MOST_BODY:
        raise BadRequest("the request is too long")
    head, gap, rest = body.partition(b"\n\n")
    first, *lines = head.split(b"\n")
    found = _OLD.fullmatch(first)
    if not gap or found is None or int(found[1]) > MOST_LEAVES:
        raise BadRequest("the first line is: old <size>")
    if len(lines) > MOST_PROOF:
        raise BadRequest("a proof has at most 63 hashes")
    try:
        note = read_note(rest)
        return Request(int(found[1]), tuple(map(_hash, lines)), note, read_head(note.text))
    except BadNote as trouble:
        raise BadRequest(str(trouble)) from None


def write_request(old: int, proof: Iterable[bytes], note: Note) -> bytes:
    """Return the body that asks a witness to cosign a note, whose last size was `old`."""
    lines = [f"old {old}", *(b64encode(each).decode("ascii") for each in proof), "", ""]
    return "\n".join(lines).encode() + str(note).encode()


def trusted_lines(note: Note, keys: Sequence[NoteKey], verify: Verify) -> tuple[Line, ...]:
    """Return the lines of a note that trusted keys of its log signed; others are left out.

    Raises Untrusted when there is none, and when one that is a trusted key's by name and id does
    not verify: then the note is malformed (C2SP signed-note).
    """
    try:
        found = tuple(line for key in keys for line in log_lines(note, key, verify))
    except BadNote:
        raise Untrusted("a signature of the log does not fit") from None
    if not found:
        raise Untrusted("no key that is trusted for this log has signed")
    return found


def _hash(line: bytes) -> bytes:
    try:
        raw = b64decode(line, validate=True)
    except (NotBase64, ValueError):
        raise BadRequest("a line of the proof is not Base64") from None
    if len(raw) != HASH_SIZE or b64encode(raw) != line:
        raise BadRequest("a line of the proof is no hash")
    return raw


# --- files ---------------------------------------------------------------------------------------


def write_asks(asks: Iterable[Ask]) -> bytes:
    """Return a file of requests (RFC 8785)."""
    rows = [{"body": each.body.decode(), "witness": each.witness} for each in asks]
    return canonical.dumps({"asks": rows, "format": ASKS})


def read_asks(data: bytes) -> list[Ask]:
    """Return the requests of a file; what a body holds is not looked at. Raises BadRequest."""
    return [
        Ask(_text(row, "witness"), _text(row, "body").encode())
        for row in _rows(data, ASKS, "asks", {"witness", "body"})
    ]


def write_answers(answers: Iterable[Told]) -> bytes:
    """Return a file of answers (RFC 8785)."""
    rows = [
        {
            "body": each.body.decode(),
            "checkpoint": each.checkpoint,
            "status": each.status,
            "witness": each.witness,
        }
        for each in answers
    ]
    return canonical.dumps({"answers": rows, "format": ANSWERS})


def read_answers(data: bytes) -> list[Told]:
    """Return the answers of a file; nothing is verified. Raises BadRequest."""
    found = []
    for row in _rows(data, ANSWERS, "answers", {"witness", "checkpoint", "status", "body"}):
        status = row["status"]
        if type(status) is not int or not 100 <= status <= 599:
            raise BadRequest("an answer has no status")
        body = _text(row, "body").encode()
        found.append(Told(_text(row, "witness"), _text(row, "checkpoint"), status, body))
    return found


def _rows(data: bytes, form: str, name: str, fields: set[str]) -> list[dict[str, Any]]:
    if len(data) > MOST_FILE:
        raise BadRequest("the file is too large")
    try:
        told = canonical.loads(data)
    except Invalid:
        raise BadRequest("the file is not JSON") from None
    if not isinstance(told, dict) or told.keys() != {"format", name} or told["format"] != form:
        raise BadRequest("the file is of another form")
    rows = told[name]
    if not isinstance(rows, list) or not 0 < len(rows) <= MOST_ASKS:
        raise BadRequest("the file is empty, or has too many rows")
    if not all(isinstance(row, dict) and row.keys() == fields for row in rows):
        raise BadRequest("a row of the file is of another form")
    return rows


def _text(row: dict[str, Any], name: str) -> str:
    value = row[name]
    if not isinstance(value, str):
        raise BadRequest("a row of the file is of another form")
    return value
