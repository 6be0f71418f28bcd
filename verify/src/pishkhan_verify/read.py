"""Turns what the caller named (files, QR texts) into proofs, promises, paths and checkpoints."""

from __future__ import annotations

import sys
from hashlib import sha256
from pathlib import Path

from pishkhan_verify import note, photo, promise, proof
from pishkhan_verify.errors import Unreadable
from pishkhan_verify.judge import Item

MOST_BYTES = 32 * 1024 * 1024
MOST_QRS = 16
CHUNK = 1 << 20
STDIN = "-"


def given(name: str) -> list[Item]:
    """Return what one argument holds: the text of a QR, a file, or `-` for standard input.

    A file is told by what it begins with, never by its name. Raises Unreadable and, for a path
    that points outside its tree, Refused.
    """
    if promise.looks_like(name):
        return [promise.read_qr(name)]
    return held(sys.stdin.buffer.read(MOST_BYTES + 1) if name == STDIN else file(Path(name)))


def held(data: bytes) -> list[Item]:
    """Return what the bytes of a file hold."""
    if len(data) > MOST_BYTES:
        raise Unreadable("too-large")
    if photo.is_photo(data):
        texts = list(filter(promise.looks_like, photo.texts(data)))
        if not texts:
            raise Unreadable("photo-none")
    elif data.startswith(proof.FAMILY):
        return [proof.read(data)]
    elif note.MARK in data:
        return [note.read_checkpoint(data)]
    else:
        texts = _texts(data)
    return [promise.read_qr(text) for text in dict.fromkeys(texts)]


def _texts(data: bytes) -> list[str]:
    try:
        texts = [line.strip() for line in data.decode("utf-8").splitlines() if line.strip()]
    except UnicodeDecodeError:
        raise Unreadable("unknown-form") from None
    if not texts or len(texts) > MOST_QRS or not all(map(promise.looks_like, texts)):
        raise Unreadable("unknown-form")
    return texts


def file(path: Path, most: int = MOST_BYTES) -> bytes:
    """Return a file's bytes. Raises Unreadable (`no-file`, `too-large`)."""
    try:
        if not path.is_file():  # a pipe could keep one waiting for ever
            raise Unreadable("no-file", name=str(path))
        with path.open("rb") as opened:
            data = opened.read(most + 1)
    except (OSError, ValueError):
        raise Unreadable("no-file", name=str(path)) from None
    if len(data) > most:
        raise Unreadable("too-large")
    return data


def digest(path: Path) -> str:
    """Return SHA-256 of a file of any size, in hexadecimal. Raises Unreadable (`no-file`)."""
    told = sha256()
    try:
        if not path.is_file():
            raise Unreadable("no-file", name=str(path))
        with path.open("rb") as opened:
            while chunk := opened.read(CHUNK):
                told.update(chunk)
    except (OSError, ValueError):
        raise Unreadable("no-file", name=str(path)) from None
    return told.hexdigest()
