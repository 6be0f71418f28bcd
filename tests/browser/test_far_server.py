"""The server is another host: twenty pages go from the clerk's PC into a letter there.

The node runs in a network namespace of its own; browser, helper, scanner and printer are here.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser.browsing import ARGUMENTS, Errors, People
from tests.browser.clerk_pc import clerk_pc, connect
from tests.browser.conftest import CHROMIUM
from tests.browser.desk import arrived, choose_agency, code_of, empty_form, national_id, until
from tests.browser.node import ROOT, Node, environment, free_port
from tests.browser.test_clerk_pc import NOT_YET

pytestmark = pytest.mark.slow
HERE, THERE = "10.213.47.1", "10.213.47.2"
PATIENCE = 240.0
ASK = """
import socket, sys
line = socket.socket(); line.settimeout(2)
sys.exit(line.connect_ex((sys.argv[1], int(sys.argv[2]))) == 0)
"""


def ip(*words: str) -> None:
    subprocess.run(["ip", *words], check=True, capture_output=True)


@pytest.fixture(scope="module")
def far() -> Iterator[str]:
    """Make a namespace with a cable to this one; return its name."""
    if os.getuid() != 0:
        pytest.skip("by design: only root makes network namespaces")
    name = f"far{os.getpid()}"
    ip("netns", "add", name)
    try:
        ip("link", "add", f"{name}h", "type", "veth", "peer", "name", f"{name}t", "netns", name)
        ip("addr", "add", f"{HERE}/30", "dev", f"{name}h")
        ip("link", "set", f"{name}h", "up")
        ip("-n", name, "addr", "add", f"{THERE}/30", "dev", f"{name}t")
        ip("-n", name, "link", "set", f"{name}t", "up")
        ip("-n", name, "link", "set", "lo", "up")
        yield name
    finally:
        ip("netns", "del", name)


@pytest.fixture(scope="module")
def far_node(far: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Node]:
    """Serve the demonstration in the namespace, at its own address alone."""
    home = tmp_path_factory.mktemp("far") / "home"
    port, log = free_port(), home.with_suffix(".log")
    environ = environment(home, port)
    environ["PISHKHAN_URL"] = f"http://{THERE}:{port}"
    began = time.monotonic()
    with log.open("wb") as out:
        process = subprocess.Popen(
            ["ip", "netns", "exec", far, sys.executable, "-m", "pishkhan", "demo", "--serve",
             "--host", THERE],
            cwd=ROOT, env=environ, stdout=out, stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
    try:
        while not answers(f"http://{THERE}:{port}/healthz"):
            assert process.poll() is None, f"the node ended at its start:\n{log.read_text()}"
            assert time.monotonic() - began < PATIENCE, f"not ready:\n{log.read_text()}"
            time.sleep(0.5)
        yield Node(process, port, home, time.monotonic() - began, log, environ)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(60)


def answers(address: str) -> bool:
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, timeout=5) as answer:
            return bool(answer.status == 200)
    except OSError:
        return False


def test_twenty_pages_are_scanned_into_a_letter_while_the_server_is_another_host(
    far: str, far_node: Node, browser: Browser, tmp_path: Path
):
    address = f"http://{THERE}:{far_node.port}"
    # As on a node with TLS: a browser lets plain http reach no program of the PC.
    arguments = [*ARGUMENTS, f"--unsafely-treat-insecure-origin-as-secure={address}"]
    errors = Errors()
    with clerk_pc(tmp_path / "pc", far_node) as pc:
        for host in ("127.0.0.1", HERE, THERE):  # the server itself can not reach the helper
            asked = ["ip", "netns", "exec", far, sys.executable, "-c", ASK, host, str(pc.port)]
            assert subprocess.run(asked, check=False).returncode == 0
        chromium = browser.browser_type.launch(executable_path=CHROMIUM, args=arguments)
        people = People(chromium, address, errors)
        page = people.page("clerk", "fa")
        page.context.grant_permissions(["local-network-access"], origin=address)
        with errors.expecting(*NOT_YET):
            connect(page, pc)
            empty_form(page)
            page.locator("[name=number]").press_sequentially(national_id(90))
            page.locator("[data-new]").wait_for()
            page.locator("[name=name]").fill("فرد نمونه")
            choose_agency(page)
            page.locator("[name=subject]").fill("بیست برگ")
            page.keyboard.press("F7")
            until(lambda: arrived(page) == 10, 120)  # the test scanner's feeder holds ten
            page.keyboard.press("F7")
            until(lambda: arrived(page) == 20, 120)
            page.keyboard.press("Control+Enter")
            page.wait_for_url("**/receipt*")
            assert "۲۰ صفحه" in page.locator(".receipt").inner_text()
            assert pc.printed().startswith(b"%PDF-")
            code_of(page)
        people.close()
        chromium.close()
    assert errors.told == []
