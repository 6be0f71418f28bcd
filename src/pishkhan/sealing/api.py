"""The door of sealing: the node's key, signatures and their check, secrets kept in rows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.conf import settings

from pishkhan.kernel.errors import Unavailable
from pishkhan.sealing.contracts import Certificate, KeyUse, NodeKey, RawKey
from pishkhan.sealing.logic import certificates as _certificates
from pishkhan.sealing.logic import keys as _keys
from pishkhan.sealing.logic import locking as _locking
from pishkhan.sealing.logic import signing as _signing

__all__ = [
    "Certificate",
    "LogKey",
    "NodeKey",
    "RawKey",
    "certificate",
    "certificate_fits",
    "ensure_node_key",
    "fits",
    "is_locked_anew",
    "lock",
    "log_key",
    "make_certificate",
    "node_key",
    "sign",
    "sign_as_log",
    "take_certificate",
    "unlock",
    "verify",
    "witness_key",
]


def ensure_node_key(home: Path) -> NodeKey:
    """Return the public key of the node at `home`; make the key at the first start.

    Raises Unavailable, permanent: `sealing.key-readable` when others may read the key file,
    `sealing.key-lost` when it is gone or not the registered one, `sealing.key-damaged`.
    """
    return _keys.ensure_node_key(home)


def node_key() -> NodeKey:
    """Return the public half of this node's relay key; raises what `ensure_node_key` does."""
    return _keys.ensure_node_key(Path(settings.HOME))


def log_key() -> NodeKey:
    """Return the public key of this node's log; made at the first use. Raises as `node_key`."""
    return _keys.ensure_node_key(Path(settings.HOME), KeyUse.LOG)


def sign_as_log(message: bytes) -> bytes:
    """Return the log key's 64-byte Ed25519 signature over exactly this message.

    The message is the text of a checkpoint or begins with `pishkhan/<kind>/v1`: its formats are
    others' (C2SP), so nothing is put before it here. Raises as `node_key`.
    """
    return _keys.pair(Path(settings.HOME), KeyUse.LOG)[0].sign(message)


class LogKey:
    """This node's log key as the journal takes it (`journal.contracts.Signer`)."""

    @property
    def public(self) -> bytes:
        """Return the 32 bytes of the public key."""
        return log_key().public_key

    def sign(self, message: bytes) -> bytes:
        """Return the signature over exactly this message."""
        return sign_as_log(message)


def witness_key(number: int) -> RawKey:
    """Return this node's witness key of a number; made at the first use. Raises as `node_key`.

    It signs the cosignatures of `journal.api.add_checkpoint` and nothing else.
    """
    key, known = _keys.pair(Path(settings.HOME), KeyUse.WITNESS, number)
    return RawKey(known.public_key, key.sign)


def fits(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a signature is that key's over exactly this message, of others' formats."""
    return _signing.fits(public_key, message, signature)


def sign(kind: str, data: bytes) -> bytes:
    """Return this node's 64-byte Ed25519 signature over data of a kind.

    What is signed is `pishkhan/<kind>/v1`, a line feed and the bytes as given. Raises ValueError
    for an ill-formed kind, and what `ensure_node_key` raises.
    """
    return _signing.sign(_keys.pair(Path(settings.HOME))[0], kind, data)


def verify(kind: str, data: bytes, signature: bytes, public_key: bytes) -> bool:
    """Return whether a signature is that key's over exactly these bytes of this kind.

    Give the bytes as they were received, never a form made anew. `public_key` is 32 raw bytes,
    known from the directory: never from the message itself.
    """
    return _signing.verify(kind, data, signature, public_key)


def lock(purpose: str, text: str) -> str:
    """Return a small secret as it may stand in a row: locked with this node's secret.

    What was locked for one purpose does not open for another. ValueError for an ill-formed one.
    """
    return _locking.lock(settings.SECRET_KEY, purpose, text)


def unlock(purpose: str, token: str) -> str:
    """Return what `lock` locked, with this secret or a former one (PISHKHAN_SECRET_KEY_OLD).

    Raises Unavailable `sealing.secret-changed`, permanent, when none of them opens it.
    """
    secrets = [settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS]
    return _locking.unlock(secrets, purpose, token)


def is_locked_anew(purpose: str, token: str) -> bool:
    """Return whether the present secret, not only a former one, opens the token."""
    try:
        _locking.unlock([settings.SECRET_KEY], purpose, token)
    except Unavailable:
        return False
    return True


def certificate(folder: Path) -> Certificate:
    """Return the server's certificate in a folder (HOME/tls).

    Raises NotFound `sealing.certificate-none`, Invalid `sealing.certificate-unreadable`.
    """
    return _certificates.read(folder)


def certificate_fits(folder: Path) -> bool:
    """Return whether the server's key is private and is the certificate's."""
    return _certificates.fits(folder)


def make_certificate(folder: Path, names: Sequence[str]) -> Certificate:
    """Make a server's certificate for host names and addresses, signed by the office's authority.

    The authority is made the first time and kept; PCs trust its `ca.crt` once. Raises Invalid
    `sealing.certificate-names`, Refused `sealing.authority-lost`.
    """
    return _certificates.make(folder, names)


def take_certificate(
    folder: Path, data: bytes, *, key: bytes = b"", password: str = ""
) -> Certificate:
    """Take in somebody else's certificate: PFX, or PEM with its key in `key` or in `data`.

    Raises Invalid: `sealing.certificate-unreadable`, `sealing.certificate-key`,
    `sealing.certificate-over`, `sealing.certificate-names` when it names no server.
    """
    return _certificates.take(folder, data, key, password)
