"""The node's keys, one for each use: made once, kept in files, never made again in silence.

HOME/keys/<use>.key   PKCS #8 in PEM, unencrypted, mode 0600: who reads it is the node
HOME/keys/<use>-<n>.key
                      the n-th key of this use (n >= 2): the one in use, or the next one
HOME/keys/log-epoch-<e>.key
                      the log's key of an epoch (e >= 2), a use of its own: it has next ones as well
HOME/keys.registered, HOME/<use>-key.registered
                      the key id, written after the key; from then on a lost key is fatal. Below it
                      a line for each former key, oldest first: `former <base64> <ended> <name>`

The witness's keys are numbered, `witness-<number>.key`: a restored node takes the next one. Relay
and log go on to their next key by `rotation`: which is in use follows from the number of former
keys, so that the marker, written whole, is the switch. Every use looks whether it changed, in two
microseconds: so the node's other processes follow.

What is true after a crash, line by line, stands in `key_files.put`. The marker lies outside `keys/`
so that losing the whole directory is noticed too.
"""

from __future__ import annotations

import threading
from base64 import b64decode
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pishkhan.kernel import durable
from pishkhan.kernel.errors import Unavailable
from pishkhan.sealing.contracts import FormerKey, KeyUse, NodeKey, base64, key_id_of, second
from pishkhan.sealing.logic import key_files

_Stamp = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Held:
    """The key in use with its public half, and those that were in use before, oldest first."""

    key: Ed25519PrivateKey
    public: NodeKey
    former: tuple[FormerKey, ...]
    stamp: _Stamp | None
    """The marker's, as it was before it was read."""


_lock = threading.Lock()
_loaded: dict[tuple[Path, str], Held] = {}


def ensure_node_key(home: Path, use: str = KeyUse.RELAY) -> NodeKey:
    """Return the public key of the node at `home`; make the key at the first start.

    Raises Unavailable: `sealing.key-readable` when others may read the file, `sealing.key-lost`
    when it is gone or is another than was registered, `sealing.key-damaged` when it can't be
    read as a key. All three need a person; none is cured by trying again.
    """
    return held(home, use).public


def log_use(epoch: int) -> str:
    """Return the name of what the log's key of an epoch, from 1, is used for.

    A log that is begun anew has a key of its own: a policy may name a key once (C2SP tlog-policy).
    """
    return KeyUse.LOG.value if epoch == 1 else f"{KeyUse.LOG.value}-epoch-{epoch}"


def held(home: Path, use: str = KeyUse.RELAY, number: int = 0) -> Held:
    """Return the key that is in use, and the former ones; see `ensure_node_key`.

    `use` is a KeyUse or a `log_use`. `number`, from 1, is which of the keys of a witness; 0 for a
    use that has one at a time.
    """
    name = f"{use}-{number}" if number else str(use)
    marker = marker_of(home, name)
    found = _loaded.get((home, name))
    if found is None or _changed(found, marker):
        with _lock:
            found = _loaded.get((home, name))
            if found is None or _changed(found, marker):
                found = _loaded[home, name] = _load_or_make(home, name, marker)
    return found


def forget() -> None:
    """Drop what is in memory, so that the next use reads the file again."""
    with _lock:
        _loaded.clear()


def marker_of(home: Path, name: str) -> Path:
    """Return the file that says which key is in use."""
    return home / ("keys.registered" if name == KeyUse.RELAY else f"{name}-key.registered")


def path_of(home: Path, name: str, nth: int) -> Path:
    """Return the file of the n-th key of a use, from 1."""
    return home / "keys" / (f"{name}.key" if nth == 1 else f"{name}-{nth}.key")


def path_in_use(home: Path, use: str) -> Path:
    """Return the file of the key that the marker names, be it there or not."""
    marker = marker_of(home, use)
    former = _read_marker(marker)[1] if marker.is_file() else ()
    return path_of(home, use, len(former) + 1)


def write_marker(marker: Path, key_id: str, former: tuple[FormerKey, ...]) -> None:
    """Say durably which key is in use: the old text stands there whole, or this one."""
    lines = [key_id]
    for each in former:
        lines.append(f"former {base64(each.public_key)} {second(each.ended)} {each.name}")
    durable.write_file(marker, ("\n".join(lines) + "\n").encode("ascii"), mode=0o644)


def public_of(key: Ed25519PrivateKey) -> NodeKey:
    """Return the public half of a key, with its id."""
    public = key.public_key().public_bytes_raw()
    return NodeKey(key_id=key_id_of(public), public_key=public)


def _stamp(marker: Path) -> _Stamp | None:
    try:
        found = marker.stat()
    except FileNotFoundError:
        return None
    return found.st_mtime_ns, found.st_ino, found.st_size


def _changed(found: Held, marker: Path) -> bool:
    """Tell whether the marker says something newer; one that is gone takes no key away."""
    now = _stamp(marker)
    return now is not None and now != found.stamp


def _load_or_make(home: Path, name: str, marker: Path) -> Held:
    while True:
        stamp = _stamp(marker)
        try:
            return _held(home, name, marker, stamp)
        except (Unavailable, FileNotFoundError):
            # Another process may have switched meanwhile, and removed the former key.
            if _stamp(marker) == stamp:
                raise


def _held(home: Path, name: str, marker: Path, stamp: _Stamp | None) -> Held:
    registered, former = ("", ()) if stamp is None else _read_marker(marker)
    path = path_of(home, name, len(former) + 1)
    if not path.exists():
        # Without its marker nobody knows which of several keys was in use.
        if stamp is not None or any(path.parent.glob(f"{name}-*.key")):
            raise key_files.lost()
        make(path)
    key = load(path)
    public = public_of(key)
    if stamp is None:
        write_marker(marker, public.key_id, ())
    elif registered != public.key_id:
        raise key_files.lost()
    return Held(key, public, former, stamp)


def _read_marker(marker: Path) -> tuple[str, tuple[FormerKey, ...]]:
    try:
        first, *lines = marker.read_text("ascii").splitlines()
        return first.strip(), tuple(_former(*line.split(" ")) for line in lines)
    except (ValueError, TypeError):
        raise key_files.lost() from None


def _former(word: str, key: str, ended: str, name: str) -> FormerKey:
    public = b64decode(key, validate=True)
    if word != "former" or len(public) != 32:
        raise ValueError(word)
    return FormerKey(key_id_of(public), public, name, datetime.fromisoformat(ended))


def make(path: Path) -> None:
    """Make a key and put it at a path, unless one stands there."""
    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    key_files.put(path, data)


def load(path: Path) -> Ed25519PrivateKey:
    """Return a private key; raises what `ensure_node_key` does."""
    data = key_files.read(path)
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise key_files.damaged()
    return key
