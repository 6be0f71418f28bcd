"""What is signed of an answer. For both sides: the agency signs it, the counter can check it."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime
from typing import Any
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
    recipient: str = "",
    signed_as: str = "",
    signed_for: str = "",
    covers: Mapping[str, Any] | None = None,
) -> str:
    """Return the SHA-256, hexadecimal, of the canonical JSON (RFC 8785) of what is signed.

    `covers` is what a letter between agencies says beside its words (logic/covers.py); without
    it, the digest is that of the letters signed before it was covered.

    `recipient` is the line that says to whom; a text without one is signed without the name.
    Who signs for another post names both: his own title, in which capacity, and that post's.
    """
    signer = {"name": signer_name, "title": signer_title}
    if signed_as:
        signer |= {"as": signed_as, "for": signed_for}
    signed = {
        "letter": str(letter),
        "draft": str(draft),
        "version": version,
        "subject": subject,
        "body": body,
        "signer": signer,
        "at": wire.iso(at),
    }
    if covers:
        signed["covers"] = dict(covers)
    return hashlib.sha256(canonical.dumps(_with(signed, recipient))).hexdigest()


def content_digest(subject: str, body: str, recipient: str = "") -> str:
    """Return the SHA-256, hexadecimal, of a draft version's words, for the journal."""
    words = _with({"subject": subject, "body": body}, recipient)
    return hashlib.sha256(canonical.dumps(words)).hexdigest()


def _with(words: dict[str, Any], recipient: str) -> dict[str, Any]:
    return words | {"recipient": recipient} if recipient else words
