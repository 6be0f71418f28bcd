from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from tests.letters import hostile
from tests.node import live

STALLED = 40
GENEROUS = 5.0  # seconds; a desk behind stalled uploads would wait for ever


@pytest.fixture(scope="module")
def node(tmp_path_factory: pytest.TempPathFactory) -> Iterator[live.Node]:
    with live.serving(tmp_path_factory.mktemp("home") / "node") as running:
        yield running


def _headers(node: live.Node, **more: str) -> dict[str, str]:
    names = {name.replace("_", "-"): value for name, value in more.items()}
    return {"Tus-Resumable": "1.0.0", "Authorization": f"Bearer {node.token}", **names}


def _made(node: live.Node, length: int) -> str:
    headers = _headers(node, Upload_Length=str(length))
    status, told, _ = live.ask(node.port, "POST", "/files/", headers)
    assert status == 201
    return told["location"]


def _piece(node: live.Node, offset: int) -> dict[str, str]:
    return _headers(node, Upload_Offset=str(offset), Content_Type="application/offset+octet-stream")


def _offset(node: live.Node, address: str) -> int:
    status, told, _ = live.ask(node.port, "HEAD", address, _headers(node))
    assert status == 200
    return int(told["upload-offset"])


def _until(node: live.Node, address: str, offset: int) -> int:
    deadline = time.monotonic() + 10
    while (here := _offset(node, address)) < offset and time.monotonic() < deadline:
        time.sleep(0.05)
    return here


def test_forty_stalled_uploads_keep_no_desk_and_no_other_upload_waiting(node):
    data = hostile.scan()
    addresses = [_made(node, len(data)) for _ in range(STALLED)]
    with ExitStack() as lines:
        for address in addresses:
            line = live.half_sent(node.port, address, _piece(node, 0), len(data), data[:1000])
            lines.callback(line.close)
        time.sleep(0.5)
        for _ in range(20):
            started = time.monotonic()
            cookie = {"Cookie": node.cookies["clerk"]}
            status, _, body = live.ask(node.port, "GET", "/accounts/2fa/", cookie)
            assert status == 200
            assert b"</html>" in body
            assert time.monotonic() - started < GENEROUS
        address = _made(node, len(data))
        status, told, _ = live.ask(node.port, "PATCH", address, _piece(node, 0), data)
        assert status == 204
        assert told["upload-digest"] == hashlib.sha256(data).hexdigest()
    # The lines are cut now: what came is kept, and each goes on from there.
    for address in addresses[:5]:
        assert _until(node, address, 1000) == 1000
        status, told, _ = live.ask(node.port, "PATCH", address, _piece(node, 1000), data[1000:])
        assert status == 204
        assert told["upload-leaves"] == "1"


def test_a_large_upload_cut_in_the_middle_goes_on_from_there(node):
    data = hostile.scan(2)
    whole = data + bytes(20 * 2**20)  # phones leave things behind the picture
    address = _made(node, len(whole))
    line = live.half_sent(node.port, address, _piece(node, 0), len(whole), whole[: 10 * 2**20])
    here = _until(node, address, 9 * 2**20)
    line.close()
    time.sleep(0.3)
    here = _offset(node, address)
    assert 0 < here <= 10 * 2**20
    status, told, _ = live.ask(node.port, "PATCH", address, _piece(node, here), whole[here:])
    assert status == 204
    assert told["upload-digest"] == hashlib.sha256(whole).hexdigest()


def test_a_body_without_a_length_is_refused_at_once(node):
    address = _made(node, 1000)
    headers = {**_piece(node, 0), "Transfer-Encoding": "chunked"}
    started = time.monotonic()
    status, _, _ = live.ask(node.port, "PATCH", address, headers, b"5\r\nhello\r\n0\r\n\r\n")
    assert status == 411
    assert time.monotonic() - started < GENEROUS
