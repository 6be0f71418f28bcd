"""A provider of SMS at its wire (HTTP), and a real SMTP server, both on this machine."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from pishkhan.notices.logic import step as stepping


@dataclass
class SmsProvider:
    """What the provider was asked, and how it answers."""

    port: int = 0
    messages: list[dict[str, Any]] = field(default_factory=list)
    status: int = 200
    delay: float = 0

    @property
    def url(self) -> str:
        return f"json://127.0.0.1:{self.port}/send?:receptor={{to}}"


@pytest.fixture
def sms(settings) -> Iterator[SmsProvider]:
    provider = SmsProvider()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            time.sleep(provider.delay)
            if provider.status == 200:
                provider.messages.append(json.loads(body))
            self.send_response(provider.status)
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    provider.port = server.server_address[1]
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    settings.PISHKHAN_SMS_URL = provider.url
    yield provider
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
def rested(settings) -> Iterator[None]:
    """No provider unless a test makes one, and no channel at rest."""
    settings.PISHKHAN_SMS_URL = settings.PISHKHAN_EMAIL_URL = ""
    stepping._resting.clear()
    yield
    stepping._resting.clear()
