"""Servers that mean no good, disks that fill, memories that are damaged, networks that go away."""

import re
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
import tracemalloc
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from pishkhan_verify import cli as verifier
from pishkhan_verify.errors import Unreadable
from pishkhan_verify.monitor import sources, web, words
from tests import maker
from tests.publisher import Server
from tests.watching import remembered


def plain(data, code=200, **headers):
    """An answer of a server."""

    def answer(handler):
        handler.send_response(code)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        with suppress(OSError):
            handler.wfile.write(data)

    return answer


def endless(handler):
    handler.send_response(200)
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b"x" * 65536)
    except OSError:
        pass


def dripping(head):
    """A server that sends a byte now and then, in its head or its body."""

    def answer(handler):
        try:
            handler.wfile.write(b"HTTP/1.0 200 OK\r\nX-A: " if head else b"HTTP/1.0 200 OK\r\n\r\n")
            for _ in range(600):
                time.sleep(0.05)
                handler.wfile.write(b"x")
                handler.wfile.flush()
        except OSError:
            pass

    return answer


def circle(handler):
    plain(b"", 302, Location=handler.path)(handler)


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (endless, "too long"),
        (dripping(head=True), ""),
        (dripping(head=False), ("too slow", "[Errno 104]")),
        (plain(b"", 302, Location="http://localhost:9/checkpoint"), "it leads to another host"),
        (plain(b"", 302, Location="file:///etc/passwd"), "HTTP 302"),
        (circle, "HTTP 302"),
        (plain(b"", 500), "HTTP 500"),
        (plain(b"ab", Content_Length="5"), ""),
        (plain(b"ab", Content_Encoding="br"), "an encoding that was not asked for"),
        (plain(b"ab", Content_Encoding="gzip"), ""),
    ],
    ids=["endless", "slow head", "slow body", "host", "file", "circle", "500", "cut", "br", "gzip"],
)
@pytest.mark.parametrize("path", ["/checkpoint", "/tile/0/001.p/49"])
def test_an_answer_that_is_none_ends_soon_and_changes_nothing(watched, answer, why, path):
    watched.server.instead[path] = answer
    began = time.monotonic()
    heard = watched.auditor.look(watched.server.url, code=2)
    assert time.monotonic() - began < 25  # of the thirty seconds that the slow ones take
    assert set(heard.codes("unread")) == {"source-away"}
    assert heard.told[0]["values"]["why"].startswith(why)
    assert (heard.wrong, remembered(watched)) == ([], 300)
    watched.server.instead.clear()
    assert watched.auditor.look(watched.server.url, code=0).wrong == []
    assert remembered(watched) == 305


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"<!DOCTYPE html><html><body>Log in\n\nhere</body></html>\n", "checkpoint-form"),
        (b"", "note-form"),
        (b"\xff", "note-text"),
        (b"x\n1\n\n\n\xe2\x80\x94 x AAAA\n", "checkpoint-form"),
    ],
)
def test_a_page_instead_of_a_checkpoint_is_not_read(watched, body, code):
    watched.server.instead["/checkpoint"] = plain(body)
    assert watched.auditor.look(watched.server.url, code=2).codes("unread") == [code]
    assert remembered(watched) == 300


def test_a_tile_that_is_too_short_or_too_long_is_not_read(watched):
    good = (watched.published.folder / "tile/0/001.p/49").read_bytes()
    for data, code in (
        (good[:-1], "tile-form"),
        (good + b"x" * 99, "source-away"),
        (b"", "tile-form"),
    ):
        watched.server.instead["/tile/0/001.p/49"] = plain(data)
        heard = watched.auditor.look(watched.server.url, code=2)
        assert set(heard.codes("unread")) == {code}
    assert remembered(watched) == 300


