"""A provider of SMS at its wire (HTTP), and a real SMTP server, both on this machine."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import time as hour
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from aiosmtpd.controller import Controller

from pishkhan.notices.logic import configured
from pishkhan.notices.logic import step as stepping
from pishkhan.notices.rules import QuietHours


@dataclass
class SmsProvider:
    """What the provider was asked, and how it answers."""

    port: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    delay: float = 0
    mute: bool = False
    """Takes the message and hangs up without a word."""
    says: bytes = b""
    asked: int = 0
    key: str = ""

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/send?:receptor={{to}}"

    @property
    def by_query(self) -> str:
        where = f"pattern+http://127.0.0.1:{self.port}/v1/lookup.json"
        return f"{where}?receptor={{to}}&template={{pattern}}&token={{code}}&token10={{missing}}"

    @property
    def by_json(self) -> str:
        return f"pattern-json+http://the-key@127.0.0.1:{self.port}/v1/send/verify"


@pytest.fixture
def sms(settings) -> Iterator[SmsProvider]:
    with serving() as provider:
        settings.PISHKHAN_SMS_URL = provider.url
        yield provider


@pytest.fixture
def second(settings) -> Iterator[SmsProvider]:
    with serving() as provider:
        settings.PISHKHAN_SMS_URL_SECOND = provider.url
        yield provider


@contextmanager
def serving() -> Iterator[SmsProvider]:
    """Serve one provider on a port of its own."""
    provider = SmsProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            provider.key = self.headers.get("X-API-KEY", "")
            self.answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))

        def do_GET(self) -> None:
            self.answer(dict(parse_qsl(urlsplit(self.path).query)))

        def answer(self, message: dict[str, Any]) -> None:
            provider.asked += 1
            time.sleep(provider.delay)
            if provider.status == 200:
                provider.messages.append(message)
            if provider.mute:
                self.close_connection = True
                return
            self.send_response(provider.status)
            self.end_headers()
            self.wfile.write(provider.says)

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@dataclass
class Mailbox:
    """The messages a mail server took."""

    port: int = 0
    messages: list[Any] = field(default_factory=list)
    answer: str = "250 OK"

    async def handle_DATA(self, server, session, envelope) -> str:
        if self.answer.startswith("250"):
            content = message_from_bytes(envelope.content, policy=policy.default)
            self.messages.append((list(envelope.rcpt_tos), content))
        return self.answer


@pytest.fixture
def mail(settings) -> Iterator[Mailbox]:
    box = Mailbox()
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        box.port = probe.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=box.port)
    controller.start()
    settings.PISHKHAN_EMAIL_URL = (
        f"mailto://127.0.0.1:{box.port}?from=desk@example.ir&to={{to}}&mode=insecure"
    )
    yield box
    controller.stop()


@pytest.fixture(autouse=True)
def rested(settings, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """No provider unless a test makes one, none at rest, and no hour quiet but in tests of it."""
    settings.PISHKHAN_SMS_URL = settings.PISHKHAN_EMAIL_URL = ""
    settings.PISHKHAN_SMS_URL_SECOND = ""
    monkeypatch.setattr(configured, "quiet_hours", lambda _at: QuietHours(hour(), hour()))
    forget()
    yield
    forget()


def forget() -> None:
    """Let no provider rest for what it did before."""
    stepping._resting.clear()
    stepping._failed.clear()
