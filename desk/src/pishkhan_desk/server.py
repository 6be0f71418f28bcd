"""The loopback server. Everything is judged by the gate before a byte of a body is read."""

from __future__ import annotations

import json
import socket
import sys
import threading
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Callable, Mapping
from urllib.parse import unquote

from pishkhan_desk import config, gate, pairing
from pishkhan_desk.api import JSON, LIMITS, Api, Question, Reply, known_hosts
from pishkhan_desk.errors import Trouble

ROOT = "/v1/"
MOST_WAITING = 16
SLOW = 30
"""Seconds a request may take to come in."""

Log = Callable[[str], None]


class Server(ThreadingHTTPServer):
    """Listens on 127.0.0.1 alone."""

    daemon_threads = True
    request_queue_size = MOST_WAITING
    allow_reuse_address = sys.platform != "win32"

    def __init__(self, port: int, api: Api, log: Log) -> None:
        self.api = api
        self.log = log
        super().__init__((config.HOST, port), Handler)

    def server_bind(self) -> None:
        """Take the port; on Windows, where another program could take it as well, alone."""
        if sys.platform == "win32":
            self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_EXCLUSIVEADDRUSE, 1)
        super().server_bind()

    @property
    def port(self) -> int:
        """Return the port it listens on."""
        return int(self.server_address[1])

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of a browser that left in the middle."""

    def close(self) -> None:
        """Stop listening and leave no page behind."""
        self.server_close()
        self.api.close()


class Handler(BaseHTTPRequestHandler):
    """Answers one connection's requests."""

    server: Server
    protocol_version = "HTTP/1.1"
    server_version = "pishkhan-desk"
    sys_version = ""
    timeout = SLOW

    def _serve(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        asked = gate.Asked(self.command, self.path, headers)
        leave: Mapping[str, str] = {}
        try:
            origin = gate.check_place(asked, known_hosts(self.server.port), pairing.origins())
            leave = gate.leave(origin, asked)
            if self.command == "OPTIONS":
                reply = Reply(204)
            else:
                holder = gate.check_token(asked, origin, pairing.holder)
                reply = self.server.api.answer(self._question(asked, origin, holder))
        except Trouble as trouble:
            # What was not read of the body must not be taken for the next request.
            self.close_connection = True
            reply = Reply(trouble.status, json.dumps({"code": trouble.code}).encode())
            detail = f": {trouble.detail}" if trouble.detail else ""
            self.server.log(f"{self.command} {trouble.code}{detail}")
        except Exception as error:  # a fault of the helper may not end its server
            self.close_connection = True
            reply = Reply(500, b'{"code": "helper.fault"}')
            self.server.log(f"{self.command} fault {type(error).__name__} {_place(error)}")
        self._send(reply, leave)

    def _question(self, asked: gate.Asked, origin: str, holder: str | None) -> Question:
        if not self.path.startswith(ROOT) or "?" in self.path or "#" in self.path:
            raise Trouble("ask.unknown", 404)
        parts = tuple(unquote(part) for part in self.path[len(ROOT) :].split("/"))
        kind = asked.headers.get("content-type", JSON).partition(";")[0].strip().lower()
        if self.command != "POST":
            return Question(self.command, parts, origin, holder or "", JSON, b"")
        if kind not in LIMITS:
            raise Trouble("ask.type", 415)
        if "transfer-encoding" in asked.headers:
            raise Trouble("ask.length", 411)
        length = asked.headers.get("content-length", "")
        if not (length.isascii() and length.isdigit()):
            raise Trouble("ask.length", 411)
        if int(length) > LIMITS[kind]:
            raise Trouble("ask.large", 413)
        body = self.rfile.read(int(length))
        return Question(self.command, parts, origin, holder or "", kind, body)

    def _send(self, reply: Reply, leave: Mapping[str, str]) -> None:
        self.send_response(reply.status)
        fixed: dict[str, str] = {
            "Cache-Control": "no-store",
            "X-Content-Type-Options": "nosniff",
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "cross-origin" if leave else "same-origin",
        }
        if reply.status != 204:
            fixed["Content-Type"] = reply.kind
            fixed["Content-Length"] = str(len(reply.body))
        for name, value in {**fixed, **leave}.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD" and reply.status != 204:
            self.wfile.write(reply.body)

    do_GET = do_POST = do_DELETE = do_OPTIONS = do_PUT = do_PATCH = do_HEAD = _serve  # noqa: N815 - the names of http.server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name of http.server
        """Keep no addresses of requests: what fails is told by `_serve`."""


def _place(error: BaseException) -> str:
    """Return where it happened. Its words could hold a file's name, and with it a person's."""
    last = traceback.extract_tb(error.__traceback__)[-1]
    return f"{Path(last.filename).name}:{last.lineno}"


def start(port: int, api: Api, log: Log) -> Server:
    """Return a server that answers in a thread of its own (tests); `close` ends it."""
    server = Server(port, api, log)
    threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
    return server