def test_a_checkpoint_of_an_absurd_size_costs_little_and_is_not_taken(watched):
    text = f"{maker.ORIGIN}\n{2**63 - 1}\n{maker.b64(bytes(32))}\n"
    key = watched.published.log.key
    note = f"{text}\n{key.line(key.private.sign(text.encode()))}"
    watched.server.instead["/checkpoint"] = plain(note.encode())
    before = len(watched.server.asked)
    assert watched.auditor.look(watched.server.url, code=2).wrong == []
    assert len(watched.server.asked) - before < 40
    # The same tile for every name: still bounded, and the signature binds it to nothing.
    watched.server.instead["/255"] = plain(bytes(8192))
    for end in ("/000", "/254", "/127", "/128", "/001", ".p/127", ".p/255"):
        watched.server.instead[end] = plain(bytes(8192))
    watched.auditor.look(watched.server.url)
    assert len(watched.server.asked) - before < 2000
    assert remembered(watched) == 300
    # The note is kept, so that it can be held against the log when it is as large.
    assert watched.auditor.remembered["logs"][maker.ORIGIN]["pending"][0]["note"] == note


def test_a_compressed_answer_is_read_within_its_bound(watched):
    import gzip  # noqa: PLC0415

    good = (watched.published.folder / "checkpoint").read_bytes()
    watched.server.instead["/checkpoint"] = plain(gzip.compress(good), Content_Encoding="gzip")
    watched.auditor.look(watched.server.url, code=0)
    cut = gzip.compress(good)[:-4]
    watched.server.instead["/checkpoint"] = plain(cut, Content_Encoding="gzip")
    heard = watched.auditor.look(watched.server.url, code=2)
    assert heard.told[0]["values"]["why"] == "cut off"
    bomb = gzip.compress(bytes(50_000_000))
    watched.server.instead["/checkpoint"] = plain(bomb, Content_Encoding="gzip")
    tracemalloc.start()
    with pytest.raises(web.Away, match="source-away") as away:
        web.get(f"{watched.server.url}/checkpoint", 64 * 1024)
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert away.value.values["why"] == "too long"
    assert most < 10_000_000


def test_an_address_without_a_log_is_told_from_a_server_that_is_away(watched):
    for code in (404, 410):
        watched.server.instead["/nothing/checkpoint"] = plain(b"", code)
        heard = watched.auditor.look(f"{watched.server.url}/nothing", code=2)
        assert heard.codes() == ["source-none"]


def test_a_redirect_on_the_same_host_is_followed(watched):
    watched.server.instead["/old/checkpoint"] = plain(b"", 301, Location="/checkpoint")
    watched.server.instead["/old/tile"] = plain(b"", 404)
    found = web.get(f"{watched.server.url}/old/checkpoint", 10_000)
    assert found == (watched.published.folder / "checkpoint").read_bytes()


@pytest.mark.parametrize(
    "name",
    ["ftp://a.example/x", "file:///etc/passwd", "http://", "http://a b/", "http://u:p@a/",
     "https://a.example/x?y=1", "http://a:99999/", "https://a.example/\u202e"],
)  # fmt: skip
def test_no_other_scheme_and_no_odd_address_is_asked(place, name):
    assert place.monitor().look(name, code=2).codes() == ["source-address"]


def test_a_server_is_asked_again_before_it_is_said_to_be_away(place, monkeypatch):
    log = place.log().grow(3)
    log.publish()
    server, tries = place.serve(log), []

    def third(handler):
        tries.append(1)
        if len(tries) == 3:
            server.instead.clear()
            handler.do_GET()
        else:
            plain(b"", 503)(handler)

    server.instead["/checkpoint"] = third
    assert place.monitor().look(server.url, code=0).codes("unread") == []
    assert len(tries) == 3


def test_a_server_that_is_not_there_is_said_to_be_away(place):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    heard = place.monitor().look(f"http://127.0.0.1:{port}", code=2)
    assert heard.codes() == ["source-away"]
    heard = place.monitor().look(place.folder / "nothing", code=2)
    assert heard.codes() == ["no-file"]
    (place.folder / "empty").mkdir()
    assert place.monitor().look(place.folder / "empty", code=2).codes() == ["source-none"]
    assert place.monitor().look(code=2).codes() == ["sources-none"]


