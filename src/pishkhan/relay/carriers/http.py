"""The line itself: one connection over HTTP/1.1, few headers, a cap on its pace, a proxy's way.

Nothing here knows what it carries. A redirect is not followed and no cookie kept: whatever answers
but the node that was meant is told as such.
"""

from __future__ import annotations

import base64
import http.client
import json
import socket
import ssl
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO, Self
from urllib.parse import SplitResult, unquote, urlsplit
from urllib.request import getproxies, proxy_bypass

from pishkhan.kernel.errors import N_, Invalid, Unavailable
from pishkhan.relay.line import REASONS

PATIENCE = 60.0
"""Seconds without a byte after which a line counts as cut."""
PIECE = 16 * 1024
MOST_TOLD = 64 * 1024
"""Bytes of an answer that is no bag."""
_CODE = 80
_PORTS = {"http": 80, "https": 443}


class LineFailed(Unavailable):
    """A contact did not come about, or broke; `code` says by what. It is tried again."""

    def __init__(self, code: str) -> None:
        super().__init__(code, REASONS.get(code))


class LineRefused(LineFailed):
    """The other node answered, and refused; `status` is the answer's, `told` the code it gave."""

    def __init__(self, code: str, status: int, told: str = "") -> None:
        super().__init__(code)
        self.answered, self.told = status, told


@dataclass(slots=True)
class Reply:
    """An answer: its status, its headers by lower-case names, and its body unless it is a bag."""

    status: int
    headers: dict[str, str]
    body: bytes = b""

    @property
    def code(self) -> str:
        """Return the code of a refusal as the other node said it, or ""."""
        try:
            told = json.loads(self.body).get("code", "")
        except (ValueError, AttributeError, RecursionError):
            return ""
        return told[:_CODE] if isinstance(told, str) else ""

    def number(self, name: str) -> int | None:
        """Return a header's whole number; None when it is missing or none."""
        value = self.headers.get(name, "")
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else None


