"""What `make demo` promises: PORT, /healthz, a quick second start, and a Ctrl-C that ends all."""

from __future__ import annotations

import json
import re
import shutil
import urllib.request
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect

from tests.browser.browsing import People
from tests.browser.desk import until
from tests.browser.node import ROOT, Node, demonstration, healthy

FIRST, SECOND = 90.0, 5.0  # seconds to the first page


def test_make_demo_hands_port_and_home_to_the_command():
    recipe = re.search(r"^demo:.*\n(\t.*\n)+", (ROOT / "Makefile").read_text(), re.M)
    assert recipe
    assert "PORT=$(PORT)" in recipe[0]
    assert "exec $(BIN)/pishkhan demo --serve" in recipe[0]


@pytest.mark.pace
def test_the_first_start_makes_the_province_and_answers_on_its_port(node: Node):
    assert node.seconds < FIRST
    assert healthy(node.port)
    until(lambda: f":{node.port}/" in node.log.read_text())  # it answers before it says so


@pytest.mark.pace
def test_a_second_start_is_quick_and_ctrl_c_ends_everything(node: Node, tmp_path: Path):
    home = tmp_path / "home"
    shutil.copytree(node.home, home)
    with demonstration(home) as again:
        assert again.seconds <= SECOND, f"{again.seconds:.1f} s"
        listening = [c.laddr.port for p in again.family() for c in p.net_connections()]
        assert again.port in listening
        family = again.family()
        assert len(family) >= 3  # the command, the web server, the worker
        assert again.interrupt() == 0
        _gone, alive = psutil.wait_procs(family, timeout=15)
        assert [p for p in alive if p.status() != psutil.STATUS_ZOMBIE] == []
        assert not healthy(again.port)
        assert "Traceback" not in again.log.read_text()


def test_the_first_page_offers_each_role_and_the_tour(people: People):
    page = people.page("citizen", "fa")
    page.goto("/")
    assert page.locator("[data-role]").count() == 8
    expect(page.locator("#tour li").first).to_be_visible()


def test_every_page_says_that_the_data_are_a_demonstration(people: People):
    for who, address in (("citizen", "/t/"), ("clerk", "/counter/"), ("head", "/cartable/")):
        page = people.page(who, "fa")
        page.goto(address)
        expect(page.locator(".demo-ribbon")).to_be_visible()


def test_healthz_says_more_than_that_it_lives(node: Node):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with opener.open(f"{node.address}/healthz", timeout=5) as answer:
        told = json.loads(answer.read())
    assert told