def certificate(folder):
    """A certificate of this machine, signed by its own key, with the key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        made.public_bytes(Encoding.PEM)
        + key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    )
    return path


def test_tls_is_asked_and_only_of_a_server_whose_certificate_is_known(watched, monkeypatch):
    path = certificate(watched.folder)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    server = Server(watched.published.folder, context)
    watched.servers.append(server)
    heard = watched.auditor.look(server.url, code=2)
    assert "CERTIFICATE_VERIFY_FAILED" in heard.one("source-away")["values"]["why"]
    monkeypatch.setenv("SSL_CERT_FILE", str(path))
    assert watched.auditor.look(server.url, code=0).wrong == []
    assert remembered(watched) == 305
    server.instead["/checkpoint"] = dripping(head=False)
    assert watched.auditor.look(server.url, code=2).one("source-away")["values"]["why"]


# --- looking for ever ----------------------------------------------------------------------------


def test_it_looks_until_a_signal_and_prints_changes_only(place):
    log = place.log().grow(5)
    log.publish(at=int(time.time()) - 100)
    server, monitor = place.serve(log), place.monitor()
    command = [sys.executable, "-c", (
        "import sys; from pishkhan_verify.monitor import web; web.PAUSE_SECONDS = 0.01;"
        "from pishkhan_verify import cli; sys.exit(cli.main())"
    ), "monitor", "--every", "1", "--lang", "en", "--policy", monitor.policy, "--state",
        monitor.state, server.url]  # fmt: skip
    source = str(Path(sources.__file__).parents[2])
    environment = {"PYTHONPATH": source, "no_proxy": "*"}
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, env=environment, text=True
    ) as run:
        assert run.stdout is not None
        late = threading.Timer(40, run.kill)  # a line that never comes ends the reading
        late.daemon = True
        late.start()
        lines = [run.stdout.readline() for _ in range(2)]
        assert lines[0].endswith(f"is watched from now on, from 5 leaves ({server.url}).\n")
        server.instead["/checkpoint"] = plain(b"", 503)
        assert "gave no usable answer: HTTP 503" in run.stdout.readline()
        log.grow(5).publish(at=int(time.time()) - 50)
        time.sleep(1.5)
        server.instead.clear()
        assert run.stdout.readline().startswith("No longer so: Could not be read: ")
        log.publish(3, witnesses=[])
        assert "went back" in run.stdout.readline()
        time.sleep(1.5)
        run.send_signal(signal.SIGTERM)
        rest = run.stdout.read()
        assert run.wait(10) == 1
        late.cancel()
    assert rest == ""


def test_every_finding_has_a_sentence():
    folder = Path(sources.__file__).parent
    text = "\n".join(path.read_text("utf-8") for path in folder.glob("*.py"))
    told = set(re.findall(r'(?:NOTE|WRONG|UNREAD), "([a-z-]+)"', text))
    told |= set(re.findall(r'Unreadable\("([a-z-]+)"', text)) | set(
        re.findall(r'keep\(\s*"([a-z-]+)"', text)
    )
    assert len(told) > 25
    assert told <= set(words.SENTENCES)


def test_a_sentence_with_a_time_of_no_calendar_is_said(place):
    from pishkhan_verify.monitor.told import Told  # noqa: PLC0415

    values = {"name": "w", "at": 2**63 - 1, "size": 1}
    for lang in ("fa", "en"):
        assert "9223372036854775807 s" in words.line(
            Told("wrong", "cosigned-ahead", "o", "s", values), lang
        )


def test_the_program_names_its_monitor_and_the_monitor_its_options():
    for arguments in (["--help"], ["monitor", "--help"]):
        with pytest.raises(SystemExit) as end:
            verifier.main(arguments)
        assert end.value.code == 0
    with pytest.raises(Unreadable):
        web.place("gopher://a/")
