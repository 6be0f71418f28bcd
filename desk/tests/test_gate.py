"""Nobody but a paired page of the node's own origin can make the helper do anything."""

from __future__ import annotations

import hmac
import http.client
import socket
import time

import pytest

from pishkhan_desk import config, pairing
from pishkhan_desk.errors import Trouble

DEEDS = [
    ("GET", "/v1/status", None),
    ("GET", "/v1/scanners", None),
    ("POST", "/v1/scans", {"device": "test:0"}),
    ("GET", "/v1/scans/0123456789abcdef", None),
    ("GET", "/v1/folder", None),
    ("GET", "/v1/printers", None),
    ("POST", "/v1/print", b"%PDF-1.4 %%EOF"),
    ("DELETE", "/v1/pair", None),
]


@pytest.fixture(params=DEEDS, ids=[f"{m} {p}" for m, p, _ in DEEDS])
def deed(request):
    return request.param


def nothing_was_done():
    assert list(config.spool().iterdir()) == []


def test_a_page_of_another_origin_is_not_heard_even_with_the_token(page, deed):
    method, path, body = deed
    for origin in (
        "https://evil.example",
        "https://letters.example.ir.evil.example",
        "http://letters.example.ir",
        "https://letters.example.ir:8443",
        "null",
        "",
    ):
        answer = page.ask(method, path, body, Origin=origin)
        assert answer.status == 403
        assert answer.json == {"code": "gate.origin"}
        assert "access-control-allow-origin" not in answer.headers
    nothing_was_done()


def test_a_request_without_an_origin_is_not_heard(page, deed):
    method, path, body = deed
    answer = page.ask(method, path, body, Origin=None)
    assert answer.status == 403
    nothing_was_done()


def test_the_right_origin_without_its_token_is_not_heard(page, deed):
    method, path, body = deed
    for token in ("", "Bearer ", "Bearer x", f"Basic {page.token}", page.token, "Bearer é"):
        answer = page.ask(method, path, body, Authorization=token)
        assert answer.status == 401
        assert answer.json == {"code": "gate.token"}
    assert page.ask(method, path, body, Authorization=None).status == 401
    nothing_was_done()


def test_a_token_is_good_for_its_own_origin_only(page, deed):
    other = "https://other.example.ir"
    pairing.open_for(other, "11112222")
    token = page.ask("POST", "/v1/pair", {"code": "11112222"}, Origin=other).json["token"]
    method, path, body = deed
    assert page.ask(method, path, body, Origin=other).status == 401
    assert page.ask(method, path, body, Authorization=f"Bearer {token}").status == 401


def test_a_name_that_was_rebound_to_this_pc_is_not_heard(page, deed):
    """DNS rebinding: the browser believes it talks to the attacker's own host."""
    method, path, body = deed
    for host in (f"evil.example:{page.port}", f"localhost:{page.port}", "127.0.0.1", "", None):
        answer = page.ask(method, path, body, Host=host)
        assert answer.status == 421
        assert "access-control-allow-origin" not in answer.headers
    nothing_was_done()


def test_a_form_of_another_site_is_not_heard(page):
    """A form needs no leave of CORS, but says where it comes from."""
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data"):
        answer = page.ask(
            "POST", "/v1/print", b"%PDF-", kind=kind, Origin="https://evil.example",
            Authorization=None,
        )  # fmt: skip
        assert answer.status == 403
        # Even the node's own page may not send what would need no preflight.
        assert page.ask("POST", "/v1/print", b"%PDF-", kind=kind).status == 415


def test_the_preflight_is_answered_for_known_origins_alone(page):
    asked = {
        "Access_Control_Request_Method": "POST",
        "Access_Control_Request_Headers": "authorization,content-type",
        "Access_Control_Request_Private_Network": "true",
        "Authorization": None,
    }
    answer = page.ask("OPTIONS", "/v1/scans", **asked)
    assert answer.status == 204
    assert answer.headers["access-control-allow-origin"] == page.origin
    assert answer.headers["access-control-allow-private-network"] == "true"
    assert "authorization" in answer.headers["access-control-allow-headers"]
    assert answer.headers["vary"] == "Origin"
    refused = page.ask("OPTIONS", "/v1/scans", **{**asked, "Origin": "https://evil.example"})
    assert refused.status == 403
    assert not [name for name in refused.headers if name.startswith("access-control")]


def test_before_any_pairing_nobody_is_heard(stranger):
    for method, path, body in DEEDS:
        assert stranger.ask(method, path, body).status == 403
    assert stranger.ask("POST", "/v1/pair", {"code": "48217730"}).status == 403


def test_it_listens_on_this_pc_alone(helper):
    assert helper.server_address[0] == "127.0.0.1"
    outward = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with outward:
        outward.connect(("192.0.2.1", 9))  # sends nothing; tells this PC's own address
        own = outward.getsockname()[0]
    line = socket.socket()
    with line:
        line.settimeout(2)
        assert own == "127.0.0.1" or line.connect_ex((own, helper.port)) != 0


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/", 404),
        ("GET", "/v1/", 404),
        ("GET", "/v1/status?x=1", 404),
        ("GET", "/v1/../v1/status", 404),
        ("GET", "/v1/scans/..%2F..%2Fetc/1", 404),
        ("GET", "/v1/folder/..%2F..%2Fetc%2Fpasswd", 404),
        ("PUT", "/v1/status", 404),
        ("PATCH", "/v1/scans", 404),
    ],
)
def test_what_is_not_there_is_not_found(page, method, path, status):
    assert page.ask(method, path).status == status


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"null", b"\xff", b'"x"', b'{"code": 5}'])
def test_rubbish_for_a_code_is_refused(page, body):
    assert page.ask("POST", "/v1/pair", body).status in {403, 409, 422}


