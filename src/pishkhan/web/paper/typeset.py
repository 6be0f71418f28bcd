"""Has a letter set by a short-lived process, and waits no longer than it is worth."""

from __future__ import annotations

import json
import logging
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from pishkhan.kernel.errors import N_, Unavailable
from pishkhan.web.paper import child

FONTS = Path(__file__).with_name("data")
"""Vazirmatn as TrueType, which typst reads; the receipt is set with it too."""

SECONDS = 30
"""Longest that the setting may take, by the clock on the wall."""

log = logging.getLogger(__name__)

# Each takes some hundred MB for a moment: two at once in a process of the web are enough.
_places = threading.BoundedSemaphore(2)


def typeset(given: dict[str, Any], logo: bytes = b"") -> bytes:
    """Return the PDF of a letter that `letter.typ` draws from `given`; the same for the same.

    Raises Unavailable (`web.paper-busy` when no place became free in time, `web.paper-failed`
    when the letter could not be set; what the typesetter said never reaches a person).
    """
    if not _places.acquire(timeout=SECONDS):
        raise Unavailable(
            "web.paper-busy", N_("Too many letters are being set; try again in a while.")
        )
    try:
        with tempfile.TemporaryDirectory(prefix="letter-") as folder:
            return _run(Path(folder), given, logo)
    finally:
        _places.release()


def _run(folder: Path, given: dict[str, Any], logo: bytes) -> bytes:
    name = None
    if logo:
        name = "logo.png" if logo.startswith(b"\x89PNG") else "logo.jpg"
        (folder / name).write_bytes(logo)
    words = json.dumps(given | {"logo": name}, ensure_ascii=False)
    (folder / "letter.json").write_text(words, encoding="utf-8", errors="replace")
    shutil.copyfile(FONTS / "letter.typ", folder / "letter.typ")
    command = [sys.executable, "-I", str(Path(child.__file__)), str(folder), str(FONTS)]
    try:
        done = subprocess.run(  # noqa: S603 - our own file; paths made by us
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=SECONDS,
            check=False,
            env={"LANG": "C.UTF-8"},
        )
        code = done.returncode
    except subprocess.TimeoutExpired:
        code = -1
    pdf = folder / "letter.pdf"
    if code or not pdf.is_file():
        log.error("a letter could not be set: the typesetter ended with %s", code)
        raise Unavailable(
            "web.paper-failed",
            N_("The letter could not be set as PDF. Nothing is lost; try again in a while."),
        )
    return pdf.read_bytes()
