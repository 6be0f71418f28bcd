"""What tus 1.0 says in headers, and the refusals that only an uploading program understands.

Source: https://tus.io/protocols/resumable-upload (1.0.0), with the extensions named below.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Mapping
from contextlib import suppress

from pishkhan.kernel.errors import N_, PishkhanError

VERSION = "1.0.0"
EXTENSIONS = "creation,creation-with-upload,expiration,checksum,termination"
BYTES = "application/offset+octet-stream"
ALGORITHMS = ("sha256", "sha1")
MOST_METADATA = 4096
_MOST_DIGITS = 18


class BadHeader(PishkhanError):
    """A header of the protocol is missing or cannot be read (400)."""

    status = 400
    default_message = N_("The upload was asked for in a wrong way.")


class NeedsLength(PishkhanError):
    """A body without a declared length (411): nobody could say whether it came whole."""

    status = 411
    default_message = N_("The upload was asked for in a wrong way.")


class OtherVersion(PishkhanError):
    """Another version of tus, or none (412)."""

    status = 412
    default_message = N_("The uploading program speaks another version of tus than 1.0.0.")


class Locked(PishkhanError):
    """Another request writes to this upload now (423)."""

    status = 423
    default_permanent = False
    default_message = N_("The upload is being written to now.")


class WrongChecksum(PishkhanError):
    """The bytes that came are not those that were sent (460)."""

    status = 460
    default_permanent = False
    default_message = N_("A part of the file was damaged on the way; it is sent again.")


class NotLoggedIn(PishkhanError):
    """Nobody is logged in, or the token is not known (401)."""

    status = 401
    default_message = N_("You are not logged in any more. Log in and send the file again.")


class Checksum:
    """A digest that bytes are said to have, and the bytes as they come."""

    def __init__(self, algorithm: str, digest: bytes) -> None:
        self.digest = digest
        # SHA-1 is asked for by the protocol; it protects against a bad line, not a bad sender.
        self._found = hashlib.new(algorithm, usedforsecurity=False)

    def add(self, piece: bytes) -> None:
        """Take the next bytes in."""
        self._found.update(piece)

    def matches(self) -> bool:
        """Return whether what came has the digest."""
        return self._found.digest() == self.digest


def number(headers: Mapping[str, str], name: str) -> int:
    """Return a header's whole number; BadHeader (`web.tus-header`) when it is none."""
    value = headers.get(name, "")
    if not (value.isascii() and value.isdigit() and len(value) <= _MOST_DIGITS):
        raise BadHeader("web.tus-header")
    return int(value)


def body_length(headers: Mapping[str, str]) -> int:
    """Return the length of the request's body; NeedsLength (`web.tus-length`) when chunked."""
    if headers.get("Transfer-Encoding"):
        raise NeedsLength("web.tus-length")
    if not headers.get("Content-Length"):
        return 0
    return number(headers, "Content-Length")


def file_name(headers: Mapping[str, str]) -> str:
    """Return what Upload-Metadata calls the file, or ""; nothing else in it is believed."""
    return metadata(headers).get("filename", "")


def metadata(headers: Mapping[str, str]) -> dict[str, str]:
    """Return what Upload-Metadata says, without what cannot be read; BadHeader when it is long."""
    value = headers.get("Upload-Metadata", "")
    if len(value) > MOST_METADATA:
        raise BadHeader("web.tus-header")
    found: dict[str, str] = {}
    for pair in value.split(","):
        key, _, encoded = pair.strip().partition(" ")
        with suppress(binascii.Error, UnicodeDecodeError):
            found.setdefault(key, base64.b64decode(encoded, validate=True).decode())
    return found


def checksum(headers: Mapping[str, str]) -> Checksum | None:
    """Return what Upload-Checksum says; BadHeader (`web.tus-checksum`) for another algorithm."""
    value = headers.get("Upload-Checksum")
    if value is None:
        return None
    algorithm, _, encoded = value.partition(" ")
    try:
        digest = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise BadHeader("web.tus-checksum") from None
    if algorithm not in ALGORITHMS:
        raise BadHeader("web.tus-checksum")
    return Checksum(algorithm, digest)
