"""The door of sealing: the node's keys, signatures, secrets in rows, what is sealed to nodes."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import BinaryIO

from django.conf import settings

from pishkhan.kernel.errors import Unavailable
from pishkhan.sealing.contracts import (
    Certificate,
    FormerKey,
    KeyUse,
    NextKeys,
    NodeKey,
    RawKey,
    SigningKey,
)
from pishkhan.sealing.logic import age_files as _age_files
from pishkhan.sealing.logic import certificates as _certificates
from pishkhan.sealing.logic import keys as _keys
from pishkhan.sealing.logic import locking as _locking
from pishkhan.sealing.logic import rotation as _rotation
from pishkhan.sealing.logic import seal_key as _seal_key
from pishkhan.sealing.logic import signing as _signing

__all__ = [
    "Certificate",
    "FormerKey",
    "KeyUse",
    "LogKey",
    "NextKeys",
    "NodeKey",
    "RawKey",
    "SigningKey",
    "certificate",
    "certificate_fits",
    "check_recipient",
    "ensure_node_key",
    "fits",
    "former_log_keys",
    "former_relay_keys",
    "is_locked_anew",
    "key_files",
    "known_key",
    "lock",
    "log_key",
    "log_keys",
    "make_certificate",
    "make_next_keys",
    "node_key",
    "seal_recipient",
    "seal_stream",
    "seal_to",
    "sign",
    "signing_key",
    "switch_to_next",
    "take_certificate",
    "unlock",
    "unseal",
    "unseal_stream",
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


def log_key(epoch: int) -> NodeKey:
    """Return the public key of this node's log of an epoch, from 1; made at the first use.

    Raises as `node_key`.
    """
    return _keys.ensure_node_key(Path(settings.HOME), _keys.log_use(epoch))


def former_relay_keys() -> tuple[FormerKey, ...]:
    """Return the keys by which this node's relay signed before, oldest first.

    Raises as `node_key`.
    """
    return _keys.held(Path(settings.HOME)).former


def former_log_keys(epoch: int) -> tuple[FormerKey, ...]:
    """Return the keys by which the log of an epoch was signed before. Raises as `node_key`."""
    return _keys.held(Path(settings.HOME), _keys.log_use(epoch)).former


def log_keys(epoch: int) -> list[bytes]:
    """Return the keys by which the log of an epoch is and was signed, the present one first."""
    held = _keys.held(Path(settings.HOME), _keys.log_use(epoch))
    return [each.public_key for each in (held.public, *reversed(held.former))]


def signing_key() -> SigningKey:
    """Return this node's relay key as it is now, to sign and to be named beside what it signed."""
    held = _keys.held(Path(settings.HOME))
    return SigningKey(held.public.key_id, held.public.public_key, partial(_signing.sign, held.key))


def key_files(home: Path, epochs: int) -> list[Path]:
    """Return the files that the keys of relay and logs in use lie in; none of them is made.

    `epochs` is how many logs the node has begun.
    """
    uses = [KeyUse.RELAY, *(_keys.log_use(epoch) for epoch in range(1, epochs + 1))]
    return [_keys.path_in_use(home, use) for use in uses]


def known_key(key_id: str) -> bytes | None:
    """Return the relay key of this node, present or former, that has this id; None for another."""
    held = _keys.held(Path(settings.HOME))
    known = (held.public, *held.former)
    return next((each.public_key for each in known if each.key_id == key_id), None)


class LogKey:
    """The keys of this node's logs as the journal takes them (`journal.contracts.LogSigner`)."""

    __slots__ = ()

    def of(self, epoch: int) -> RawKey:
        """Return the key by which the log of an epoch is signed now; made at the first use.

        What it signs is the text of a checkpoint or begins with `pishkhan/<kind>/v1`: formats of
        others (C2SP), so nothing is put before it here. Raises as `node_key`.
        """
        held = _keys.held(Path(settings.HOME), _keys.log_use(epoch))
        return RawKey(held.public.public_key, held.key.sign)


