"""Scanning with SANE's own test scanner: real scanimage, real images, real faults."""

from __future__ import annotations

import subprocess
import threading
import time
from pathlib import Path

import pytest

from pishkhan_desk import config, lines, pairing, sane
from pishkhan_desk.errors import Trouble
from pishkhan_desk.jobs import Jobs
from pishkhan_desk.scanning import Wish

FEEDER = {"device": "test:0", "source": "feeder", "resolution": 100}


def test_the_scanners_are_listed(page):
    assert page.ask("GET", "/v1/scanners").json == [
        {"name": "test:0", "title": "Noname frontend-tester"},
        {"name": "test:1", "title": "Noname frontend-tester"},
    ]


def test_a_pile_goes_through_the_feeder_and_its_end_is_no_fault(page):
    begun = page.ask("POST", "/v1/scans", FEEDER)
    assert begun.status == 202
    over = page.until_over(begun.json["id"])
    # The test scanner's feeder holds ten.
    assert (over["state"], over["pages"], over["error"]) == ("done", 10, "")
    pages = [page.ask("GET", f"/v1/scans/{over['id']}/pages/{n}") for n in range(1, 11)]
    assert page.ask("GET", f"/v1/scans/{over['id']}/1").status == 200
    assert {answer.status for answer in pages} == {404}


def test_pages_are_whole_pictures(page, tmp_path):
    batch = page.until_over(page.ask("POST", "/v1/scans", FEEDER).json["id"])["id"]
    for n in (1, 10):
        answer = page.ask("GET", f"/v1/scans/{batch}/{n}")
        assert answer.headers["content-type"] == "image/jpeg"
        assert answer.body.startswith(b"\xff\xd8\xff")
        assert answer.body.rstrip(b"\0").endswith(b"\xff\xd9")
    assert page.ask("GET", f"/v1/scans/{batch}/11").status == 404
    assert page.ask("GET", f"/v1/scans/{batch}/0").status == 404


def test_the_glass_gives_as_many_pages_as_wished(page):
    wish = {"device": "test:1", "source": "glass", "mode": "colour", "pages": 3, "resolution": 100}
    over = page.until_over(page.ask("POST", "/v1/scans", wish).json["id"])
    assert (over["state"], over["pages"]) == ("done", 3)


def test_line_art_comes_as_png(page):
    wish = {"device": "test:0", "source": "glass", "mode": "lineart", "resolution": 100}
    over = page.until_over(page.ask("POST", "/v1/scans", wish).json["id"])
    answer = page.ask("GET", f"/v1/scans/{over['id']}/1")
    assert answer.headers["content-type"] == "image/png"
    assert answer.body.startswith(b"\x89PNG")


def test_the_wished_resolution_reaches_the_scanner(scanner, tmp_path):
    sizes = {}
    for dpi in (100, 200):
        folder = tmp_path / str(dpi)
        folder.mkdir()
        came: list[Path] = []
        wish = Wish("test:0", "glass", "grey", dpi)
        scanner.scan(wish, folder, came.append, threading.Event())
        data = came[0].read_bytes()
        at = data.index(b"\xff\xc0")  # start of frame: height and width
        sizes[dpi] = (
            int.from_bytes(data[at + 7 : at + 9], "big"),
            int.from_bytes(data[at + 5 : at + 7], "big"),
        )  # fmt: skip
    # As much of an A4 as the scanner's 200 mm reach.
    assert sizes[100][0] == pytest.approx(200 / 25.4 * 100, abs=3)
    assert sizes[200][0] == pytest.approx(2 * sizes[100][0], abs=3)


