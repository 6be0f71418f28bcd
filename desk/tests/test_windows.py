"""What is said to Windows, against a stand-in for PowerShell that reads the script as it came.

No Windows runs here: that WIA itself answers so is not shown by these tests.
"""

from __future__ import annotations

import base64
import re
import threading
from pathlib import Path

import pytest

from pishkhan_desk import machines, powershell, printing, wia
from pishkhan_desk.errors import Trouble
from pishkhan_desk.sane import Sane
from pishkhan_desk.scanning import Wish

STAND_IN = """#!/bin/sh
echo "$@" > {notes}.words
env | grep ^PISHKHAN_DESK > {notes}.env
. {notes}.says
"""


@pytest.fixture
def windows(tmp_path):
    """Return the stand-in's path and a function that sets what it says."""
    notes = tmp_path / "stand-in"
    program = tmp_path / "powershell"
    program.write_text(STAND_IN.format(notes=notes))
    program.chmod(0o755)

    class Windows:
        path = str(program)

        def says(self, script):
            (tmp_path / "stand-in.says").write_text(script)

        def given(self):
            rows = (tmp_path / "stand-in.env").read_text().splitlines()
            return dict(row.split("=", 1) for row in rows)

    return Windows()


LISTED = (
    r"""case "$PISHKHAN_DESK_FOLDER" in "") printf 'DEVICE\tusb-1\tHP ScanJet\n';; *) %s;; esac"""
)


def scan(windows, tmp_path, says, **wish):
    folder = tmp_path / "batch"
    folder.mkdir()
    windows.says(LISTED % says)
    came: list[Path] = []
    wia.Wia(windows.path).scan(Wish(**wish), folder, came.append, threading.Event())
    return came


def test_windows_has_wia_and_others_have_sane():
    assert isinstance(machines.scanner("win32"), wia.Wia)
    assert isinstance(machines.scanner("linux"), Sane)
    assert isinstance(printing.usual("win32"), printing.WindowsShell)
    assert isinstance(printing.usual("linux"), printing.Cups)


def test_scanners_are_listed(windows):
    windows.says(LISTED % "true")
    [device] = wia.Wia(windows.path).devices()
    assert (device.name, device.title) == ("usb-1", "HP ScanJet")


PAGES = r"""for n in 1 2 3; do : > "$PISHKHAN_DESK_FOLDER/page000$n.jpg"
printf 'PAGE\t%s\n' "$PISHKHAN_DESK_FOLDER/page000$n.jpg"; done"""


def test_a_pile_ends_when_the_feeder_is_empty(windows, tmp_path):
    came = scan(windows, tmp_path, PAGES + r"; printf 'FAULT\t0x80210003\n'; exit 3")
    assert [path.name for path in came] == ["page0001.jpg", "page0002.jpg", "page0003.jpg"]


def test_what_was_wished_is_told(windows, tmp_path):
    scan(windows, tmp_path, PAGES, source="duplex", mode="colour", resolution=300, pages=4)
    given = windows.given()
    assert given.pop("PISHKHAN_DESK_FOLDER") == str(tmp_path / "batch")
    given.pop("PISHKHAN_DESK_HOME")
    assert given == {
        "PISHKHAN_DESK_DEVICE": "usb-1", "PISHKHAN_DESK_SOURCE": "duplex",
        "PISHKHAN_DESK_INTENT": "1", "PISHKHAN_DESK_DPI": "300", "PISHKHAN_DESK_PAGES": "4",
        "PISHKHAN_DESK_MOST": "200",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("told", "code"),
    [
        ("0x80210003", "scanner.no-paper"), ("0x80210002", "scanner.jammed"),
        ("0x80210005", "scanner.off"), ("0x80210006", "scanner.busy"),
        ("0x80210016", "scanner.cover-open"), ("0x80070005", "scanner.denied"),
        ("0x80004005", "scanner.io"), ("NO-FEEDER", "scanner.no-feeder"),
        ("NO-DUPLEX", "scanner.no-duplex"), ("rubbish", "scanner.io"),
    ],
)  # fmt: skip
def test_a_fault_has_its_code(windows, tmp_path, told, code):
    with pytest.raises(Trouble) as caught:
        scan(windows, tmp_path, rf"printf 'FAULT\t{told}\n'; exit 3")
    assert caught.value.code == code


def test_a_jam_after_some_pages_is_a_fault_and_the_pages_are_kept(windows, tmp_path):
    with pytest.raises(Trouble, match=r"scanner\.jammed"):
        scan(windows, tmp_path, PAGES + r"; printf 'FAULT\t0x80210002\n'; exit 3")
    assert len(list((tmp_path / "batch").iterdir())) == 3


def test_no_scanner_is_told(windows, tmp_path):
    windows.says("true")
    with pytest.raises(Trouble, match=r"scanner\.off"):
        wia.Wia(windows.path).scan(Wish(), tmp_path, print, threading.Event())


def test_a_missing_powershell_is_told():
    with pytest.raises(Trouble, match=r"scanner\.no-program"):
        wia.Wia("powershell-that-is-not-there").devices()


@pytest.mark.parametrize(
    "script", [wia.LIST, wia.SCAN, printing.WINDOWS_LIST, printing.WINDOWS_PRINT]
)
def test_scripts_keep_to_powershell_2_and_take_nothing_in(script):
    *_, encoded = powershell.command(script)
    text = base64.b64decode(encoded).decode("utf-16-le")
    assert text.endswith(script)
    for newer in (
        "ConvertFrom-Json",
        "ConvertTo-Json",
        "::new(",
        "Get-CimInstance",
        "-in ",
        "[ordered]",
    ):
        assert newer not in text
    assert text.count("{") == text.count("}")
    assert text.count("(") == text.count(")")
    named = set(re.findall(r"\$env:(\w+)", text))
    known = {*wia.given(Wish(), "x", Path("y")), "PISHKHAN_DESK_FILE", "PISHKHAN_DESK_PRINTER"}
    assert named <= known


def test_a_receipt_is_given_to_the_program_that_prints_pdf(windows):
    windows.says(r"printf 'PRINTER\tPOS-80\t1\nPRINTER\tFax\t0\nGIVEN\n'")
    shell = printing.WindowsShell(windows.path)
    assert shell.printers() == printing.Printers(("POS-80", "Fax"), "POS-80")
    assert shell.print(b"%PDF-1.4 %%EOF", "POS-80")
    given = windows.given()
    assert given["PISHKHAN_DESK_PRINTER"] == "POS-80"
    assert Path(given["PISHKHAN_DESK_FILE"]).read_bytes() == b"%PDF-1.4 %%EOF"
    with pytest.raises(Trouble, match=r"printer\.unknown"):
        shell.print(b"%PDF-1.4 %%EOF", "gone")


def test_no_program_for_pdf_is_told(windows):
    windows.says(r"printf 'FAULT\tNo application is associated\n'; exit 3")
    with pytest.raises(Trouble, match=r"printer\.no-program"):
        printing.WindowsShell(windows.path).print(b"%PDF-1.4 %%EOF", "")
