"""Printing through a real CUPS scheduler of one's own, with its real `lp` and `lpstat`."""

from __future__ import annotations

import zlib

import pytest

from pishkhan_desk import config, printing

RECEIPT = b"%PDF-1.4\n1 0 obj<</Type/Page/MediaBox [0 0 226.77 500]>>endobj\n%%EOF\n"


def test_a_receipt_reaches_the_paper_as_it_is(page, cups):
    answer = page.ask("POST", "/v1/print/receipt", RECEIPT, kind="application/pdf")
    assert (answer.status, answer.json) == (202, {"waits": False})
    assert cups.printed() == RECEIPT
    assert list(config.spool().iterdir()) == []


def test_the_usual_printer_is_used_when_none_is_named(page, cups):
    cups.admin("lpadmin", "-d", "receipt")
    assert page.ask("GET", "/v1/printers").json == {"names": ["receipt"], "usual": "receipt"}
    assert page.ask("POST", "/v1/print", RECEIPT, kind="application/pdf").status == 202
    assert cups.printed() == RECEIPT


def test_a_stopped_printer_keeps_the_receipt_and_says_so(page, cups):
    cups.admin("cupsdisable", "receipt")
    answer = page.ask("POST", "/v1/print/receipt", RECEIPT, kind="application/pdf")
    assert (answer.status, answer.json) == (202, {"waits": True})
    cups.admin("cupsenable", "receipt")
    assert cups.printed() == RECEIPT


def test_a_printer_that_refuses_is_told(page, cups):
    cups.admin("cupsreject", "receipt")
    answer = page.ask("POST", "/v1/print/receipt", RECEIPT, kind="application/pdf")
    assert (answer.status, answer.json["code"]) == (409, "printer.refuses")
    assert list(config.spool().iterdir()) == []


@pytest.mark.parametrize("name", ["gone", "-o", "%2Fetc%2Fpasswd"])
def test_an_unknown_printer_is_told(page, cups, name):
    answer = page.ask("POST", f"/v1/print/{name}", RECEIPT, kind="application/pdf")
    assert (answer.status, answer.json["code"]) == (409, "printer.unknown")


def test_no_printer_at_all_is_told(page, cups, monkeypatch):
    cups.admin("lpadmin", "-x", "receipt")
    assert page.ask("GET", "/v1/printers").json == {"names": [], "usual": ""}
    answer = page.ask("POST", "/v1/print", RECEIPT, kind="application/pdf")
    assert (answer.status, answer.json["code"]) == (409, "printer.none")


def test_a_print_service_that_is_off_is_told(page, monkeypatch, tmp_path):
    monkeypatch.setenv("CUPS_SERVER", str(tmp_path / "nobody"))
    answer = page.ask("POST", "/v1/print", RECEIPT, kind="application/pdf")
    assert (answer.status, answer.json["code"]) == (409, "printer.off")


def test_only_a_pdf_is_printed(page, cups):
    for body in (b"", b"#!/bin/sh\nreboot", b"%!PS-Adobe", b"%PDF-1.4 half", RECEIPT[1:]):
        answer = page.ask("POST", "/v1/print/receipt", body, kind="application/pdf")
        assert (answer.status, answer.json["code"]) == (415, "print.no-pdf")
    assert page.ask("POST", "/v1/print/receipt", {"x": 1}).status == 415
    assert not cups.paper.exists()


def test_the_paper_has_the_size_of_the_receipt():
    size = printing.size_of(RECEIPT)
    assert size
    width, height = size
    assert (round(width), round(height)) == (80, 176)
    packed = b"%PDF-1.7\nstream\n" + zlib.compress(RECEIPT) + b"\nendstream\n%%EOF"
    assert printing.size_of(packed) == printing.size_of(RECEIPT)
    assert printing.size_of(b"%PDF-1.7 stream\nrubbish %%EOF") is None