@pytest.mark.parametrize(
    ("status", "code"),
    [
        ("SANE_STATUS_JAMMED", "scanner.jammed"),
        ("SANE_STATUS_NO_DOCS", "scanner.no-paper"),
        ("SANE_STATUS_COVER_OPEN", "scanner.cover-open"),
        ("SANE_STATUS_DEVICE_BUSY", "scanner.busy"),
        ("SANE_STATUS_ACCESS_DENIED", "scanner.denied"),
        ("SANE_STATUS_IO_ERROR", "scanner.io"),
    ],
)
def test_a_fault_of_the_scanner_has_its_code(page, sane, status, code):
    sane(read_status_code=f'"{status}"')
    over = page.until_over(page.ask("POST", "/v1/scans", {**FEEDER, "source": "glass"}).json["id"])
    assert (over["state"], over["error"], over["pages"]) == ("failed", code, 0)


def test_a_scanner_that_is_off_is_told_apart(page, sane, monkeypatch, tmp_path):
    (tmp_path / "sane.d" / "dll.conf").write_text("")
    assert page.ask("GET", "/v1/scanners").json == []
    over = page.until_over(page.ask("POST", "/v1/scans", {"device": "test:0"}).json["id"])
    assert over["error"] == "scanner.off"


def test_a_scanner_switched_off_after_it_was_listed(page, sane):
    page.ask("GET", "/v1/scanners")
    sane(number_of_devices="1")
    over = page.until_over(page.ask("POST", "/v1/scans", {"device": "test:1"}).json["id"])
    assert over["error"] == "scanner.off"


def test_a_missing_scanimage_is_told(page, helper):
    helper.api.scanner.program = "scanimage-that-is-not-there"
    answer = page.ask("GET", "/v1/scanners")
    assert (answer.status, answer.json["code"]) == (409, "scanner.no-program")


def test_a_page_can_not_name_a_device_that_is_not_there(page):
    """`net:…` would make the helper dial out to any host."""
    for device in ("net:192.0.2.1:test:0", "--help", "test:9"):
        over = page.until_over(page.ask("POST", "/v1/scans", {"device": device}).json["id"])
        assert over["error"] == "scanner.off"


@pytest.mark.parametrize(
    "wish",
    [
        {"source": "camera"}, {"mode": "grey\n"}, {"resolution": 1200}, {"resolution": "200"},
        {"resolution": True}, {"pages": 0}, {"pages": 201}, {"device": 1}, {"batch": "/etc/x"},
        {"source": ["feeder"]}, {"pages": 1.5},
    ],
)  # fmt: skip
def test_a_wish_that_nobody_offers_is_refused(page, wish):
    answer = page.ask("POST", "/v1/scans", wish)
    assert (answer.status, answer.json["code"]) == (422, "ask.wrong")


@pytest.fixture
def slow(sane):
    return sane(read_delay="true", read_delay_duration="200000", read_limit="true",
                read_limit_size="200")  # fmt: skip


def test_a_scan_is_stopped_and_leaves_nothing(page, slow):
    begun = page.ask("POST", "/v1/scans", {**FEEDER, "source": "glass"}).json["id"]
    assert page.ask("GET", f"/v1/scans/{begun}").json["state"] == "running"
    assert page.ask("DELETE", f"/v1/scans/{begun}").status == 204
    over = page.until_over(begun)
    assert (over["state"], over["error"]) == ("failed", "scanner.cancelled")
    assert page.ask("DELETE", f"/v1/scans/{begun}").status == 204
    assert list(config.spool().iterdir()) == []
    assert page.ask("GET", f"/v1/scans/{begun}").status == 404


def test_a_second_scan_waits_for_the_first(page, slow):
    first = page.ask("POST", "/v1/scans", {**FEEDER, "source": "glass"}).json["id"]
    answer = page.ask("POST", "/v1/scans", FEEDER)
    assert (answer.status, answer.json["code"]) == (409, "scanner.in-use")
    page.ask("DELETE", f"/v1/scans/{first}")
    page.until_over(first)


def test_a_scanner_that_says_nothing_is_given_up(scanner, slow, tmp_path, monkeypatch):
    monkeypatch.setattr(sane, "PAGE", 0.3)
    began = time.monotonic()
    with pytest.raises(Trouble, match=r"scanner\.stuck"):
        scanner.scan(Wish("test:0", "glass"), tmp_path, lambda _: None, threading.Event())
    assert time.monotonic() - began < 8
    left = subprocess.run(["pgrep", "-f", str(tmp_path)], check=False, capture_output=True)
    assert left.stdout == b""


