"""A root, a node's keys and papers, made from seeds; shared by the tests of key papers."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from uuid import UUID

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pishkhan.journal.checkpoint import KeyKind, NoteKey
from pishkhan.sealing.contracts import (
    Reason,
    Revocations,
    Revoked,
    Statement,
    Subject,
    SubjectKind,
    key_id_of,
)

AGENCY = UUID("0199c3a1-7c00-7a10-8000-0000000000aa")
NODE = UUID("0199c3a1-7c00-7a10-8000-00000000000a")
BEGINS = datetime(2026, 11, 23, 6, 0, tzinfo=UTC)
LATER = datetime(2027, 2, 21, 6, 0, tzinfo=UTC)


def key(seed: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(seed.encode()).digest())


def public(seed: str) -> bytes:
    return key(seed).public_key().public_bytes_raw()


def subjects(seed: str = "", node: UUID = NODE) -> list[Subject]:
    log, witness = public(f"log{seed}"), public(f"witness{seed}")
    log_key = NoteKey(f"pishkhan/{node}/1", KeyKind.LOG, log)
    witness_key = NoteKey(f"pishkhan-witness/{node}/1", KeyKind.WITNESS, witness)
    return [
        Subject(SubjectKind.RELAY, str(node), public(f"relay{seed}")),
        Subject(SubjectKind.LOG, str(log_key), log),
        Subject(SubjectKind.WITNESS, str(witness_key), witness),
    ]


def statement(number: int, subject: Subject, agency: UUID = AGENCY, root: str = "root", **more):
    return Statement(agency, key_id_of(public(root)), number, subject, BEGINS, **more)


def revocations(number: int, *revoked: Revoked, agency: UUID = AGENCY, issued=BEGINS, root="root"):
    rows = tuple(sorted(revoked, key=lambda each: each.key_id))
    return Revocations(agency, key_id_of(public(root)), number, issued, LATER, rows)


def revoked(key_id: str, at: datetime = BEGINS) -> Revoked:
    return Revoked(key_id, at, Reason.COMPROMISED)
