"""What a provider sends that is wrong, cut short or forged: it opens nothing."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import logging
import re
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

import pytest
from django.core.cache import cache
from django.test import Client
from joserfc import jwt
from joserfc.jwk import RSAKey

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.web.accounts import oidc
from tests.web.openid_provider import CLIENT
from tests.web.test_accounts import add, inside
from tests.web.test_oidc import BEGIN, CLAIM, asked, of


@pytest.fixture
def person(transactional_db, settings) -> UUID:
    cache.clear()
    oidc.forget()
    settings.PISHKHAN_URL = "http://testserver"
    return add("mahin")


KEY = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})
OTHER = RSAKey.generate_key(2048, {"kid": "1", "use": "sig"})


def token(issuer: str, fresh: str, key: Any = KEY, alg: str = "RS256", **changed: Any) -> str:
    told = {"iss": issuer, "aud": CLIENT, "sub": "s1", "nonce": fresh, CLAIM: "m.nemooneh",
            "exp": int(time.time()) + 300, "iat": int(time.time())} | changed  # fmt: skip
    return jwt.encode({"alg": alg, "kid": "1"}, told, key, algorithms=[alg])


Craft = Callable[[str, str], Any]


@contextmanager
def liar(craft: Craft, document: dict[str, Any] | None = None) -> Iterator[str]:
    """Serve a provider that says what the test wants."""

    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            issuer = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]  # is one
            found: dict[str, Any] = {"keys": [KEY.as_dict(private=False)]}
            if self.path == oidc.WELL_KNOWN:
                found = {"issuer": issuer, "authorization_endpoint": f"{issuer}/a",
                         "token_endpoint": f"{issuer}/t", "jwks_uri": f"{issuer}/k",
                         **(document or {})}  # fmt: skip
            self.say(found)

        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            issuer = f"http://127.0.0.1:{self.server.server_port}"  # type: ignore[attr-defined]  # is one
            self.say(craft(issuer, nonces[-1]))

        def say(self, found: Any) -> None:
            body = found if isinstance(found, bytes) else json.dumps(found).encode()
            self.send_response(200)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_given: object) -> None:
            return

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answer)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


nonces: list[str] = []


def forged(issuer: str, nonce: str) -> str:
    """Return a token whose secret is the public key, as a careless reader would take it."""

    def part(value: bytes) -> str:
        return base64.urlsafe_b64encode(value).rstrip(b"=").decode()

    payload = token(issuer, nonce).split(".")[1]
    said = f"{part(json.dumps({'alg': 'HS256', 'kid': '1'}).encode())}.{payload}"
    secret = KEY.as_pem(private=False)
    return f"{said}.{part(hmac.new(secret, said.encode(), hashlib.sha256).digest())}"


def attempt(person: UUID, settings: Any, craft: Craft) -> str:
    """Come back from a provider that answers so; return what went wrong, "" if nothing did."""
    oidc.forget()
    with liar(craft) as issuer:
        settings.PISHKHAN_OIDC = of(issuer)
        directory.link_outside(SYSTEM, user_id=person, issuer=issuer, name="m.nemooneh")
        client = Client()
        query = parse_qs(urlsplit(asked(client)).query)
        nonces.append(query["nonce"][0])
        answer = client.get(f"{BEGIN}back/", {"code": "c", "state": query["state"][0]})
        assert inside(client) == (answer.status_code == 302)
        said = re.search(r"web\.organisation-(\w+)", answer.text)
        return said[1] if said else ""


def saying(body: bytes) -> Craft:
    return lambda _issuer, _nonce: body


def told(**changed: Any) -> Craft:
    return lambda issuer, nonce: {"id_token": token(issuer, nonce, **changed)}


def test_a_token_that_is_right_opens_the_login(person, settings):
    assert attempt(person, settings, told()) == ""
    assert attempt(person, settings, told(aud=[CLIENT, "x"], azp=CLIENT)) == ""


LIES: dict[str, Craft] = {
    "nonce": told(nonce="another"),
    "no nonce": told(nonce=None),
    "audience": told(aud="another"),
    "many audiences": told(aud=[CLIENT, "x"]),
    "party": told(azp="another"),
    "issuer": told(iss="https://else.example"),
    "expired": told(exp=int(time.time()) - 3600),
    "no end": told(exp=None),
    "early": told(nbf=int(time.time()) + 3600),
    "no subject": told(sub=""),
    "another's key": told(key=OTHER),
    "by the public key as a secret": lambda i, n: {"id_token": forged(i, n)},
    "by no key": lambda _issuer, _nonce: {"id_token": "eyJhbGciOiJub25lIn0.eyJzdWIiOiJzMSJ9."},
    "no token": lambda _issuer, _nonce: {"access_token": "x"},
    "rubbish": lambda _issuer, _nonce: {"id_token": "a.b.c"},
}  # fmt: skip


def test_a_token_that_is_not_right_opens_nothing_and_leaves_no_name_in_the_log(
    person, settings, caplog
):
    caplog.set_level(logging.INFO)
    found = {lie: attempt(person, settings, craft) for lie, craft in LIES.items()}
    assert found == dict.fromkeys(LIES, "wrong")
    assert "m.nemooneh" not in caplog.text
    assert "eyJ" not in caplog.text


def test_an_answer_that_is_none_is_silence(person, settings):
    for body in (b"", b"[]", b"<html>", b"{" * 2_000_000):
        assert attempt(person, settings, saying(body)) == "silent"


UNSAFE: tuple[dict[str, Any], ...] = (
    {"issuer": "https://else.example"},
    {"token_endpoint": "http://else.example/t"},
    {"authorization_endpoint": "javascript:alert(1)"},
    {"jwks_uri": 7},
    {"code_challenge_methods_supported": ["plain"]},
    {"id_token_signing_alg_values_supported": ["HS256"]},
)


def test_a_provider_that_cannot_be_used_safely_is_not_used(person, settings):
    for document in UNSAFE:
        with liar(told(), document) as issuer:
            settings.PISHKHAN_OIDC = of(issuer)
            assert Client().get(BEGIN).status_code == 503, document
            with pytest.raises(oidc.Silent):
                oidc.reach(of(issuer))
