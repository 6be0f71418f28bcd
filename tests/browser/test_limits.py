"""A limit that one process counted holds in another: one node, served twice.

Our own limits (guessed codes, PINs, one-time codes) are rows that are counted under a lock; their
tests are in tests/letters and tests/directory.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from http.cookiejar import CookieJar

import pytest

from tests.browser.node import ROOT, Node, free_port, healthy

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')
PATIENCE = 120.0


@pytest.fixture(scope="module")
def other(node: Node) -> Iterator[str]:
    """Serve the same node once more, by processes of its own; give the address."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "pishkhan", "serve", "--workers", "1"],
        cwd=ROOT, env={**node.environ, "PORT": str(port)},
    )  # fmt: skip
    try:
        began = time.monotonic()
        while not healthy(port):
            assert process.poll() is None
            assert time.monotonic() - began < PATIENCE
            time.sleep(0.1)
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait(30)


def sent(address: str, path: str, **fields: str) -> tuple[int, str]:
    """Fill in a page's form as a new visitor; return the answer's status and text."""
    visitor = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(CookieJar())
    )
    with visitor.open(address + path) as page:
        token = TOKEN.search(page.read().decode())
    assert token
    data = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], **fields}).encode()
    asked = urllib.request.Request(address + path, data, headers={"Referer": address + path})
    try:
        with visitor.open(asked) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def test_a_name_that_rests_at_one_process_rests_at_the_other(node: Node, other: str):
    rests = "۵ دقیقه|پنج دقیقه"
    wrong = {"login": "nobody-at-all", "password": "چیزی که درست نیست"}
    for _ in range(5):
        assert not re.search(rests, sent(node.address, "/accounts/login/", **wrong)[1])
    assert re.search(rests, sent(other, "/accounts/login/", **wrong)[1])
