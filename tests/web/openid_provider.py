"""A real provider of OpenID Connect (Django OAuth Toolkit) in a process of its own, on loopback.

Run as a program it serves until it is ended; its people are let in by a cookie with their name.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

CLIENT, SECRET = "pishkhan", "known to both alone"
BACK = "http://testserver/accounts/organisation/back/"
PEOPLE = ("m.nemooneh", "other")


def new_key() -> str:
    """Return a fresh RSA key as PEM."""
    made = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return made.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        return int(listening.getsockname()[1])


@dataclass
class Running:
    """The process; it may be ended and begun again at the same address with another key."""

    home: Path
    port: int = field(default_factory=free)
    process: subprocess.Popen[bytes] | None = None

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}/o"

    def begin(self, **more: str) -> None:
        environ = {**os.environ, "PROVIDER_KEY": new_key(), **more}
        environ.pop("DJANGO_SETTINGS_MODULE", None)
        self.process = subprocess.Popen(
            [sys.executable, __file__, str(self.port)], env=environ, stderr=subprocess.DEVNULL
        )
        deadline = time.monotonic() + 60
        while True:
            assert time.monotonic() < deadline
            assert self.process.poll() is None, "the provider did not start"
            try:
                requests.get(f"{self.issuer}/.well-known/openid-configuration", timeout=5)
                return
            except requests.ConnectionError:
                time.sleep(0.05)

    def end(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def consent(self, address: str, who: str) -> str:
        """Return where the provider sends a person's browser back to."""
        answer = requests.get(address, cookies={"who": who}, allow_redirects=False, timeout=20)
        assert answer.status_code == 302, answer.text
        return str(answer.headers["Location"])


@contextmanager
def provider(home: Path) -> Iterator[Running]:
    running = Running(home)
    running.begin()
    try:
        yield running
    finally:
        running.end()


def serve(port: int) -> None:
    """Be the provider, for ever."""
    import django  # noqa: PLC0415 - only in the process that is the provider
    from django.conf import settings  # noqa: PLC0415 - as above

    settings.configure(
        SECRET_KEY="of the provider", DEBUG=False, ALLOWED_HOSTS=["*"], USE_TZ=True,
        ROOT_URLCONF="provider_pages",
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}},
        INSTALLED_APPS=["django.contrib.auth", "django.contrib.contenttypes", "oauth2_provider"],
        MIDDLEWARE=["provider_pages.KnownByCookie"],
        LOGIN_URL="/login",
        OAUTH2_PROVIDER={
            "OIDC_ENABLED": True,
            "OIDC_RSA_PRIVATE_KEY": os.environ["PROVIDER_KEY"],
            "OIDC_RP_INITIATED_LOGOUT_ENABLED": True,
            "OAUTH2_VALIDATOR_CLASS": "provider_pages.Validator",
            "SCOPES": {"openid": "who you are", "profile": "your name"},
            "PKCE_REQUIRED": True,
        },
    )  # fmt: skip
    django.setup()
    _make_people()
    with make_server("127.0.0.1", port, _pages(), handler_class=_Quiet) as server:
        server.serve_forever()


class _Quiet(WSGIRequestHandler):
    def log_message(self, *_given: object) -> None:
        return


def _make_people() -> None:
    from django.contrib.auth.models import User  # noqa: PLC0415 - after the set-up
    from django.core.management import call_command  # noqa: PLC0415 - after the set-up
    from oauth2_provider.models import Application  # noqa: PLC0415 - after the set-up

    call_command("migrate", verbosity=0)
    for name in PEOPLE:
        User.objects.create_user(name)
    Application.objects.create(
        client_id=CLIENT, client_secret=SECRET, name="letters", algorithm="RS256",
        client_type="confidential", authorization_grant_type="authorization-code",
        redirect_uris=BACK, post_logout_redirect_uris="http://testserver/",
        skip_authorization=True,
    )  # fmt: skip


def _pages():
    import types  # noqa: PLC0415 - only here

    from django.contrib.auth.models import User  # noqa: PLC0415 - after the set-up
    from django.urls import include, path  # noqa: PLC0415 - after the set-up
    from oauth2_provider.oauth2_validators import OAuth2Validator  # noqa: PLC0415 - as above

    class Validator(OAuth2Validator):  # type: ignore[misc]  # it ships no types
        oidc_claim_scope = None  # every claim, whatever was asked for

        def get_additional_claims(self, request):
            return {
                "preferred_username": request.user.get_username(),
                "amr": os.environ.get("PROVIDER_AMR", "pwd").split(),
            }

    class KnownByCookie:
        def __init__(self, get_response):
            self.get_response = get_response

        def __call__(self, request):
            found = User.objects.filter(username=request.COOKIES.get("who", "")).first()
            request.user = found or User()
            request.session = {}
            return self.get_response(request)

    pages = types.ModuleType("provider_pages")
    pages.__dict__.update(
        Validator=Validator,
        KnownByCookie=KnownByCookie,
        urlpatterns=[path("o/", include("oauth2_provider.urls", namespace="oauth2_provider"))],
    )
    sys.modules["provider_pages"] = pages
    from django.core.handlers.wsgi import WSGIHandler  # noqa: PLC0415 - reads the settings

    return WSGIHandler()


if __name__ == "__main__":
    serve(int(sys.argv[1]))
