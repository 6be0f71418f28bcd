"""Keeps slow clients away from the desks, inside one process.

A WSGI server gives each request a thread, and a thread that waits for a slow body serves nobody.
So the server gets many threads, and this gate decides what they may do:

- a request *at a desk* (page, form, API call) runs only while fewer than `desks` others do; its
  body, at most 1 MB, was read into memory before it got there;
- a *file* (tus at /files/ and /relay/up, or any longer body) runs beside the desks and reads as
  slowly as its client sends. More than `files` at once are told to come back: a tus client does,
  by itself.

So stalled uploads can use up their own threads and no others. Tried instead: a second server
process for /files/. It needs a proxy in front to keep one address, which a counter's PC and the
demonstration have not; behind a proxy, bodies arrive whole and the gate costs nothing.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from typing import Any

Environ = dict[str, Any]
StartResponse = Callable[..., Any]
Application = Callable[[Environ, StartResponse], Iterable[bytes]]

SMALL_BODY = 1024 * 1024  # as settings.DATA_UPLOAD_MAX_MEMORY_SIZE
SLOW = ("/files/", "/relay/up")
RETRY_SECONDS = "5"


class Lane(AbstractContextManager["Lane"]):
    """A count of requests that may be under way at once; a further one is refused, not queued."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.busy = 0
        self._mutex = threading.Lock()

    def enter(self) -> bool:
        """Take a place; return False when there is none."""
        with self._mutex:
            if self.busy >= self.width:
                return False
            self.busy += 1
            return True

    def __exit__(self, *_: object) -> None:
        with self._mutex:
            self.busy -= 1


class Gate:
    """A WSGI application around another."""

    def __init__(
        self,
        application: Application,
        *,
        desks: int,
        files: int,
        forms: int,
    ) -> None:
        self.application = application
        self.desks = threading.Semaphore(desks)
        self.files = Lane(files)
        self.forms = Lane(forms)

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path == "/healthz":
            return self.application(environ, start_response)
        length = length_of(environ)
        if length and (path.startswith(SLOW) or length > SMALL_BODY):
            if not self.files.enter():
                return busy(start_response)
            with self.files:
                return whole(self.application(environ, start_response))
        if length:
            if not self.forms.enter():
                return busy(start_response)
            with self.forms:
                environ["wsgi.input"] = io.BytesIO(_read(environ["wsgi.input"], length))
        with self.desks:
            return whole(self.application(environ, start_response))


def length_of(environ: Environ) -> int:
    """Return how many bytes the request's body has by its header; 0 where it says none."""
    try:
        return max(int(environ.get("CONTENT_LENGTH") or 0), 0)
    except ValueError:
        return 0


def _read(source: Any, length: int) -> bytes:
    """Return `length` bytes, or fewer when the client went away."""
    parts = []
    while length > 0:
        part = source.read(length)
        if not part:
            break
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


def whole(answer: Iterable[bytes]) -> Iterable[bytes]:
    """Return a finished answer as one list and close it; a streamed one as it is.

    Closing returns the database connection to the pool before the client has read a byte.
    """
    if getattr(answer, "streaming", True):
        return answer
    try:
        return [b"".join(answer)]
    finally:
        close = getattr(answer, "close", None)
        if close is not None:
            close()


def busy(start_response: StartResponse) -> list[bytes]:
    """Answer 503 at once, without reading the body."""
    body = b'{"type":"about:blank","title":"Too many uploads","status":503,"code":"node.busy"}'
    start_response(
        "503 Service Unavailable",
        [
            ("Content-Type", "application/problem+json"),
            ("Content-Length", str(len(body))),
            ("Retry-After", RETRY_SECONDS),
            ("Connection", "close"),
        ],
    )
    return [body]
