"""Papers that an agency's root signs: key statements, revocation lists, changes of the root.

Pure but for the cipher. Form and rules: docs/protocol/keys.md. A paper is three lines of text:

    pishkhan/<label>/v1
    <RFC 8785 JSON>
    <base64 of the Ed25519 signature over the two lines above, without the second line feed>

A file holds one or more. What is verified are the bytes that came, never a form made anew.
"""

from __future__ import annotations

import re
from base64 import b64decode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from pishkhan.journal.checkpoint import BadNote, KeyKind, read_key
from pishkhan.kernel import canonical
from pishkhan.kernel.errors import N_, Invalid, Refused
from pishkhan.sealing.contracts import (
    Reason,
    Revocations,
    Revoked,
    RootChange,
    Said,
    Statement,
    Subject,
    SubjectKind,
    base64,
    key_id_of,
)
from pishkhan.sealing.logic.signing import fits, message

MOST_BYTES = 1024 * 1024
MOST_PAPERS = 256
MOST_REVOKED = 2000
MOST_NUMBER = 2**53 - 1
STATEMENT, REVOCATIONS, ROOT = LABELS = ("key-statement", "revocations", "root")
REQUEST = "pishkhan-key-request/1"

_KEY_ID = re.compile(r"[0-9a-f]{16}", re.ASCII)
_SECOND = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z", re.ASCII)
_UUID = r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
_NAMES = {
    KeyKind.LOG: re.compile(rf"pishkhan/({_UUID})/[1-9][0-9]*", re.ASCII),
    KeyKind.WITNESS: re.compile(rf"pishkhan-witness/({_UUID})/[1-9][0-9]*", re.ASCII),
}


@dataclass(frozen=True, slots=True)
class Paper:
    """What was said, in the bytes in which it came, and the signature; not verified by itself."""

    said: Said
    body: bytes
    signature: bytes

    @property
    def label(self) -> str:
        """The kind of the paper as its first line names it."""
        return _label(self.said)

    def is_by(self, key: bytes) -> bool:
        """Return whether this root, 32 bytes, signed it."""
        return key_id_of(key) == self.said.root and fits(
            key, message(self.label, self.body), self.signature
        )

    def __bytes__(self) -> bytes:
        signature = base64(self.signature).encode()
        return message(self.label, self.body) + b"\n" + signature + b"\n"


# --- writing -------------------------------------------------------------------------------------


def write(said: Said, sign: Callable[[bytes], bytes]) -> Paper:
    """Return the signed paper. Raises Invalid `sealing.paper` for what could not be read back."""
    body = canonical.dumps(said.value())
    if _READERS[_label(said)](canonical.loads(body)) != said:
        raise _bad()
    return Paper(said, body, sign(message(_label(said), body)))


def root_line(agency: UUID, key: bytes) -> bytes:
    """Return the line by which a root's public key is handed to nodes and checkers."""
    return f"{ROOT} {agency} {base64(key)}\n".encode("ascii")


def digest_of(paper: Paper) -> str:
    """Return SHA-256 of what was signed, in hexadecimal: by it an entry names a paper."""
    return sha256(message(paper.label, paper.body)).hexdigest()


def write_request(node: UUID, subjects: Sequence[Subject]) -> bytes:
    """Return the file by which a node asks a root to state its keys; nothing in it is secret."""
    keys = [
        {"key": base64(each.key), "kind": each.kind.value, "subject": each.name}
        for each in subjects
    ]
    return canonical.dumps({"format": REQUEST, "keys": keys, "node": str(node)}) + b"\n"


def _label(said: Said) -> str:
    if isinstance(said, Statement):
        return STATEMENT
    return REVOCATIONS if isinstance(said, Revocations) else ROOT


# --- reading -------------------------------------------------------------------------------------


def read(data: bytes) -> list[Paper]:
    """Return the papers of a file. Raises Invalid `sealing.paper`; no signature is verified."""
    if len(data) > MOST_BYTES:
        raise _bad(N_("The file is larger than 1 MB: these are no key papers."))
    lines = data.split(b"\n")
    if lines.pop() or not lines or len(lines) % 3:
        raise _bad(N_("The file of key papers is cut off, or is another file."))
    if len(lines) > 3 * MOST_PAPERS:
        raise _bad(N_("A file holds 256 key papers at most."))
    return [_paper(*lines[i : i + 3]) for i in range(0, len(lines), 3)]


def _paper(first: bytes, body: bytes, signature: bytes) -> Paper:
    label = next((each for each in LABELS if first == f"pishkhan/{each}/v1".encode()), "")
    if not label:
        raise _bad(N_("The file of key papers is cut off, or is another file."))
    return Paper(read_body(label, body), body, _base64(signature.decode("latin-1"), 64))


def read_body(label: str, body: bytes) -> Said:
    """Return what the signed JSON of a paper says. Raises Invalid `sealing.paper`."""
    return _READERS[label](_json(body))


def read_root_line(data: bytes) -> tuple[UUID, bytes]:
    """Return agency and key of the line `root <agency> <key>`. Raises Invalid `sealing.paper`."""
    words = data.decode("latin-1").removesuffix("\n").split(" ")
    if len(words) != 3 or words[0] != ROOT or not data.endswith(b"\n"):
        raise _bad(N_("This is no file of a root's public key (FILE.pub)."))
    return _uuid(words[1]), _base64(words[2], 32)


