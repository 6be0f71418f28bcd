"""The bytes of an upload as they come: piece by piece, kept when the line is cut."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from typing import Protocol

from django.conf import settings
from django.db import connection
from django.http import HttpRequest

from pishkhan.kernel.blobs import PartialBlob
from pishkhan.kernel.errors import N_, Refused, TooLarge
from pishkhan.web.uploads import protocol

PIECE = 64 * 1024
"""Bytes written at once: what is lost at a cut, eight seconds of a 64 kbit/s line."""


def pieces(read: Callable[[int], bytes], length: int) -> Iterable[bytes]:
    """Yield what the client sends until `length` bytes came or the line was cut."""
    while length > 0:
        try:
            piece = read(min(PIECE, length))
        except OSError:  # the line was cut: what came before is kept
            return
        if not piece:
            return
        length -= len(piece)
        yield piece


def let_go() -> None:
    """Give a pooled database connection back: whoever waits for a slow line holds nothing."""
    if not connection.in_atomic_block and connection.settings_dict["CONN_MAX_AGE"] == 0:
        connection.close()


def check_place(here: int, at: int, length: int, *, whole: int) -> int:
    """Return where an upload stands, which must be `at`; before a byte of the body is read.

    Raises Refused `blobs.offset`, TooLarge `web.upload-overrun` when more than declared would come.
    """
    if at != here:
        raise Refused("blobs.offset", N_("The upload stands at another place."))
    if at + length > whole:
        raise TooLarge("web.upload-overrun", N_("More came than the file was said to have."))
    return here


def write(partial: PartialBlob, here: int, read: Callable[[int], bytes], length: int) -> int:
    """Write up to `length` bytes from `read` at offset `here`; return the new offset.

    Raises Locked `blobs.busy` while another request writes, NotFound once the upload is gone.
    """
    try:
        for piece in pieces(read, length):
            here = partial.append(here, piece)
    except Refused as error:
        raise (protocol.Locked("blobs.busy") if error.code == "blobs.busy" else error) from None
    return here


class Target(Protocol):
    """An upload that takes bytes."""

    def check(self, at: int, length: int) -> int:
        """Raise unless so many bytes may come at `at`."""
        ...

    def receive(self, at: int, read: Callable[[int], bytes], length: int) -> int:
        """Write what `read` gives at `at`, and return the new offset."""
        ...


def receive(
    request: HttpRequest,
    target: Target,
    at: int,
    coming: int,
    checksum: protocol.Checksum | None,
) -> int:
    """Write a request's body into an upload and return how far that is then.

    Raises what the target does, and WrongChecksum `web.tus-damaged`.
    """
    if checksum is None:
        return target.receive(at, request.read, coming)
    target.check(at, coming)
    # What is to be proven whole waits beside the upload until it is.
    with tempfile.SpooledTemporaryFile(max_size=settings.UPLOAD_CHUNK) as held:
        for piece in pieces(request.read, coming):
            checksum.add(piece)
            held.write(piece)
        if not checksum.matches() or held.tell() != coming:
            raise protocol.WrongChecksum("web.tus-damaged")
        held.seek(0)
        return target.receive(at, held.read, coming)
