"""The node's seal keys: what is sealed to them opens here, and nowhere else.

HOME/keys/seal.key          an identity file of age, one X25519 identity, unencrypted, mode 0600
HOME/keys/seal-<n>.key      the n-th key (n >= 2): the one in use, or the next one
HOME/seal-key.registered    the recipient in use, written after its key; from then on a lost key is
                            fatal. Below it a line for each former one, oldest first:
                            `former <recipient>`

They sign nothing and are stated by no root. They are read at every use, which costs less than
opening what was sealed: a key that is lost or swapped is noticed at once. The marker, written
whole, is the switch. A former key stays: what was sealed to it may still be on the road.
"""

from __future__ import annotations

from pathlib import Path

from pyrage import IdentityError, x25519

from pishkhan.kernel import durable
from pishkhan.sealing.logic import key_files, keys

_USE = "seal"
_FORMER = "former "


def identity(home: Path) -> x25519.Identity:
    """Return the identity in use of the node at `home`; make it at the first use.

    Raises what `keys.ensure_node_key` does.
    """
    return identities(home)[0]


def identities(home: Path) -> list[x25519.Identity]:
    """Return the identity in use and, after it, the former ones, the newest first.

    Raises what `keys.ensure_node_key` does.
    """
    marker = keys.marker_of(home, _USE)
    # Before the key is looked for: another process may be making both, the marker last.
    registered = _registered(marker)
    if registered is None:
        path = keys.path_of(home, _USE, 1)
        # Without its marker nobody knows which of several keys was in use.
        if any(path.parent.glob(f"{_USE}-*.key")):
            raise key_files.lost()
        if not path.exists():
            _make(path)
        found = _read(path)
        durable.write_file(marker, f"{found.to_public()}\n".encode("ascii"), mode=0o644)
        return [found]
    try:
        held = [
            _read(keys.path_of(home, _USE, len(registered) - older))
            for older in range(len(registered))
        ]
    except FileNotFoundError:
        raise key_files.lost() from None
    if [str(each.to_public()) for each in held] != registered:
        raise key_files.lost()
    return held


def make_next(home: Path) -> str:
    """Make the key that comes next and return its recipient; the same one when it is made."""
    path = keys.path_of(home, _USE, len(identities(home)) + 1)
    if not path.exists():
        _make(path)  # of two at once one wins, and both return its key
    return str(_read(path).to_public())


def switch(home: Path, recipient: str) -> None:
    """Let the next key be in use, unless it is already; the former ones still open.

    Raises Unavailable `sealing.key-lost` when the next key is not this one.
    """
    known = [str(each.to_public()) for each in identities(home)]
    if known[0] == recipient:
        return
    if make_next(home) != recipient:
        raise key_files.lost()
    lines = [recipient, *(_FORMER + each for each in reversed(known))]
    marker = keys.marker_of(home, _USE)
    durable.write_file(marker, ("\n".join(lines) + "\n").encode("ascii"), mode=0o644)


def _registered(marker: Path) -> list[str] | None:
    """Return the recipients of the marker, the one in use first, then the newest former one.

    None when nothing was registered yet.
    """
    try:
        first, *former = marker.read_text("ascii").splitlines()
    except FileNotFoundError:
        return None
    except ValueError:  # a UnicodeDecodeError is one
        raise key_files.lost() from None
    if not all(line.startswith(_FORMER) for line in former):
        raise key_files.lost()
    return [first.strip(), *(line.removeprefix(_FORMER).strip() for line in reversed(former))]


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