def test_a_body_that_is_too_large_is_not_read(page):
    answer = page.ask("POST", "/v1/scans", b"x", Content_Length=str(10**12))
    assert answer.status == 413
    assert page.ask("POST", "/v1/scans", b"", Content_Length="-1").status == 411
    assert page.ask("POST", "/v1/scans", b"", Transfer_Encoding="chunked").status == 411


def test_a_fault_of_a_machine_does_not_end_the_helper(page, helper, log):
    helper.api.scanner.devices = lambda: 1 / 0
    answer = page.ask("GET", "/v1/scanners")
    assert (answer.status, answer.json) == (500, {"code": "helper.fault"})
    assert page.ask("GET", "/v1/status").status == 200
    assert "ZeroDivisionError" in log[-1]


def test_a_fault_is_logged_without_its_words(page, helper, log):
    def fails():
        raise OSError(5, "gone", "Scans/کارت ملی.pdf")

    helper.api.scanner.devices = fails
    page.ask("GET", "/v1/scanners")
    assert log[-1].startswith("GET fault OSError test_gate.py:")
    assert "Scans" not in log[-1]


def test_answers_are_kept_nowhere_and_run_nothing(page):
    headers = page.ask("GET", "/v1/status").headers
    assert headers["cache-control"] == "no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "Python" not in headers["server"]


def test_a_browser_that_leaves_in_the_middle_harms_nothing(page):
    line = http.client.HTTPConnection("127.0.0.1", page.port, timeout=5)
    line.connect()
    line.sock.sendall(b"POST /v1/print HTTP/1.1\r\nHost: 127.0.0.1")
    line.close()
    assert page.ask("GET", "/v1/status").status == 200


# --- pairing -----------------------------------------------------------------------------------


def test_a_code_is_traded_once(page):
    again = page.ask("POST", "/v1/pair", {"code": "48217730"})
    assert (again.status, again.json["code"]) == (409, "pair.not-open")


def test_five_wrong_codes_end_the_pairing(stranger):
    pairing.open_for(stranger.origin, "48217730")
    for n in range(5):
        answer = stranger.ask("POST", "/v1/pair", {"code": f"0000000{n}"})
        assert (answer.status, answer.json["code"]) == (403, "pair.wrong")
    assert stranger.ask("POST", "/v1/pair", {"code": "48217730"}).status in {403, 409}
    assert pairing.all_pairings() == []


def test_a_code_is_good_for_five_minutes(stranger, monkeypatch):
    pairing.open_for(stranger.origin, "48217730")
    later = time.time() + 301
    monkeypatch.setattr(time, "time", lambda: later)
    assert stranger.ask("POST", "/v1/pair", {"code": "48217730"}).status == 403
    assert not pairing.is_open()


def test_the_token_is_not_kept_in_clear_and_others_can_not_read_the_file(page, home):
    kept = (home / "pairings.json").read_text()
    assert page.token not in kept
    assert "48217730" not in kept
    assert (home / "pairings.json").stat().st_mode & 0o077 == 0
    assert home.stat().st_mode & 0o077 == 0


def test_an_ended_pairing_is_not_heard_any_more(page):
    assert page.ask("GET", "/v1/status").status == 200
    assert pairing.end() == 1
    assert page.ask("GET", "/v1/status").status == 403


def test_a_page_ends_its_own_pairing(page):
    assert page.ask("DELETE", "/v1/pair").status == 204
    assert pairing.all_pairings() == []


def test_tokens_are_compared_in_constant_time(page, monkeypatch):
    compared = []
    honest = hmac.compare_digest

    def noted(a, b):
        compared.append((a, b))
        return honest(a, b)

    monkeypatch.setattr(hmac, "compare_digest", noted)
    assert pairing.holder(page.origin, "wrong") is None
    assert len(compared) == len(pairing.all_pairings()) == 1


@pytest.mark.parametrize(
    ("typed", "origin"),
    [
        ("https://Letters.Example.ir/counter/", "https://letters.example.ir"),
        ("https://letters.example.ir:443", "https://letters.example.ir"),
        (" http://10.0.0.5:8000/ ", "http://10.0.0.5:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_address_is_read_as_browsers_write_origins(typed, origin):
    assert pairing.origin_of(typed) == origin


@pytest.mark.parametrize(
    "typed",
    ["", "letters.example.ir", "file:///etc", "https://", "https://a:b@c", "https://x:99999"],
)
def test_what_is_no_address_is_refused(typed):
    with pytest.raises(Trouble, match=r"pair\.address"):
        pairing.origin_of(typed)


@pytest.mark.parametrize("typed", ["48217730", "4821 7730", "۴۸۲۱۷۷۳۰", "٤٨٢١-٧٧٣٠"])
def test_a_code_may_be_typed_in_any_digits(typed):
    assert pairing.code_of(typed) == "48217730"


@pytest.mark.parametrize("typed", ["", "1234567", "123456789", "1234567x"])
def test_what_is_no_code_is_refused(typed):
    with pytest.raises(Trouble, match=r"pair\.code"):
        pairing.code_of(typed)
