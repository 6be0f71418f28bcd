"""The door to the practice node: what lies below `/practice/` is passed on to its socket.

It stands before Django: a request for the practice node touches no session, no row and no file of
this one. Of the browser's cookies only the practice node's own go through, and no token of a
program does. A few requests at once have a place; practising never makes a real desk wait.
"""

from __future__ import annotations

import io
import socket
from collections.abc import Iterable, Iterator
from http.client import HTTPConnection, HTTPException, HTTPResponse
from pathlib import Path
from typing import Any
from urllib.parse import quote

from pishkhan.node import practice, socket_file
from pishkhan.node.gate import Application, Environ, Lane, StartResponse, busy, length_of

AT_ONCE = 8
PATIENCE = 60  # seconds; a page of the practice node takes far less
PIECE = 64 * 1024

# RFC 9110, 7.6.1: of this connection alone. Length and kind of a body are passed on by name below.
HOP = frozenset(
    (
        "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "te", "trailer",
        "transfer-encoding", "upgrade", "proxy-connection", "expect",
    )
)  # fmt: skip
# Told anew below, or nothing that the practice node may learn.
KEPT_BACK = HOP | {"cookie", "authorization", "x-forwarded-for", "x-forwarded-proto"}

WAIT = """<!doctype html><html lang="fa" dir="rtl"><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1"><meta http-equiv="refresh" content="4">
<title>تمرین</title><link rel="stylesheet" href="/static/pishkhan/app.css">
<main class="page-mid stack p-4"><section class="card stack"><h1>تمرین آماده می‌شود</h1>
<p class="mb-0">تا یک دقیقه طول می‌کشد. این صفحه خودش باز می‌شود. کار واقعی شما جای دیگری است و دست نخورده است.</p>
<p class="mb-0" lang="en" dir="ltr">Practice is being made ready; this takes up to a minute. The page opens by itself.</p>
</section></main></html>""".encode()  # noqa: E501 - a page; both languages, for nobody is known here


class Line(HTTPConnection):
    """HTTP over a socket file."""

    def __init__(self, path: Path) -> None:
        super().__init__("localhost", timeout=PATIENCE)
        self._path = path

    def connect(self) -> None:
        """Connect to the file; raise OSError when nobody listens there."""
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(PATIENCE)
        with socket_file.reachable(self._path) as path:
            self.sock.connect(path)


class Door:
    """A WSGI application that passes on what is for the practice node, and leaves the rest."""

    def __init__(self, application: Application, path: Path, *, proxy_hops: int) -> None:
        self.application = application
        self.path = path
        self.proxy_hops = proxy_hops
        self.lane = Lane(AT_ONCE)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        asked = environ.get("PATH_INFO", "")
        if asked == practice.BELOW:
            start_response(
                "302 Found", [("Location", f"{practice.BELOW}/"), ("Content-Length", "0")]
            )
            return [b""]
        if not asked.startswith(f"{practice.BELOW}/"):
            return self.application(environ, start_response)
        if not self.lane.enter():
            return busy(start_response)
        line = Line(self.path)
        try:
            answer = self._pass_on(line, environ, asked.removeprefix(practice.BELOW))
            told = [(n, v) for n, v in answer.getheaders() if n.lower() not in HOP]
            start_response(f"{answer.status} {answer.reason}", told)
            return Body(answer, line, self.lane)
        except (OSError, HTTPException, ValueError):
            line.close()
            self.lane.__exit__()
            practice.want(self.path.parent)
            return _not_ready(start_response)

    def _pass_on(self, line: Line, environ: Environ, asked: str) -> HTTPResponse:
        address = quote(asked.encode("latin-1"), safe="/~!$&'()*+,;=:@")
        if environ.get("QUERY_STRING"):
            address += "?" + environ["QUERY_STRING"]
        length = length_of(environ)
        line.request(
            environ["REQUEST_METHOD"],
            address,
            Limited(environ["wsgi.input"], length) if length else None,
            headers_for(environ, proxy_hops=self.proxy_hops),
        )
        return line.getresponse()


def headers_for(environ: Environ, *, proxy_hops: int) -> dict[str, str]:
    """Return the headers that the practice node gets; what proxies said counts if there are any."""
    headers = {
        name[5:].replace("_", "-").lower(): value
        for name, value in environ.items()
        if name.startswith("HTTP_")
    }
    own = "; ".join(
        each.strip()
        for each in headers.get("cookie", "").split(";")
        if each.strip().startswith(practice.COOKIES)
    )
    scheme = str(environ.get("wsgi.url_scheme", "http"))
    chain = str(environ.get("REMOTE_ADDR") or "127.0.0.1")
    if proxy_hops:
        scheme = headers.get("x-forwarded-proto", scheme)
        chain = ", ".join(filter(None, (headers.get("x-forwarded-for"), chain)))
    passed = {name: value for name, value in headers.items() if name not in KEPT_BACK}
    passed |= {"x-forwarded-for": chain, "x-forwarded-proto": scheme}
    for name in ("CONTENT_TYPE", "CONTENT_LENGTH"):
        if environ.get(name):
            passed[name.replace("_", "-").lower()] = environ[name]
    if own:
        passed["cookie"] = own
    return passed


class Limited(io.RawIOBase):
    """The body of a request: so many bytes of the connection and no more."""

    def __init__(self, source: Any, length: int) -> None:
        self._source, self._left = source, length

    def read(self, size: int = -1) -> bytes:
        """Return up to `size` bytes; b"" at the end."""
        wanted = self._left if size < 0 else min(size, self._left)
        piece: bytes = self._source.read(wanted) if wanted else b""
        self._left -= len(piece)
        return piece


class Body:
    """The answer in pieces; the place at the door is free when it is closed."""

    def __init__(self, answer: HTTPResponse, line: Line, lane: Lane) -> None:
        self._answer, self._line, self._lane = answer, line, lane
        self._open = True

    def __iter__(self) -> Iterator[bytes]:
        try:
            while piece := self._answer.read(PIECE):
                yield piece
        finally:
            self.close()

    def close(self) -> None:
        """Close the line to the practice node and leave the place, once."""
        if self._open:
            self._open = False
            self._line.close()
            self._lane.__exit__()


def _not_ready(start_response: StartResponse) -> list[bytes]:
    """Say that practice is being made ready; the page asks again by itself."""
    start_response(
        "503 Service Unavailable",
        [
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(WAIT))),
            ("Cache-Control", "no-store"),
            ("Content-Security-Policy", "default-src 'none'; style-src 'self'; font-src 'self'"),
            ("Retry-After", "4"),
        ],
    )
    return [WAIT]
