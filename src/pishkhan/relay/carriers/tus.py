"""Sends a file by tus 1.0 and goes on where it was cut: to a centre, or any server that speaks it.

Source: https://tus.io/protocols/resumable-upload (1.0.0): core, creation, creation-with-upload.
Not checksum: a server keeps nothing of a piece that it has to prove whole, so a cut would cost all
of it; what was sent is proven by the digest of the whole.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO
from urllib.parse import urlsplit

from pishkhan.relay.carriers.http import LineFailed, LineRefused, Reply, Wire

VERSION = {"Tus-Resumable": "1.0.0"}
BYTES = {"Content-Type": "application/offset+octet-stream"}
WHOLE, CREATED, GONE = 204, 201, frozenset({403, 404, 410})
MOST_TURNS = 10
"""Requests without a byte of progress after which a server is not believed to be one of tus."""


@dataclass(slots=True)
class Sending:
    """One file on its way out. `address` is None until the server has made room for it.

    `remember` hears the address as soon as it is known, so that a later process goes on there.
    """

    source: BinaryIO
    size: int
    collection: str
    headers: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    address: str | None = None
    offset: int | None = None
    remember: Callable[[str], None] | None = None


def send(wire: Wire, sending: Sending, *, with_creation: bool = True) -> None:
    """Send what the server has not, to the end. Raises LineFailed, LineRefused.

    After a cut it may be called again, also with another wire: the server is asked how far it is.
    `with_creation` sends all with the request that makes room for it (creation-with-upload).
    """
    stuck = 0
    while sending.offset != sending.size:
        before = sending.offset
        if sending.address is None:
            _create(wire, sending, with_creation=with_creation)
        elif sending.offset is None:
            _look(wire, sending)
        else:
            _patch(wire, sending)
        stuck = 0 if sending.offset is not None and sending.offset != before else stuck + 1
        if stuck > MOST_TURNS:
            raise LineFailed("relay.line-form")


def _create(wire: Wire, sending: Sending, *, with_creation: bool) -> None:
    headers = {**VERSION, **sending.headers, "Upload-Length": str(sending.size)}
    if sending.metadata:
        headers["Upload-Metadata"] = ",".join(
            f"{name} {base64.b64encode(value.encode()).decode()}"
            for name, value in sending.metadata.items()
        )
    if with_creation:
        headers |= BYTES
        sending.source.seek(0)
        reply = wire.ask("POST", sending.collection, headers, sending.source, sending.size)
    else:
        reply = wire.ask("POST", sending.collection, headers)
    if reply.status != CREATED or not reply.headers.get("location"):
        raise refused(reply)
    # Only the path counts: a server behind a proxy may not know its own name.
    sending.address = urlsplit(reply.headers["location"]).path
    sending.offset = reply.number("upload-offset")
    if sending.offset is None:
        sending.offset = 0
    if sending.remember is not None:
        sending.remember(sending.address)


def _look(wire: Wire, sending: Sending) -> None:
    reply = wire.ask("HEAD", str(sending.address), {**VERSION, **sending.headers})
    if reply.status in GONE:
        sending.address = None
        return
    offset = reply.number("upload-offset")
    if reply.status not in {200, 204} or offset is None or offset > sending.size:
        raise refused(reply)
    sending.offset = offset


def _patch(wire: Wire, sending: Sending) -> None:
    offset = int(sending.offset or 0)
    headers = {**VERSION, **sending.headers, **BYTES, "Upload-Offset": str(offset)}
    sending.source.seek(offset)
    sending.offset = None  # whatever becomes of it, only the server knows
    reply = wire.ask("PATCH", str(sending.address), headers, sending.source, sending.size - offset)
    if reply.status == WHOLE:
        sending.offset = reply.number("upload-offset")
    elif reply.status in GONE:
        sending.address = None
    elif reply.status != 409 or reply.code.startswith("relay."):
        raise refused(reply)


def refused(reply: Reply) -> LineRefused:
    """Return the failure that an answer means, with the code that it gave."""
    if reply.status in {423, 429, 502, 503, 504}:
        return LineRefused("relay.line-busy", reply.status, reply.code)
    if reply.status in {401, 403}:
        return LineRefused("relay.line-unknown", reply.status, reply.code)
    if reply.code.startswith("relay."):
        return LineRefused(reply.code, reply.status, reply.code)
    return LineRefused("relay.line-form", reply.status, reply.code)
