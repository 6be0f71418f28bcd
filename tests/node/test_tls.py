"""`pishkhan tls` and `serve` over TLS, as a real client sees them."""

from __future__ import annotations

import json
import os
import socket
import ssl
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPSConnection
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import pkcs12
from tests.node import live

from pishkhan.kernel import clock
from pishkhan.kernel.errors import Invalid, Refused
from pishkhan.sealing import api as sealing


def now_and(**by: float) -> clock.FakeClock:
    return clock.FakeClock(clock.current().now() + timedelta(**by))


def environ(home: Path, **more: str) -> dict[str, str]:
    found = {**live.environ_of(home), "PISHKHAN_LANG": "en", **more}
    return {name: value for name, value in found.items() if value}


def ran(home: Path, *words: object, **more: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run(
        [sys.executable, "-m", "pishkhan", *map(str, words)],
        cwd=live.ROOT,
        env=environ(home, **more),
        capture_output=True,
        check=False,
        timeout=120,
    )


@contextmanager
def served(home: Path, name: str) -> Iterator[int]:
    """Serve over TLS on a free port, without a database: `/healthz` answers 503."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    server = subprocess.Popen(
        [sys.executable, "-m", "pishkhan", "serve", "--workers", "1"],
        cwd=live.ROOT,
        env=environ(home, PORT=str(port), PISHKHAN_URL=f"https://{name}:{port}"),
    )
    try:
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            assert server.poll() is None
            try:
                socket.create_connection(("127.0.0.1", port), timeout=1).close()
                break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        server.terminate()
        server.wait(30)


def asked(port: int, host: str, trusted: Path | None, path: str = "/healthz") -> tuple[int, str]:
    """Ask over TLS as a browser that trusts one authority; SSL errors come out."""
    context = ssl.create_default_context(cafile=str(trusted) if trusted else None)
    line = HTTPSConnection(host, port, context=context, timeout=30)
    line._create_connection = lambda *_args, **_more: socket.create_connection(  # type: ignore[attr-defined] # the name is not in any DNS
        ("127.0.0.1", port), timeout=30
    )
    try:
        line.request("GET", path)
        answer = line.getresponse()
        return answer.status, answer.getheader("Strict-Transport-Security") or ""
    finally:
        line.close()


def test_a_browser_that_trusts_the_offices_authority_is_let_in_and_no_other(tmp_path):
    home = tmp_path / "home"
    told = ran(home, "tls", "make", "--name", "letters.example.ir", "--name", "127.0.0.1", "--json")
    assert told.returncode == 0, told.stderr
    found = json.loads(told.stdout)
    assert found["names"] == ["letters.example.ir", "127.0.0.1"]
    assert found["days"] in {396, 397}
    assert (home / "tls" / "server.key").stat().st_mode & 0o777 == 0o600
    assert (home / "tls" / "ca.key").stat().st_mode & 0o777 == 0o600
    authority = home / "tls" / "ca.crt"
    with served(home, "letters.example.ir") as port:
        assert asked(port, "letters.example.ir", authority)[0] == 503  # no tables, but TLS
        assert asked(port, "127.0.0.1", authority)[0] == 503
        with pytest.raises(ssl.SSLCertVerificationError, match="match"):
            asked(port, "other.example.ir", authority)
        with pytest.raises(ssl.SSLCertVerificationError, match=r"self-signed|issuer"):
            asked(port, "letters.example.ir", None)
        # Django knows that the line is protected: no redirect to itself, and HSTS.
        status, strict = asked(port, "letters.example.ir", authority, "/static/none.css")
        assert status == 404
        assert strict.startswith("max-age=31536000")


def test_an_ended_certificate_is_refused_by_clients_and_told_by_check(tmp_path):
    home = tmp_path / "home"
    with clock.use(now_and(days=-400)):
        sealing.make_certificate(home / "tls", ["127.0.0.1"])
    expired = pytest.raises(ssl.SSLCertVerificationError, match="expired")
    with served(home, "127.0.0.1") as port, expired:
        asked(port, "127.0.0.1", home / "tls" / "ca.crt")
    told = ran(home, "check", "--json", PISHKHAN_URL="https://127.0.0.1:8000")
    tls = next(f for f in json.loads(told.stdout)["findings"] if f["name"] == "tls")
    assert tls["level"] == "error"
    assert "pishkhan tls renew" in tls["sentence"]
    assert json.loads(ran(home, "tls", "renew", "--json").stdout)["days"] in {396, 397}


def test_renewing_keeps_the_authority_that_the_pcs_trust(tmp_path):
    before = sealing.make_certificate(tmp_path, ["a.example.ir", "10.0.0.5", "fd00::5"])
    trusted = (tmp_path / "ca.crt").read_bytes()
    with clock.use(now_and(days=380)):
        after = sealing.make_certificate(tmp_path, before.names)
    assert after.names == before.names == ("a.example.ir", "10.0.0.5", "fd00::5")
    assert after.ends > before.ends
    assert (tmp_path / "ca.crt").read_bytes() == trusted
    (tmp_path / "ca.key").unlink()
    with pytest.raises(Refused, match=r"sealing.authority-lost"):
        sealing.make_certificate(tmp_path, before.names)


@pytest.mark.parametrize("name", ["", "a b", "http://x", "-x.ir", "x" * 64, "a..b", "*"])
def test_what_is_no_name_is_refused(tmp_path, name):
    with pytest.raises(Invalid, match=r"sealing.certificate-names"):
        sealing.make_certificate(tmp_path, [name])


def made_elsewhere(folder: Path) -> tuple[bytes, bytes, bytes]:
    """Return a PFX (password "رمز"), a PEM chain and its key, as another authority gives them."""
    sealing.make_certificate(folder, ["letters.example.ir"])
    chain = (folder / "server.crt").read_bytes()
    key_data = (folder / "server.key").read_bytes()
    leaf, *more = x509.load_pem_x509_certificates(chain)
    key = serialization.load_pem_private_key(key_data, None)
    locked = serialization.BestAvailableEncryption("رمز".encode())
    assert isinstance(key, ec.EllipticCurvePrivateKey)
    pfx = pkcs12.serialize_key_and_certificates(b"office", key, leaf, more, locked)
    return pfx, chain, key_data


def test_a_pfx_is_taken_in_with_its_password_only(tmp_path):
    pfx, _chain, _key = made_elsewhere(tmp_path / "elsewhere")
    (tmp_path / "office.pfx").write_bytes(pfx)
    home = tmp_path / "home"
    wrong = ran(home, "tls", "import", tmp_path / "office.pfx", PISHKHAN_PASSWORD="x")
    assert wrong.returncode == 3
    assert b"password is wrong" in wrong.stderr
    assert not (home / "tls" / "server.crt").exists()
    right = ran(home, "tls", "import", tmp_path / "office.pfx", PISHKHAN_PASSWORD="رمز")
    assert right.returncode == 0, right.stderr
    refused = ran(home, "tls", "renew")
    assert refused.returncode == 4
    assert b"made elsewhere" in refused.stderr
    with served(home, "letters.example.ir") as port:
        authority = tmp_path / "elsewhere" / "ca.crt"
        assert asked(port, "letters.example.ir", authority)[0] == 503


def test_a_pem_is_taken_in_with_its_own_key_only(tmp_path):
    _pfx, chain, key = made_elsewhere(tmp_path / "elsewhere")
    _pfx, _chain, other = made_elsewhere(tmp_path / "other")
    home = tmp_path / "tls"
    with pytest.raises(Invalid, match=r"sealing.certificate-key"):
        sealing.take_certificate(home, chain)
    with pytest.raises(Invalid, match=r"sealing.certificate-key"):
        sealing.take_certificate(home, chain, key=other)
    with pytest.raises(Invalid, match=r"sealing.certificate-unreadable"):
        sealing.take_certificate(home, b"-----BEGIN CERTIFICATE-----\nAAAA\n")
    with clock.use(now_and(days=500)), pytest.raises(Invalid, match=r"sealing.certificate-over"):
        sealing.take_certificate(home, chain, key=key)
    assert not home.exists()
    assert sealing.take_certificate(home, chain + key).names == ("letters.example.ir",)
    assert sealing.certificate_fits(home)


def test_serve_does_not_start_half_protected(tmp_path):
    home = tmp_path / "home"
    url = {"PISHKHAN_URL": "https://letters.example.ir"}
    none = ran(home, "serve", "--host", "0.0.0.0", **url)
    assert none.returncode == 8
    assert b"pishkhan tls make" in none.stderr
    sealing.make_certificate(home / "tls", ["letters.example.ir"])
    (home / "tls" / "server.key").chmod(0o644)
    assert b"others may read the key" in ran(home, "serve", "--host", "0.0.0.0", **url).stderr
    (home / "tls" / "server.key").chmod(0o600)
    (home / "tls" / "server.key").write_bytes((home / "tls" / "ca.key").read_bytes())
    assert b"do not belong together" in ran(home, "serve", "--host", "0.0.0.0", **url).stderr


@pytest.mark.parametrize(
    ("url", "level"),
    [("http://10.0.0.5:8000", "error"), ("http://localhost:8000", "ok"), ("http://[::1]:1", "ok")],
)
def test_plain_http_beyond_this_machine_is_red(tmp_path, url, level):
    told = ran(tmp_path / "home", "check", "--json", PISHKHAN_URL=url)
    tls = next(f for f in json.loads(told.stdout)["findings"] if f["name"] == "tls")
    assert tls["level"] == level
    assert ("pishkhan tls make" in tls["sentence"]) is (level == "error")
    assert os.environ.get("PISHKHAN_URL", "") != url
