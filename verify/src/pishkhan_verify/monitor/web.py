"""The only part of this distribution that asks a server: bounded GETs below one address.

http and https alone; nothing is followed to another host, no answer is longer than was asked for,
and none takes longer than `MOST_SECONDS` from connecting to its last byte, however it drips.
"""

from __future__ import annotations

import socket
import time
import urllib.error
import urllib.request
import zlib
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Event, Timer
from typing import IO, Any
from urllib.parse import urlsplit

from pishkhan_verify import __version__
from pishkhan_verify.errors import Unreadable

WAIT_SECONDS = 15.0  # for one step of the network
MOST_SECONDS = 60.0  # for a whole answer
TRIES, PAUSE_SECONDS = 3, 2.0
MOST_REDIRECTS = 3
CHUNK = 1 << 16
GONE = frozenset({404, 410})

_PORTS = {"http": 80, "https": 443}


class Away(Unreadable):
    """The server can't be reached, or gives no usable answer; `why` is a few words of English."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__("source-away", name=name, why=why)


def place(url: str) -> tuple[str, str, int]:
    """Return scheme, host and port of an address. Raises Unreadable (`source-address`)."""
    try:
        parts = urlsplit(url)
        port = parts.port or _PORTS[parts.scheme]
    except (ValueError, KeyError):
        raise Unreadable("source-address", name=url) from None
    if not parts.hostname or parts.query or parts.fragment or "@" in parts.netloc:
        raise Unreadable("source-address", name=url)
    if not url.isascii() or any(c <= " " for c in url):
        raise Unreadable("source-address", name=url)
    return parts.scheme, parts.hostname, port


class _Heard(HTTPConnection):
    """Leaves a second handle of its socket, by which a dripping server is ended from outside."""

    handles: list[socket.socket]

    def connect(self) -> None:
        super().connect()
        self.handles.append(self.sock.dup())  # TLS takes the first handle away, even for its hello


class _HeardSecure(HTTPSConnection, _Heard):
    """The same over TLS."""


def _heard(kind: type[_Heard], handles: list[socket.socket]) -> Callable[..., _Heard]:
    def made(host: str, **options: Any) -> _Heard:
        connection = kind(host, **options)
        connection.handles = handles
        return connection

    return made


class _Http(urllib.request.HTTPHandler):
    def __init__(self, handles: list[socket.socket]) -> None:
        super().__init__()
        self.handles = handles

    def http_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_heard(_Heard, self.handles), req)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, handles: list[socket.socket]) -> None:
        super().__init__()
        self.handles = handles

    def https_open(self, req: urllib.request.Request) -> HTTPResponse:
        return self.do_open(_heard(_HeardSecure, self.handles), req)


def _end(handles: list[socket.socket], over: Event) -> None:
    over.set()  # before the reader wakes up
    for handle in handles:
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)


class _SameHost(urllib.request.HTTPRedirectHandler):
    max_redirections = MOST_REDIRECTS

    def redirect_request(  # noqa: PLR0917 - as urllib calls it
        self, req: urllib.request.Request, fp: IO[bytes], code: int, msg: str, headers: Any,
        newurl: str,
    ) -> urllib.request.Request | None:  # fmt: skip
        try:
            same = place(newurl) == place(req.full_url)
        except Unreadable:
            same = False
        if not same:
            fp.close()
            raise urllib.error.URLError("it leads to another host")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(handles: list[socket.socket]) -> urllib.request.OpenerDirector:
    opener = urllib.request.OpenerDirector()  # not build_opener, which opens file: and ftp: too
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.UnknownHandler(),
        _Http(handles),
        _Https(handles),
        urllib.request.HTTPDefaultErrorHandler(),
        _SameHost(),
        urllib.request.HTTPErrorProcessor(),
    ):
        opener.add_handler(handler)
    return opener


def get(url: str, most: int) -> bytes | None:
    """Return the body at an address; None when the server says that there is none.

    Raises Away after some tries, and at once for an answer of more than `most` bytes.
    """
    for left in reversed(range(TRIES)):
        try:
            return _once(url, most)
        except Away as away:
            if not left or away.values["why"] == "too long":
                raise
        time.sleep(PAUSE_SECONDS)
    raise AssertionError


def _once(url: str, most: int) -> bytes | None:
    request = urllib.request.Request(  # noqa: S310 - `place` allows two schemes
        url,
        headers={
            "Accept-Encoding": "gzip, identity",
            "Cache-Control": "no-cache",
            "User-Agent": f"pishkhan-verify/{__version__}",
        },
    )
    handles: list[socket.socket] = []
    over = Event()
    timer = Timer(MOST_SECONDS, _end, (handles, over))
    timer.daemon = True
    timer.start()
    try:
        with _opener(handles).open(request, timeout=WAIT_SECONDS) as answer:
            data = _body(answer, url, most)
        if over.is_set():  # an end without a length would look like a whole answer
            raise Away(url, "too slow")
        return data
    except urllib.error.HTTPError as error:
        error.close()
        if error.code in GONE:
            return None
        raise Away(url, f"HTTP {error.code}") from None
    except urllib.error.URLError as error:
        raise Away(url, str(error.reason)) from None
    except (OSError, HTTPException, ValueError, zlib.error) as error:
        raise Away(url, str(error) or type(error).__name__) from None
    finally:
        timer.cancel()
        for handle in handles:
            handle.close()


def _body(answer: HTTPResponse, url: str, most: int) -> bytes:
    kind = answer.headers.get("Content-Encoding", "identity").strip().lower()
    if kind not in ("identity", "gzip"):
        raise Away(url, "an encoding that was not asked for")
    unpack = zlib.decompressobj(31) if kind == "gzip" else None
    data = b""
    while chunk := answer.read1(CHUNK):
        data += unpack.decompress(chunk, most + 1 - len(data)) if unpack else chunk
        if len(data) > most:
            raise Away(url, "too long")
    if (unpack and not unpack.eof) or (answer.length or 0) > 0:
        raise Away(url, "cut off")
    return data