@pytest.fixture
def hanging(scanner, tmp_path, monkeypatch):
    """Return a scanner whose driver hangs when all is said, as SANE's own does now and then."""
    program = tmp_path / "scanimage-that-hangs"
    program.write_text('#!/bin/sh\nscanimage "$@"\ncase "$*" in *--batch=*) exec sleep 60;; esac\n')
    program.chmod(0o755)
    scanner.program = str(program)
    monkeypatch.setattr(lines, "GRACE", 0.5)
    return scanner


def test_a_driver_that_hangs_after_a_fault_is_ended_and_the_fault_told(hanging, sane, tmp_path):
    sane(read_status_code='"SANE_STATUS_IO_ERROR"')
    began = time.monotonic()
    with pytest.raises(Trouble, match=r"scanner\.io"):
        hanging.scan(Wish("test:0", "glass"), tmp_path, lambda _: None, threading.Event())
    assert time.monotonic() - began < 20


def test_a_driver_that_hangs_after_its_last_page_keeps_no_page_back(hanging, tmp_path):
    came: list[Path] = []
    hanging.scan(Wish("test:0", "feeder"), tmp_path, came.append, threading.Event())
    assert len(came) == 10


def test_pages_of_one_pairing_are_not_given_to_another(page):
    batch = page.until_over(page.ask("POST", "/v1/scans", FEEDER).json["id"])["id"]
    pairing.open_for(page.origin, "11112222")
    mine = page.token
    page.token = page.ask("POST", "/v1/pair", {"code": "11112222"}).json["token"]
    for path in (f"/v1/scans/{batch}", f"/v1/scans/{batch}/1"):
        assert page.ask("GET", path).status == 404
    page.token = mine
    assert page.ask("GET", f"/v1/scans/{batch}/1").status == 200


def test_pages_that_a_killed_helper_left_are_cleared(scanner):
    left = config.spool() / "0123"
    left.mkdir()
    (left / "page0001.jpg").write_bytes(b"x")
    Jobs(scanner)
    assert list(config.spool().iterdir()) == []


# --- what drivers offer ------------------------------------------------------------------------

DUPLEX_SCANNER = """
All options specific to device `fujitsu:fi-7160:1':
    --source ADF Front|ADF Back|ADF Duplex [ADF Front]
    --mode Lineart|Gray|Color [Lineart]
    --resolution 150|200|300|600dpi [600]
    -x 0..224.846mm (in steps of 0.0211639) [215.872]
    -y 0..863.489mm (in steps of 0.0211639) [279.364]
"""
FLAT = """
    --resolution 75..1200dpi (in steps of 1) [300]
    --mode Color|Gray [Color]
    --source Flatbed [inactive]
"""


def test_what_a_feeder_with_both_sides_offers():
    offer = sane.offered(DUPLEX_SCANNER)
    assert sane.settings(Wish(source="duplex", resolution=100), offer) == [
        "--source=ADF Duplex", "--mode=Gray", "--resolution=150", "-x", "210", "-y", "297",
        "--format=jpeg", "--batch-count=200",
    ]  # fmt: skip
    assert sane.settings(Wish(mode="lineart", resolution=600), offer)[:3] == [
        "--source=ADF Front", "--mode=Lineart", "--resolution=600",
    ]  # fmt: skip


def test_what_a_plain_scanner_offers():
    offer = sane.offered(FLAT)
    assert sane.settings(Wish(mode="colour", pages=2), offer) == [
        "--mode=Color", "--resolution=200", "--format=jpeg", "--batch-count=2",
    ]  # fmt: skip
    with pytest.raises(Trouble, match="no-feeder"):
        sane.settings(Wish(source="feeder"), offer)
    with pytest.raises(Trouble, match="no-duplex"):
        sane.settings(Wish(source="duplex"), offer)