def read_request(data: bytes) -> tuple[UUID, tuple[Subject, ...]]:
    """Return the node of a request and its keys. Raises Invalid `sealing.paper`."""
    if len(data) > MOST_BYTES or not data.endswith(b"\n"):
        raise _bad(N_("This is no request for key statements."))
    told = _members(_json(data[:-1]), "format", "keys", "node")
    if told["format"] != REQUEST or not isinstance(told["keys"], list) or not told["keys"]:
        raise _bad(N_("This is no request for key statements."))
    node = _uuid(told["node"])
    found = tuple(_subject(_members(each, "key", "kind", "subject")) for each in told["keys"])
    if any(each.node not in (node, None) for each in found):
        raise _bad(N_("The request has a key of another node."))
    return node, found


def _json(body: bytes) -> Any:
    try:
        value = canonical.loads(body)
        same = canonical.dumps(value) == body
    except Invalid:
        same = False
    if not same:
        raise _bad(N_("The JSON of a key paper is not in its one form (RFC 8785)."))
    return value


def _statement(value: Any) -> Statement:
    names = ("agency", "from", "key", "kind", "number", "root", "subject")
    told = _members(value, *names, *(["until"] if _has(value, "until") else []))
    begins = _second(told["from"])
    ends = _second(told["until"]) if "until" in told else None
    subject, root = _subject(told), _key_id(told["root"])
    if (ends is not None and ends <= begins) or subject.key_id == root:
        raise _bad()
    return Statement(_uuid(told["agency"]), root, _number(told["number"]), subject, begins, ends)


def _revocations(value: Any) -> Revocations:
    told = _members(value, "agency", "issued", "next", "number", "revoked", "root")
    issued, following, rows = _second(told["issued"]), _second(told["next"]), told["revoked"]
    if following <= issued or not isinstance(rows, list) or len(rows) > MOST_REVOKED:
        raise _bad()
    found = tuple(_revoked(_members(each, "at", "key", "reason")) for each in rows)
    ids = [each.key_id for each in found]
    root = _key_id(told["root"])
    if ids != sorted(set(ids)) or root in ids or any(each.at > issued for each in found):
        raise _bad()
    return Revocations(
        _uuid(told["agency"]), root, _number(told["number"]), issued, following, found
    )


def _revoked(told: Mapping[str, Any]) -> Revoked:
    if told["reason"] not in list(Reason):
        raise _bad()
    return Revoked(_key_id(told["key"]), _second(told["at"]), Reason(told["reason"]))


def _change(value: Any) -> RootChange:
    told = _members(value, "agency", "issued", "key", "number", "root")
    key, root, number = _base64(told["key"], 32), _key_id(told["root"]), _number(told["number"])
    if number < 2 or key_id_of(key) == root:
        raise _bad()
    return RootChange(_uuid(told["agency"]), root, number, _second(told["issued"]), key)


_READERS: Mapping[str, Callable[[Any], Said]] = {
    STATEMENT: _statement,
    REVOCATIONS: _revocations,
    ROOT: _change,
}


def _subject(told: Mapping[str, Any]) -> Subject:
    if told["kind"] not in list(SubjectKind) or not isinstance(told["subject"], str):
        raise _bad()
    kind, name, key = SubjectKind(told["kind"]), told["subject"], _base64(told["key"], 32)
    if kind in (SubjectKind.RELAY, SubjectKind.POST):
        _uuid(name)
    else:
        _check_vkey(name, KeyKind.LOG if kind is SubjectKind.LOG else KeyKind.WITNESS, key)
    return Subject(kind, name, key)


def _check_vkey(text: str, kind: KeyKind, key: bytes) -> None:
    try:
        found = read_key(text)
    except BadNote:
        found = None
    if found is None or found.kind is not kind or found.public != key:
        raise _bad(N_("A key paper names a log or witness by a key that is not its own."))
    if not _NAMES[kind].fullmatch(found.name):
        raise _bad(N_("A key paper names a log or witness by a key that is not its own."))


def _has(value: Any, name: str) -> bool:
    return isinstance(value, dict) and name in value


def _members(value: Any, *names: str) -> dict[str, Any]:
    if not isinstance(value, dict) or set(value) != set(names):
        raise _bad(N_("A key paper lacks something, or has more than it may."))
    return value


def _uuid(text: Any) -> UUID:
    if not isinstance(text, str) or not re.fullmatch(_UUID, text, re.ASCII):
        raise _bad()
    return UUID(text)


def _key_id(text: Any) -> str:
    if not isinstance(text, str) or not _KEY_ID.fullmatch(text):
        raise _bad()
    return text


def _number(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= MOST_NUMBER:
        raise _bad()
    return value


def _second(text: Any) -> datetime:
    try:
        if isinstance(text, str) and _SECOND.fullmatch(text):
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    raise _bad()


def _base64(text: Any, size: int) -> bytes:
    try:
        data = b64decode(text.encode("ascii"), validate=True) if isinstance(text, str) else b""
    except ValueError:
        data = b""
    if len(data) != size or base64(data) != text:
        raise _bad()
    return data


def _bad(sentence: str = N_("A key paper holds what no reader would take.")) -> Invalid:
    return Invalid("sealing.paper", sentence)


# --- what must hold between papers ---------------------------------------------------------------


def check_follows(old: Revocations, new: Revocations) -> None:
    """Raise Refused unless a list may take the other's place: it is newer and un-revokes nothing.

    `sealing.revocations-old`, `sealing.revocations-fewer`.
    """
    if new.number <= old.number or new.issued < old.issued:
        raise Refused(
            "sealing.revocations-old", N_("A newer revocation list of this agency is known.")
        )
    now = {each.key_id: each.at for each in new.revoked}
    if any(each.key_id not in now or now[each.key_id] > each.at for each in old.revoked):
        raise Refused(
            "sealing.revocations-fewer",
            N_("The list takes a revocation back, or dates it later; that is never taken."),
        )
