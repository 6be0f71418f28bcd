"""Bytes and streams sealed to nodes: age v1, X25519 alone (age-encryption.org/v1), never armoured.

Which of wrong recipient, damage and rubbish it is that does not open is told nobody: who sends
such things learns nothing by them.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import BinaryIO

import pyrage
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from pyrage import x25519

from pishkhan.kernel.errors import N_, Invalid

FIRST = b"age-encryption.org/v1\n"
LAST = b"\n--- "
"""How the header's last line begins."""
HEADER = 8 * 1024
"""Bytes within which a header has to end. The library takes a time that grows with its square,
minutes for a megabyte: whoever sends one would stop the node."""
MOST = 64
"""Recipients at once: each takes about 100 bytes of the header."""

# Bech32 (BIP 173) writes five bits a letter; Python's digits of base 32 are others.
_DIGITS = str.maketrans("qpzry9x8gf2tvdw0s3jn54khce6mua7l", "0123456789abcdefghijklmnopqrstuv")


class _Watched:
    """A stream as the library takes it, which keeps the failure that the library would hide."""

    def __init__(self, stream: BinaryIO, begun: bytes = b"") -> None:
        self._stream = stream
        self._begun = begun
        self.failed: BaseException | None = None

    def read(self, size: int) -> bytes:
        if self._begun:
            piece, self._begun = self._begun[:size], self._begun[size:]
            return piece
        try:
            return self._stream.read(size)
        except BaseException as error:
            self.failed = error
            raise

    def write(self, data: bytes) -> int:
        try:
            return self._stream.write(data)
        except BaseException as error:
            self.failed = error
            raise

    def flush(self) -> None:
        try:
            self._stream.flush()
        except BaseException as error:
            self.failed = error
            raise


def check_recipient(text: str) -> str:
    """Return a recipient as it is always written; Invalid `sealing.bad-recipient`."""
    try:
        recipient = str(x25519.Recipient.from_str(text))
        key = (int(recipient[4:-6].translate(_DIGITS), 32) >> 4).to_bytes(32, "big")
        # A key of low order agrees with everybody on the same: what is sealed to it would stand
        # open. The library panics at it, which no handler of errors would catch.
        X25519PrivateKey.generate().exchange(X25519PublicKey.from_public_bytes(key))
    except (pyrage.RecipientError, ValueError):
        raise Invalid(
            "sealing.bad-recipient", N_("This is not a seal key of a node (age1…): copy it anew.")
        ) from None
    return recipient


def seal(recipients: Sequence[str], data: bytes) -> bytes:
    """Return data that each of the recipients can open; each time other bytes.

    ValueError for no recipient or more than 64, Invalid `sealing.bad-recipient`.
    """
    sealed: bytes = pyrage.encrypt(data, _taken(recipients))
    return sealed


def unseal(identities: Sequence[x25519.Identity], data: bytes) -> bytes:
    """Return what was sealed to one of the identities; Invalid `sealing.not-opened`."""
    _check_header(data[:HEADER])
    try:
        opened: bytes = pyrage.decrypt(data, list(identities))
    except pyrage.DecryptError:
        raise _not_opened() from None
    return opened


def seal_stream(recipients: Sequence[str], source: BinaryIO, target: BinaryIO) -> None:
    """Seal what a stream holds, from where it stands to its end; raises as `seal`.

    What fails in a stream is raised as it is; what was written until then is not a whole file.
    """
    taken, reader, writer = _taken(recipients), _Watched(source), _Watched(target)
    try:
        pyrage.encrypt_io(reader, writer, taken)
    except (pyrage.EncryptError, OSError) as error:
        raise (reader.failed or writer.failed or error) from None


def unseal_stream(
    identities: Sequence[x25519.Identity], source: BinaryIO, target: BinaryIO
) -> None:
    """Open a sealed stream, from where it stands to its end; Invalid `sealing.not-opened`.

    What fails in a stream is raised as it is. What was written before any error is nothing.
    """
    head = _head(source)
    _check_header(head)
    reader, writer = _Watched(source, head), _Watched(target)
    try:
        pyrage.decrypt_io(reader, writer, list(identities))
    except (pyrage.DecryptError, OSError):
        raise (reader.failed or writer.failed or _not_opened()) from None


def _taken(recipients: Sequence[str]) -> list[x25519.Recipient]:
    if not 1 <= len(recipients) <= MOST:
        raise ValueError(f"sealed to {len(recipients)} recipients: 1 to {MOST} can be")
    return [x25519.Recipient.from_str(check_recipient(each)) for each in recipients]


def _head(source: BinaryIO) -> bytes:
    """Return the first bytes of a stream, as many as a header may have."""
    head = b""
    while len(head) < HEADER and (piece := source.read(HEADER - len(head))):
        head += piece
    return head


def _check_header(head: bytes) -> None:
    if not head.startswith(FIRST) or LAST not in head:
        raise _not_opened()


def _not_opened() -> Invalid:
    return Invalid(
        "sealing.not-opened",
        N_("This was not sealed to this node, or is damaged: ask for it anew."),
    )
