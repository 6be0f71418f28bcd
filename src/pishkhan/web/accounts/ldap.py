"""Asks the organisation's directory (LDAP, Active Directory) whether a password is right.

Nothing more is asked than RFC 4511 needs for that: a simple bind, after a search for the name where
a service account is set. So this speaks the few messages itself, over Python's own TLS, which
checks certificate and name. No password goes over an open line, but on this machine itself.
"""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from pishkhan.kernel.hosts import loopback

PATIENCE = 5.0  # seconds for the whole line to open, and for each answer
LONGEST = 1 << 20  # bytes of one answer
NAME = "{name}"
START_TLS = b"1.3.6.1.4.1.1466.20037"
WRONG = {32, 49, 53}  # no such entry, invalid credentials, unwilling (closed, must change)
# What a name has to escape inside a DN (RFC 4514); in a search it travels as it is.
SPECIAL = re.compile(r'([,+"\\<>;=#\x00])')


class Silent(Exception):
    """The directory does not answer, or not as one; nothing is known of the password."""


@dataclass(frozen=True, slots=True)
class Server:
    """Where the directory is, and how a name becomes the entry that is bound to."""

    host: str
    port: int
    tls: bool  # from the first byte; else StartTLS, but for this machine itself
    authority: str
    bind: str  # with {name}; or "" when a service account looks the entry up
    service: str
    secret: str
    base: str
    attribute: str


def right(server: Server, account: str, password: str) -> bool:
    """Return whether the directory opens the account with this password. Raise Silent.

    An empty password is wrong here: a directory would take it for a visitor without a name.
    """
    if not account or not password:
        return False
    with _line(server) as line:
        entry = server.bind.replace(NAME, _escaped(server, account)) or line.find(server, account)
        return bool(entry) and line.bind(entry, password)


def reach(server: Server) -> None:
    """Raise Silent unless the directory answers, and takes the service account if there is one."""
    with _line(server) as line:
        if server.service:
            line.find(server, "-")


def _escaped(server: Server, account: str) -> str:
    if "=" not in server.bind:
        return account  # name@domain of Active Directory, no DN
    text = SPECIAL.sub(r"\\\1", account).replace("\x00", "00")
    return "\\" + text if text.startswith(" ") else text


@contextmanager
def _line(server: Server) -> Iterator[_Line]:
    try:
        with socket.create_connection((server.host, server.port), PATIENCE) as plain:
            context = ssl.create_default_context(cafile=server.authority or None)
            if server.tls:
                with context.wrap_socket(plain, server_hostname=server.host) as safe:
                    yield _Line(safe)
            elif loopback(server.host):
                yield _Line(plain)
            else:
                _Line(plain).start_tls()
                with context.wrap_socket(plain, server_hostname=server.host) as safe:
                    yield _Line(safe)
    except (OSError, ValueError, IndexError) as error:
        raise Silent(type(error).__name__) from error


class _Line:
    """Sends requests one after another and reads what comes back."""

    def __init__(self, line: socket.socket) -> None:
        self.line = line
        self.number = 0
        self.begun = b""

    def bind(self, entry: str, password: str) -> bool:
        self._send(0x60, _int(3) + _text(entry) + _part(0x80, password.encode()))
        code = _code(self._answer(0x61))
        if code in WRONG:
            return False
        if code:
            raise Silent(f"bind: {code}")
        return True

    def start_tls(self) -> None:
        self._send(0x77, _part(0x80, START_TLS))
        if _code(self._answer(0x78)):
            raise Silent("no TLS")

    def find(self, server: Server, account: str) -> str:
        """Return the one entry that has this name, "" when none or several have."""
        if not self.bind(server.service, server.secret):
            raise Silent("the service account is refused")
        equal = _part(0xA3, _text(server.attribute) + _text(account))
        self._send(
            0x63,
            _text(server.base) + _part(0x0A, b"\x02") + _part(0x0A, b"\x00") + _int(2)
            + _int(int(PATIENCE)) + _part(0x01, b"\x00") + equal + _part(0x30, _text("1.1")),
        )  # fmt: skip
        found = []
        while True:
            kind, body = self._read()
            if kind == 0x64:
                found.append(_parts(body)[0][1].decode())
            elif kind == 0x65:
                break
        code = _code(body)
        if code not in {0, 4, 32}:  # done, more than two, no such place
            raise Silent(f"search: {code}")
        return found[0] if len(found) == 1 and not code else ""

    def _send(self, kind: int, body: bytes) -> None:
        self.number += 1
        self.line.sendall(_part(0x30, _int(self.number) + _part(kind, body)))

    def _answer(self, wanted: int) -> bytes:
        kind, body = self._read()
        if kind != wanted:
            raise Silent(f"answer: {kind}")
        return body

    def _read(self) -> tuple[int, bytes]:
        """Return the next message's operation and its content."""
        while (size := _whole(self.begun)) is None:
            more = self.line.recv(65536)
            if not more or len(self.begun) > LONGEST:
                raise Silent("cut")
            self.begun += more
        message, self.begun = self.begun[:size], self.begun[size:]
        ((_tag, inside),) = _parts(message)
        parts = _parts(inside)
        return parts[1]


def _part(kind: int, body: bytes) -> bytes:
    """Return one BER element."""
    size = len(body)
    if size < 0x80:
        return bytes([kind, size]) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([kind, 0x80 | len(length)]) + length + body


def _int(value: int) -> bytes:
    return _part(0x02, value.to_bytes(value.bit_length() // 8 + 1, "big"))


def _text(value: str) -> bytes:
    return _part(0x04, value.encode())


def _head(data: bytes) -> tuple[int, int] | None:
    """Return the sizes of an element's head and body; None while the head is not whole."""
    if len(data) < 2:
        return None
    if data[1] < 0x80:
        return 2, data[1]
    count = data[1] & 0x7F
    if not 1 <= count <= 4:
        raise ValueError("length")
    if len(data) < 2 + count:
        return None
    return 2 + count, int.from_bytes(data[2 : 2 + count], "big")


def _whole(data: bytes) -> int | None:
    """Return the size of the first element when all of it is there."""
    sizes = _head(data)
    if sizes is None or len(data) < sum(sizes):
        return None
    return sum(sizes)


def _parts(data: bytes) -> list[tuple[int, bytes]]:
    """Return the elements that stand one after another."""
    found = []
    while data:
        size = _whole(data)
        sizes = _head(data)
        if size is None or sizes is None:
            raise ValueError("cut element")
        found.append((data[0], data[sizes[0] : size]))
        data = data[size:]
    return found


def _code(body: bytes) -> int:
    """Return the result code of a response; none at all is not success."""
    kind, value = _parts(body)[0]
    if kind != 0x0A or not value:
        raise ValueError("no result code")
    return int.from_bytes(value, "big")
