"""Prints a receipt that the node made as PDF, without a dialog.

Linux and others with CUPS: `lp`. Windows: the shell's verb `PrintTo` (or `Print`) of the program
that opens PDF files; like WIA it is tested at its wire only.
"""

from __future__ import annotations

import re
import secrets
import sys
import threading
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Protocol

from pishkhan_desk import config, lines, powershell
from pishkhan_desk.errors import Trouble

PATIENCE = 20.0
MOST_BYTES = 20 * 2**20
KEPT = 600.0
"""Seconds a file is kept for a program that prints it by and by (Windows)."""

ENGLISH = {"LC_ALL": "C"}
POINT = 25.4 / 72
FAULTS: tuple[tuple[str, str], ...] = (
    ("no default destination", "printer.none"),
    ("does not exist", "printer.unknown"),
    ("not accepting", "printer.refuses"),
    ("unable to connect", "printer.off"),
    ("scheduler is not running", "printer.off"),
    ("Bad file descriptor", "printer.off"),
    ("Connection refused", "printer.off"),
    ("Forbidden", "printer.denied"),
)


@dataclass(frozen=True)
class Printers:
    """Names of the printers and which is the usual one ("" for none)."""

    names: tuple[str, ...]
    usual: str = ""


class Printer(Protocol):
    """A way to the printers of a PC."""

    def printers(self) -> Printers:
        """Return the printers; raise Trouble `printer.*`."""

    def print(self, document: bytes, printer: str) -> bool:
        """Print a PDF; return False when the printer is stopped and keeps it in its queue."""


class Cups:
    """Printers of CUPS by its own programs (Debian: cups-client)."""

    def printers(self) -> Printers:
        """Return CUPS's queues."""
        self._check_alive()
        names = self._ask("lpstat", "-e")
        usual = self._ask("lpstat", "-d").partition(": ")[2].strip()
        return Printers(tuple(names.split()), usual)

    def print(self, document: bytes, printer: str) -> bool:
        """Hand a PDF to a queue, on paper of the PDF's own size."""
        self._check_alive()
        words = ["lp", "-t", "Pishkhan"]
        if printer:
            if printer not in self.printers().names:
                raise Trouble("printer.unknown")
            words += ["-d", printer]
        size = size_of(document)
        if size is not None:
            words += ["-o", f"media=Custom.{size[0]:.0f}x{size[1]:.0f}mm"]
        path = _keep(document)
        try:
            self._ask(*words, "--", str(path))
        finally:
            path.unlink()  # lp has handed it over when it ends
        return not self._stopped(printer)

    def _check_alive(self) -> None:
        """Raise Trouble `printer.off`: lp itself would say that there is no printer."""
        if "not running" in self._ask("lpstat", "-r"):
            raise Trouble("printer.off")

    def _stopped(self, printer: str) -> bool:
        words = ["lpstat", "-p", *([printer] if printer else [])]
        return bool(re.search(r"^printer \S+ disabled", self._ask(*words), re.M))

    def _ask(self, *words: str) -> str:
        try:
            code, said, complaint = lines.run(
                words, patience=PATIENCE, env=ENGLISH, absent="printer.no-program"
            )
        except lines.Stuck:
            raise Trouble("printer.off") from None
        if code and words[0] != "lpstat":
            found = [told for said_as, told in FAULTS if said_as.lower() in complaint.lower()]
            raise Trouble(found[0] if found else "printer.io", 409, complaint[-500:])
        return said


WINDOWS_LIST = """
foreach ($one in Get-WmiObject Win32_Printer) {
  Tell 'PRINTER' $one.Name $(if ($one.Default) { '1' } else { '0' })
}
"""
WINDOWS_PRINT = """
try {
  if ($env:PISHKHAN_DESK_PRINTER) {
    Start-Process -FilePath $env:PISHKHAN_DESK_FILE -Verb PrintTo `
      -ArgumentList ('"' + $env:PISHKHAN_DESK_PRINTER + '"') -WindowStyle Hidden
  } else {
    Start-Process -FilePath $env:PISHKHAN_DESK_FILE -Verb Print -WindowStyle Hidden
  }
  Tell 'GIVEN'
} catch { Tell 'FAULT' $_.Exception.Message; exit 3 }
"""


class WindowsShell:
    """Printers of Windows, by the program that opens PDF files."""

    def __init__(self, program: str = powershell.PROGRAM) -> None:
        self.program = program

    def printers(self) -> Printers:
        """Return Windows's printers."""
        rows = [line.split("\t") for line in self._run(WINDOWS_LIST, {}).splitlines()]
        told = [row for row in rows if len(row) == 3 and row[0] == "PRINTER"]
        usual = [row[1] for row in told if row[2] == "1"]
        return Printers(tuple(row[1] for row in told), usual[0] if usual else "")

    def print(self, document: bytes, printer: str) -> bool:
        """Give a PDF to the program that prints it; it is removed some minutes later."""
        if printer and (printer not in self.printers().names or '"' in printer):
            raise Trouble("printer.unknown")
        path = _keep(document)
        given = {"PISHKHAN_DESK_FILE": str(path), "PISHKHAN_DESK_PRINTER": printer}
        _later(path)
        self._run(WINDOWS_PRINT, given)
        return True

    def _run(self, script: str, given: dict[str, str]) -> str:
        try:
            code, said, complaint = powershell.run(
                script, given, patience=PATIENCE, program=self.program, absent="printer.no-program"
            )
        except lines.Stuck:
            raise Trouble("printer.off") from None
        if code:
            raise Trouble("printer.no-program", 409, (said + complaint)[-500:])
        return said


def usual(platform: str = sys.platform) -> Printer:
    """Return the way to this PC's printers."""
    return WindowsShell() if platform == "win32" else Cups()


def check(document: bytes) -> bytes:
    """Return the document when it is a PDF; raise Trouble `print.no-pdf`: nothing else is run."""
    if not document.startswith(b"%PDF-") or b"%%EOF" not in document[-2048:]:
        raise Trouble("print.no-pdf", 415)
    return document


BOX = re.compile(rb"/MediaBox\s*\[\s*([-\d.]+)\s+([-\d.]+)\s+([-\d.]+)\s+([-\d.]+)\s*\]")


def size_of(document: bytes) -> tuple[float, float] | None:
    """Return width and height of a PDF's first page in millimetres, None when it can't be seen."""
    for part in _parts(document):
        found = BOX.search(part)
        if found:
            left, low, right, high = (float(n) for n in found.groups())
            return (right - left) * POINT, (high - low) * POINT
    return None


def _parts(document: bytes) -> Iterator[bytes]:
    """Yield the document as it stands, then what lies packed in it."""
    yield document
    for match in re.finditer(rb"stream\r?\n", document):
        try:
            yield zlib.decompressobj().decompress(document[match.end() :], 2**20)
        except zlib.error:
            continue


def _keep(document: bytes) -> Path:
    path = config.spool() / f"receipt-{secrets.token_hex(8)}.pdf"
    path.write_bytes(document)
    return path


def _later(path: Path, seconds: float = KEPT) -> None:
    def remove() -> None:
        if path.exists():
            path.unlink()

    timer = threading.Timer(seconds, remove)
    timer.daemon = True
    timer.start()
