"""The node's keys, one for each use: made once, kept in files, never made again in silence.

HOME/keys/<use>.key   PKCS #8 in PEM, unencrypted, mode 0600: who reads it is the node
HOME/keys.registered, HOME/<use>-key.registered
                      the key id, written after the key; from then on a lost key is fatal

The witness's keys are numbered, `witness-<number>.key`: a restored node takes the next one.

What is true after a crash, line by line, stands in `_make`. The marker lies outside `keys/` so
that losing the whole directory is noticed too.
"""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pishkhan.kernel import durable, ids
from pishkhan.kernel.errors import N_, Unavailable
from pishkhan.sealing.contracts import KeyUse, NodeKey, key_id_of

_lock = threading.Lock()
_loaded: dict[tuple[Path, str], tuple[Ed25519PrivateKey, NodeKey]] = {}


def ensure_node_key(home: Path, use: KeyUse = KeyUse.RELAY) -> NodeKey:
    """Return the public key of the node at `home`; make the key at the first start.

    Raises Unavailable: `sealing.key-readable` when others may read the file, `sealing.key-lost`
    when it is gone or is another than was registered, `sealing.key-damaged` when it can't be
    read as a key. All three need a person; none is cured by trying again.
    """
    return pair(home, use)[1]


def pair(
    home: Path, use: KeyUse = KeyUse.RELAY, number: int = 0
) -> tuple[Ed25519PrivateKey, NodeKey]:
    """Return the private key and its public half; see `ensure_node_key`.

    `number`, from 1, is which of the keys of a use; 0 for a use that has one.
    """
    name = f"{use.value}-{number}" if number else use.value
    found = _loaded.get((home, name))
    if found is None:
        with _lock:
            found = _loaded.get((home, name)) or _load_or_make(home, name)
            _loaded[home, name] = found
    return found


def forget() -> None:
    """Drop what is in memory, so that the next use reads the file again."""
    with _lock:
        _loaded.clear()


def _load_or_make(home: Path, name: str) -> tuple[Ed25519PrivateKey, NodeKey]:
    path = home / "keys" / f"{name}.key"
    marker = home / ("keys.registered" if name == KeyUse.RELAY else f"{name}-key.registered")
    if not path.exists():
        if marker.exists():
            raise _lost()
        _make(path)
    key = _load(path)
    public = key.public_key().public_bytes_raw()
    node_key = NodeKey(key_id=key_id_of(public), public_key=public)
    if not marker.exists():
        durable.write_file(marker, f"{node_key.key_id}\n".encode("ascii"), mode=0o644)
    elif marker.read_text("ascii").strip() != node_key.key_id:
        raise _lost()
    return key, node_key


def _make(path: Path) -> None:
    data = Ed25519PrivateKey.generate().private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    # A crash here: an empty directory; the next start makes a key.
    durable.make_dir(path.parent)
    made = path.with_name(f".{path.stem}-{ids.new_id()}")
    # A crash here: a whole key under a name that nobody reads; the next start makes another.
    durable.write_file(made, data)
    try:
        # Linked, not renamed: of two processes that start together one wins, both use its key.
        # A crash after this line: the key is in place, the marker is not; the next start loads
        # the key and writes the marker. Nothing was signed yet.
        path.hardlink_to(made)
    except FileExistsError:
        pass
    finally:
        made.unlink()
    durable.fsync_dir(path.parent)


def _load(path: Path) -> Ed25519PrivateKey:
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        # On Windows the bits say nothing; there the folder's access list protects HOME.
        if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise Unavailable(
                "sealing.key-readable",
                N_("Others may read this node's key file; take their right away (chmod 600)."),
                permanent=True,
            )
        data = file.read()
    try:
        key = serialization.load_pem_private_key(data, password=None)
    except (ValueError, TypeError):
        key = None
    if not isinstance(key, Ed25519PrivateKey):
        raise Unavailable(
            "sealing.key-damaged",
            N_("This node's key file cannot be read as a key; restore it from the backup."),
            permanent=True,
        )
    return key


def _lost() -> Unavailable:
    return Unavailable(
        "sealing.key-lost",
        N_("This node's key is gone or is not the registered one; restore it from the backup."),
        permanent=True,
    )
