"""The envelope's header: written once, read strictly. Pure; docs/protocol/envelope.md is law.

What is received is verified and hashed as received: nothing here re-canonicalises foreign bytes.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from pishkhan.kernel import canonical
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.relay.contracts import Transfer

VERSION = 1
SIGNED_AS = "envelope"
NOT_SEALED = "none"
SEALED = "age"
RECEIPT = "relay.receipt"
RECEIPT_VERSION = 1
MAX_HEADER = 65_536
MAX_PAYLOAD = 4 * 2**20
MAX_BLOBS = 512
MAX_AFTER = 64
MAX_KIND = 64

_KIND = re.compile(r"[a-z][a-z0-9]*(?:[.-][a-z0-9]+)+")
_DIGEST = re.compile(r"[0-9a-f]{64}")
_KEY_ID = re.compile(r"[0-9a-f]{16}")
_TIME = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_MAX_INT = 2**53 - 1

_REQUIRED = frozenset(
    (
        "v",
        "origin",
        "epoch",
        "key",
        "from",
        "to",
        "seq",
        "message",
        "kind",
        "kind_version",
        "subject",
        "created",
        "size",
        "payload",
        "seal",
    )
)
_OPTIONAL = frozenset(("after", "blobs", "transfer"))


@dataclass(frozen=True, slots=True)
class Header:
    """What the relay may know of an envelope. `size` is the payload's, in bytes."""

    origin: UUID
    epoch: int
    key: str
    sender: UUID
    to: UUID
    seq: int
    message: UUID
    kind: str
    version: int
    subject: UUID
    created: datetime
    size: int
    payload: str
    after: tuple[UUID, ...] = ()
    blobs: tuple[str, ...] = ()
    transfer: Transfer | None = None
    seal: str = NOT_SEALED


def write(header: Header) -> bytes:
    """Return the header's bytes (RFC 8785). Empty `after`, `blobs`, `transfer` are left out."""
    fields: dict[str, Any] = {
        "v": VERSION,
        "origin": str(header.origin),
        "epoch": header.epoch,
        "key": header.key,
        "from": str(header.sender),
        "to": str(header.to),
        "seq": header.seq,
        "message": str(header.message),
        "kind": header.kind,
        "kind_version": header.version,
        "subject": str(header.subject),
        "created": write_time(header.created),
        "size": header.size,
        "payload": header.payload,
        "seal": header.seal,
    }
    if header.after:
        fields["after"] = [str(message) for message in header.after]
    if header.blobs:
        fields["blobs"] = list(header.blobs)
    if header.transfer is not None:
        fields["transfer"] = {
            "id": str(header.transfer.id),
            "item": str(header.transfer.item),
            "hop": header.transfer.hop,
        }
    return canonical.dumps(fields)


def read(data: bytes) -> Header:
    """Return the header; raises Invalid with the code of the first rule that is broken.

    `relay.header-size`, `canonical.malformed`, `relay.header-version` (a newer format, to be
    kept for a newer program), `relay.header-fields`, `relay.header-value`.
    """
    if len(data) > MAX_HEADER:
        raise broken("relay.header-size")
    fields = canonical.loads(data)
    if not isinstance(fields, dict):
        raise broken("relay.header-fields")
    if fields.get("v") != VERSION or isinstance(fields["v"], bool):
        raise broken("relay.header-version")
    if not _REQUIRED <= fields.keys() <= _REQUIRED | _OPTIONAL:
        raise broken("relay.header-fields")
    return Header(
        origin=_uuid(fields["origin"]),
        epoch=_int(fields["epoch"], least=1),
        key=_match(_KEY_ID, fields["key"]),
        sender=_uuid(fields["from"]),
        to=_uuid(fields["to"]),
        seq=_int(fields["seq"], least=1),
        message=_uuid(fields["message"]),
        kind=_match(_KIND, fields["kind"], most=MAX_KIND),
        version=_int(fields["kind_version"], least=1, most=32_767),
        subject=_uuid(fields["subject"]),
        created=read_time(fields["created"]),
        size=_int(fields["size"], least=0, most=MAX_PAYLOAD),
        payload=_match(_DIGEST, fields["payload"]),
        after=tuple(_uuid(m) for m in _list(fields, "after", most=MAX_AFTER)),
        blobs=tuple(_match(_DIGEST, d) for d in _list(fields, "blobs", most=MAX_BLOBS)),
        transfer=_transfer(fields["transfer"]) if "transfer" in fields else None,
        seal=_seal(fields["seal"]),
    )


def envelope_id(header: bytes, payload: bytes) -> str:
    """Return the envelope's name: hexadecimal SHA-256 of header ‖ payload."""
    return hashlib.sha256(header + payload).hexdigest()


def payload_digest(payload: bytes) -> str:
    """Return hexadecimal SHA-256 of the payload as it travels."""
    return hashlib.sha256(payload).hexdigest()


def check_payload(header: Header, payload: bytes) -> None:
    """Raise Invalid (`relay.payload-digest`) unless the payload is the one the header names."""
    if len(payload) != header.size or payload_digest(payload) != header.payload:
        raise broken("relay.payload-digest")


def check_message(
    kind: str, version: int, blobs: tuple[str, ...], after: tuple[UUID, ...], size: int
) -> None:
    """Raise Invalid for what no header may say, so that a deed learns it and not the worker."""
    _match(_KIND, kind, most=MAX_KIND)
    _int(version, least=1, most=32_767)
    if len(blobs) > MAX_BLOBS or len(after) > MAX_AFTER or size > MAX_PAYLOAD:
        raise broken("relay.header-size")
    for digest in blobs:
        _match(_DIGEST, digest)


def write_time(at: datetime) -> str:
    """Return an aware moment as `2026-01-02T03:04:05.000006Z`, always in UTC."""
    if at.tzinfo is None:
        raise ValueError("a header needs an aware time")
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def read_time(value: object) -> datetime:
    """Return the moment `write_time` wrote; Invalid (`relay.header-value`) for another form."""
    text = _match(_TIME, value)
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise broken("relay.header-value") from None


def _transfer(value: object) -> Transfer:
    if not isinstance(value, dict) or value.keys() != {"id", "item", "hop"}:
        raise broken("relay.header-fields")
    return Transfer(_uuid(value["id"]), _uuid(value["item"]), _int(value["hop"], least=1))


def _seal(value: object) -> str:
    if not isinstance(value, str) or value not in {NOT_SEALED, SEALED}:
        raise broken("relay.header-version")
    return value


def _uuid(value: object) -> UUID:
    return UUID(_match(_UUID, value))


def _int(value: object, *, least: int, most: int = _MAX_INT) -> int:
    if type(value) is not int or not least <= value <= most:
        raise broken("relay.header-value")
    return value


def _match(pattern: re.Pattern[str], value: object, *, most: int = 200) -> str:
    if not isinstance(value, str) or len(value) > most or pattern.fullmatch(value) is None:
        raise broken("relay.header-value")
    return value


def _list(fields: dict[str, Any], name: str, *, most: int) -> list[Any]:
    """Return an optional list. Present it must not be empty: one meaning, one form."""
    if name not in fields:
        return []
    found = fields[name]
    if not isinstance(found, list) or not 1 <= len(found) <= most:
        raise broken("relay.header-value")
    if len(set(map(str, found))) != len(found):
        raise broken("relay.header-value")
    return found


def broken(code: str) -> Invalid:
    """Return the error for an envelope that breaks the rule `code` names."""
    return Invalid(code, N_("The envelope is not as the protocol wants it."))