def witness_key(number: int) -> RawKey:
    """Return this node's witness key of a number; made at the first use. Raises as `node_key`.

    It signs the cosignatures of `journal.api.add_checkpoint` and nothing else.
    """
    held = _keys.held(Path(settings.HOME), KeyUse.WITNESS, number)
    return RawKey(held.public.public_key, held.key.sign)


def fits(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a signature is that key's over exactly this message, of others' formats."""
    return _signing.fits(public_key, message, signature)


def sign(kind: str, data: bytes) -> bytes:
    """Return this node's 64-byte Ed25519 signature over data of a kind.

    What is signed is `pishkhan/<kind>/v1`, a line feed and the bytes as given. Raises ValueError
    for an ill-formed kind, and what `ensure_node_key` raises.
    """
    return signing_key().sign(kind, data)


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


def seal_recipient() -> str:
    """Return this node's recipient of age (`age1…`): whatever goes to it is sealed to that.

    Its key is made at the first use; raises as `node_key`.
    """
    return str(_seal_key.identity(Path(settings.HOME)).to_public())


def make_next_keys() -> NextKeys:
    """Make the relay and seal key that come next and return their public halves.

    The same ones until `switch_to_next`. Raises as `node_key`.
    """
    home = Path(settings.HOME)
    relay = _rotation.make_next(home, KeyUse.RELAY)
    return NextKeys(relay, _seal_key.make_next(home))


def switch_to_next(following: NextKeys, *, name: str, at: datetime) -> None:
    """Sign by the next relay key and have mail sealed to the next seal key from now on.

    `name` is what the present relay key signed for last. Given again where it did not come to its
    end, it goes on from there. Raises LookupError when these are not the next keys, and as
    `node_key`.
    """
    home = Path(settings.HOME)
    held = _keys.held(home)
    if held.public != following.relay:
        if _rotation.next_key(home, KeyUse.RELAY) != following.relay:
            raise LookupError("these are not the next keys")
        # A crash after this line: the next seal key is made and not in use. What is sealed to it
        # opens once the same call is given again.
        _rotation.switch(home, KeyUse.RELAY, name=name, at=at)
    _seal_key.switch(home, following.recipient)


def check_recipient(text: str) -> str:
    """Return a node's recipient as it is always written, in lower case.

    Raises Invalid `sealing.bad-recipient` for all that is not X25519's `age1…`, spaces around it
    too, and for a key to which nothing can be sealed.
    """
    return _age_files.check_recipient(text)


def seal_to(recipients: Sequence[str], data: bytes) -> bytes:
    """Return data sealed to nodes: each of them opens it by `unseal`, nobody else can.

    Each time other bytes; they do not say who sealed them. Raises Invalid `sealing.bad-recipient`,
    ValueError for no recipient or more than 64.
    """
    return _age_files.seal(recipients, data)


def unseal(data: bytes) -> bytes:
    """Return what was sealed to this node.

    Raises Invalid `sealing.not-opened` for whatever does not open: sealed to another, damaged, not
    age's binary format, or with a header above 8 KiB; and as `node_key`.
    """
    return _age_files.unseal(_seal_key.identities(Path(settings.HOME)), data)


def seal_stream(recipients: Sequence[str], source: BinaryIO, target: BinaryIO) -> None:
    """Seal a stream, from where it stands to its end, as `seal_to`, in memory that does not grow.

    What fails in a stream is raised as it is. What was written before an error is nothing.
    """
    _age_files.seal_stream(recipients, source, target)


def unseal_stream(source: BinaryIO, target: BinaryIO) -> None:
    """Open a sealed stream, from where it stands to its end, as `unseal`, in bounded memory.

    It is known whole only at its end: whoever calls takes what was written before an error,
    be it `sealing.not-opened` or what failed in a stream, for nothing and removes it.
    """
    _age_files.unseal_stream(_seal_key.identities(Path(settings.HOME)), source, target)


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
