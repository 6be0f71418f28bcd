"""An agency's root in files, on a machine that needs no node and no network.

FILE        the Ed25519 key, PKCS #8 in PEM, encrypted by a passphrase, mode 0600
FILE.pub    the line `root <agency> <key>`: for nodes and checkers
FILE.book   every paper that the root signed, in order: by it the next number is known, and
            what a revocation list must go on to name

A paper is in the book, durably, before it is handed out. A crash after that: its number is
taken, and the paper is read out of the book.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pishkhan.kernel import clock, durable
from pishkhan.kernel.errors import N_, Invalid, NotFound, Refused
from pishkhan.sealing.contracts import (
    Revocations,
    Revoked,
    RootChange,
    Said,
    Statement,
    Subject,
    key_id_of,
)
from pishkhan.sealing.statements import Paper, read, read_root_line, root_line, write

SHORTEST = 15
"""Characters of a passphrase: the key's file may be copied, and then guessed at for years."""


@dataclass(frozen=True, slots=True)
class RootFile:
    """A root that was opened, and what it has signed."""

    path: Path
    agency: UUID
    private: Ed25519PrivateKey
    key_id: str
    book: tuple[Paper, ...]

    def newest(self) -> Revocations | None:
        """Return the list that it signed last."""
        lists = [each.said for each in self.book if isinstance(each.said, Revocations)]
        return lists[-1] if lists else None


def make(path: Path, agency: UUID, passphrase: str) -> bytes:
    """Make a root and its files; return the line of its public key.

    Raises Refused `sealing.root-there`, Invalid `sealing.passphrase`.
    """
    if any(each.exists() for each in (path, _beside(path, "pub"), _beside(path, "book"))):
        raise Refused(
            "sealing.root-there", N_("There is such a file already; a root is never made over it.")
        )
    if len(passphrase) < SHORTEST:
        raise Invalid("sealing.passphrase", N_("A root's passphrase has at least 15 characters."))
    private = Ed25519PrivateKey.generate()
    line = root_line(agency, private.public_key().public_bytes_raw())
    data = private.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.BestAvailableEncryption(passphrase.encode()),
    )
    durable.write_file(_beside(path, "book"), b"")
    durable.write_file(_beside(path, "pub"), line, mode=0o644)
    # Last: a crash before this line leaves files of a root that nobody has.
    durable.write_file(path, data)
    return line


def open_root(path: Path, passphrase: str) -> RootFile:
    """Return a root. NotFound `sealing.no-root-file`, Refused `sealing.root-readable`, Invalid."""
    try:
        with path.open("rb") as file:
            mode, data = os.fstat(file.fileno()).st_mode, file.read()
        line, book = _beside(path, "pub").read_bytes(), _beside(path, "book").read_bytes()
    except OSError:
        raise NotFound(
            "sealing.no-root-file",
            N_("The root's files FILE, FILE.pub and FILE.book must lie here."),
        ) from None
    if os.name == "posix" and mode & (stat.S_IRWXG | stat.S_IRWXO):
        raise Refused(
            "sealing.root-readable", N_("Others may read the root's file: chmod 600 it first.")
        )
    try:
        private = serialization.load_pem_private_key(data, password=passphrase.encode())
    except (ValueError, TypeError):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise Invalid(
            "sealing.passphrase", N_("The passphrase is not right, or the root's file is damaged.")
        )
    agency, public = read_root_line(line)
    papers = tuple(read(book)) if book else ()
    key_id = key_id_of(public)
    if private.public_key().public_bytes_raw() != public or not all(
        each.is_by(public) for each in papers if each.said.root == key_id
    ):
        raise Invalid("sealing.root-book", N_("The root's book or public key is another root's."))
    return RootFile(path, agency, private, key_id, papers)


def state(
    root: RootFile,
    subjects: Sequence[Subject],
    *,
    begins: datetime | None = None,
    ends: datetime | None = None,
    number: int | None = None,
) -> bytes:
    """Return signed statements of keys, numbered on from the book, or from `number`.

    Moments are kept to the second. Raises Refused `sealing.number-low`, `sealing.key-revoked`.
    """
    begins = (begins or clock.current().now()).replace(microsecond=0)
    known = root.newest()
    gone = {each.key_id for each in known.revoked} if known else set()
    if any(each.key_id in gone for each in subjects):
        raise Refused("sealing.key-revoked", N_("This key is revoked, and stays so."))
    first = _next(root, Statement, number)
    ends = None if ends is None else ends.replace(microsecond=0)
    return _sign(
        root,
        [
            Statement(root.agency, root.key_id, first + place, subject, begins, ends)
            for place, subject in enumerate(subjects)
        ],
    )


def revoke(
    root: RootFile, more: Sequence[Revoked], *, days: int, number: int | None = None
) -> bytes:
    """Return the next revocation list: the last one's keys and these; a newer comes in `days`.

    With no more keys it says anew, by a later date, what the last one said. A key that was revoked
    already may be dated earlier, never later (Refused `sealing.revocations-fewer`).
    """
    issued = clock.current().now().replace(microsecond=0)
    known = root.newest()
    rows = {each.key_id: each for each in known.revoked} if known else {}
    for each in more:
        if each.key_id in rows and rows[each.key_id].at < each.at:
            raise Refused(
                "sealing.revocations-fewer",
                N_("The list takes a revocation back, or dates it later; that is never taken."),
            )
        rows[each.key_id] = each
    revoked = tuple(rows[key_id] for key_id in sorted(rows))
    count = _next(root, Revocations, number)
    said = Revocations(
        root.agency, root.key_id, count, issued, issued + timedelta(days=days), revoked
    )
    return _sign(root, [said])


def change(root: RootFile, new: Path) -> bytes:
    """Return the file by which this root names another of its agency, made by `make`, as the next.

    The new root's book begins with the old one's, so that numbers go on.
    """
    try:
        agency, key = read_root_line(_beside(new, "pub").read_bytes())
        unused = _beside(new, "book").read_bytes() == b""
    except OSError:
        raise NotFound(
            "sealing.no-root-file",
            N_("The root's files FILE, FILE.pub and FILE.book must lie here."),
        ) from None
    if agency != root.agency or not unused:
        raise Refused(
            "sealing.root-used", N_("The new root is another agency's, or has signed already.")
        )
    issued = clock.current().now().replace(microsecond=0)
    before = [each.said.number for each in root.book if isinstance(each.said, RootChange)]
    said = RootChange(agency, root.key_id, max(before, default=1) + 1, issued, key)
    signed = _sign(root, [said])
    durable.write_file(_beside(new, "book"), _beside(root.path, "book").read_bytes())
    return signed


def _next(root: RootFile, kind: type[Said], number: int | None) -> int:
    """Return the next number of a kind of paper; Refused `sealing.number-low` for a used one."""
    last = max((each.said.number for each in root.book if isinstance(each.said, kind)), default=0)
    if number is not None and number <= last:
        raise Refused("sealing.number-low", N_("The book has a paper of this number, or later."))
    return number or last + 1


def _sign(root: RootFile, said: Sequence[Said]) -> bytes:
    papers = [write(each, root.private.sign) for each in said]
    book = b"".join(map(bytes, (*root.book, *papers)))
    durable.write_file(_beside(root.path, "book"), book)
    return b"".join(map(bytes, papers))


def _beside(path: Path, ending: str) -> Path:
    return path.with_name(f"{path.name}.{ending}")
