"""What is signed of an answer. For both sides: the agency signs it, the counter can check it."""

from __future__ import annotations

import hashlib
from datetime import datetime
from uuid import UUID

from pishkhan.kernel import canonical
from pishkhan.letters.logic import wire

SIGNED_AS = "answer"
"""The kind under which the node signs the digest (`sealing.api.sign`)."""


def text_digest(
    *,
    letter: UUID,
    draft: UUID,
    version: int,
    subject: str,
    body: str,
    signer_name: str,
    signer_title: str,
    at: datetime,
) -> str:
    """Return the SHA-256, hexadecimal, of the canonical JSON (RFC 8785) of what is signed."""
    signed = {
        "letter": str(letter),
        "draft": str(draft),
        "version": version,
        "subject": subject,
        "body": body,
        "signer": {"name": signer_name, "title": signer_title},
        "at": wire.iso(at),
    }
    return hashlib.sha256(canonical.dumps(signed)).hexdigest()


def content_digest(subject: str, body: str) -> str:
    """Return the SHA-256, hexadecimal, of a draft version's words, for the journal."""
    return hashlib.sha256(canonical.dumps({"subject": subject, "body": body})).hexdigest()
