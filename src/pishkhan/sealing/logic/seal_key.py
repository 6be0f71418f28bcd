"""The node's seal key: what is sealed to it opens here, and nowhere else.

HOME/keys/seal.key          an identity file of age, one X25519 identity, unencrypted, mode 0600
HOME/seal-key.registered    its recipient, written after the key; from then on a lost key is fatal

It signs nothing and is stated by no root. It is read at every use, which costs less than opening
what was sealed: a key that is lost or swapped is noticed at once.
"""

from __future__ import annotations

from pathlib import Path

from pyrage import IdentityError, x25519

from pishkhan.kernel import durable
from pishkhan.sealing.logic import key_files, keys

_USE = "seal"


def identity(home: Path) -> x25519.Identity:
    """Return the identity of the node at `home`; make it at the first use.

    Raises what `keys.ensure_node_key` does.
    """
    marker, path = keys.marker_of(home, _USE), keys.path_of(home, _USE, 1)
    # Before the key is looked for: another process may be making both, the marker last.
    registered = _registered(marker)
    try:
        found = _read(path)
    except FileNotFoundError:
        if registered is not None:
            raise key_files.lost() from None
        _make(path)
        found = _read(path)
    recipient = str(found.to_public())
    if registered is None:
        durable.write_file(marker, f"{recipient}\n".encode("ascii"), mode=0o644)
    elif registered != recipient:
        raise key_files.lost()
    return found


def _registered(marker: Path) -> str | None:
    """Return the recipient that the marker names; None when nothing was registered yet."""
    try:
        return marker.read_text("ascii").strip()
    except FileNotFoundError:
        return None
    except UnicodeDecodeError:
        raise key_files.lost() from None


def _make(path: Path) -> None:
    made = x25519.Identity.generate()
    key_files.put(path, f"# public key: {made.to_public()}\n{made}\n".encode("ascii"))


def _read(path: Path) -> x25519.Identity:
    """Return the one identity of a file, beside remarks that begin with #; raises FileNotFoundError
    and what `keys.ensure_node_key` does.
    """
    try:
        lines = key_files.read(path).decode("ascii").splitlines()
        (found,) = [line for line in lines if line.strip() and not line.startswith("#")]
        return x25519.Identity.from_str(found.strip())
    except (ValueError, IdentityError):  # a UnicodeDecodeError is a ValueError
        raise key_files.damaged() from None