@dataclass(slots=True)
class Pace:
    """Holds what crosses a line to so many bits a second, both ways together; 0: no cap."""

    kbit: int = 0
    _free_at: float = field(default=0.0, init=False)

    def passed(self, count: int) -> None:
        """Wait until so many bytes more may have passed."""
        if not self.kbit:
            return
        now = time.monotonic()
        self._free_at = max(self._free_at, now) + count * 8 / (self.kbit * 1000)
        if self._free_at > now:
            time.sleep(self._free_at - now)

    @property
    def piece(self) -> int:
        """Return how many bytes go at once: at most a quarter of a second's."""
        return max(512, min(PIECE, self.kbit * 1000 // 32)) if self.kbit else PIECE


def check_address(text: str) -> str:
    """Return a line's address without its last slash; Invalid `relay.line-address`."""
    wrong = Invalid(
        "relay.line-address",
        N_("The address of a line is like https://letters.example.ir/relay/, without a password."),
    )
    try:
        parts = urlsplit(text.strip())
        port = parts.port
    except ValueError:
        raise wrong from None
    ok = parts.scheme in _PORTS and parts.hostname and not parts.username and port != 0
    if not ok or parts.query or parts.fragment or not text.isascii() or " " in text.strip():
        raise wrong
    return text.strip().rstrip("/")


class _Watched:
    """Reads lines of a head, and knows the last one."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        self.last = b""

    def readline(self, limit: int = -1) -> bytes:
        self.last = self._source.readline(limit)
        return self.last

    def __getattr__(self, name: str) -> object:
        return getattr(self._source, name)


class _Answer(http.client.HTTPResponse):
    """An answer whose head came whole: Python's own takes one that was cut for a shorter one."""

    def begin(self) -> None:
        source: Any = self.fp
        watched: Any = _Watched(source)
        self.fp = watched
        try:
            super().begin()
        finally:
            if self.fp is watched:
                self.fp = source
        if not watched.last:
            raise http.client.IncompleteRead(b"")


class Wire:
    """One connection to the node at an address. Leaving the `with` block closes it."""

    def __init__(
        self,
        address: str,
        *,
        pace: Pace | None = None,
        authority: Path | None = None,
        patience: float = PATIENCE,
    ) -> None:
        self._parts = urlsplit(address)
        self._pace = pace or Pace()
        self._authority = authority
        self._patience = patience
        self._line: http.client.HTTPConnection | None = None
        self._whole = ""  # before each path, where a proxy has to be told the whole address
        self._more: dict[str, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection, if there is one."""
        if self._line is not None:
            self._line.close()
            self._line = None

    def ask(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str] | None = None,
        body: bytes | BinaryIO = b"",
        length: int | None = None,
    ) -> Reply:
        """Make a request, and return its answer whole. Raises LineFailed.

        `path` is below the line's address, or a whole path if it begins with a slash.
        """
        answer = self._request(method, path, headers or {}, body, length)
        return self._told(answer)

    def fetch(self, path: str, headers: Mapping[str, str]) -> tuple[Reply, Iterator[bytes]]:
        """Make a GET, and return its answer and what yields its body. Raises LineFailed.

        The pieces have to be taken before the next request. Only of 200 and 206 they are any.
        """
        answer = self._request("GET", path, headers, b"", None)
        if answer.status not in {200, 206}:
            return self._told(answer), iter(())
        return _reply(answer), self._pieces(answer)

    def _request(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | BinaryIO,
        length: int | None,
    ) -> http.client.HTTPResponse:
        if length is None:
            length = len(body) if isinstance(body, bytes) else 0
        try:
            line = self._line or self._connect()
            line.putrequest(method, self._target(path), skip_accept_encoding=True)
            for name, value in {**self._more, **headers}.items():
                line.putheader(name, value)
            if length or method in {"POST", "PATCH"}:
                line.putheader("Content-Length", str(length))
            first = body[: self._pace.piece] if isinstance(body, bytes) else b""
            line.endheaders(first or None)
            # Refused before all of it was sent: the answer may stand there.
            with suppress(BrokenPipeError, ConnectionResetError):
                self._send(line, body, len(first), length)
            return line.getresponse()
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.close()
            raise failed(error) from error

    def _send(
        self, line: http.client.HTTPConnection, body: bytes | BinaryIO, at: int, length: int
    ) -> None:
        self._pace.passed(at)
        while at < length:
            size = min(self._pace.piece, length - at)
            piece = body[at : at + size] if isinstance(body, bytes) else body.read(size)
            if not piece:
                raise OSError("the bag is shorter than it was")
            line.send(piece)
            at += len(piece)
            self._pace.passed(len(piece))

    def _pieces(self, answer: http.client.HTTPResponse) -> Iterator[bytes]:
        try:
            while piece := answer.read1(self._pace.piece):
                yield piece
                self._pace.passed(len(piece))
            answer.close()  # `read1` does not see that nothing is left
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise failed(error) from error

    def _told(self, answer: http.client.HTTPResponse) -> Reply:
        try:
            body = answer.read(MOST_TOLD)
            if len(body) < MOST_TOLD and answer.length:
                raise http.client.IncompleteRead(body, answer.length)
            if answer.read(1):
                self.close()
        except (OSError, http.client.HTTPException) as error:
            self.close()
            raise failed(error) from error
        self._pace.passed(len(body))
        return _reply(answer, body)

    def _target(self, path: str) -> str:
        base = "" if path.startswith("/") else f"{self._parts.path.rstrip('/')}/"
        return f"{self._whole}{base}{path}"

    def _connect(self) -> http.client.HTTPConnection:
        parts = self._parts
        host, port = str(parts.hostname), parts.port or _PORTS[parts.scheme]
        proxy = proxy_for(parts)
        self._whole, self._more = "", {}
        at = (host, port) if proxy is None else (str(proxy.hostname), proxy.port or 80)
        line: http.client.HTTPConnection
        if parts.scheme == "https":
            line = http.client.HTTPSConnection(*at, timeout=self._patience, context=self._context())
            if proxy is not None:
                line.set_tunnel(host, port, _login(proxy))
        else:
            line = http.client.HTTPConnection(*at, timeout=self._patience)
            if proxy is not None:
                self._whole, self._more = f"http://{parts.netloc}", _login(proxy)
        line.response_class = _Answer
        line.connect()
        if line.sock is not None:
            line.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._line = line
        return line

    def _context(self) -> ssl.SSLContext:
        context = ssl.create_default_context()
        if self._authority is not None and self._authority.is_file():
            context.load_verify_locations(self._authority)
        return context


def proxy_for(parts: SplitResult) -> SplitResult | None:
    """Return the proxy that the environment names for an address, or None."""
    found = getproxies().get(parts.scheme)
    if not found or proxy_bypass(parts.netloc):
        return None
    proxy = urlsplit(found if "://" in found else f"http://{found}")
    return proxy if proxy.hostname else None


def failed(error: Exception) -> LineFailed:
    """Return what a person is told of a line that broke."""
    if isinstance(error, ssl.SSLError):
        return LineFailed("relay.line-tls")
    if isinstance(error, (http.client.BadStatusLine, http.client.IncompleteRead)):
        return LineFailed("relay.line-cut")
    if isinstance(error, (http.client.HTTPException, ValueError)):
        return LineFailed("relay.line-form")
    if isinstance(error, (ConnectionResetError, BrokenPipeError, TimeoutError)):
        return LineFailed("relay.line-cut")
    return LineFailed("relay.line-silent")


def _reply(answer: http.client.HTTPResponse, body: bytes = b"") -> Reply:
    return Reply(answer.status, {k.lower(): v for k, v in answer.getheaders()}, body)


def _login(proxy: SplitResult) -> dict[str, str]:
    if not proxy.username:
        return {}
    pair = f"{unquote(proxy.username)}:{unquote(proxy.password or '')}"
    return {"Proxy-Authorization": f"Basic {base64.b64encode(pair.encode()).decode()}"}
