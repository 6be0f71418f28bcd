"""What a paired page may ask: scan, look into the watched folder, print a receipt.

Answers are JSON but for pages, which are files as they are. Faults are {"code": …}.
"""

from __future__ import annotations

import json
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Callable

from pishkhan_desk import __version__, config, pairing, printing
from pishkhan_desk.errors import Trouble
from pishkhan_desk.folder import Folder
from pishkhan_desk.jobs import Batch, Jobs
from pishkhan_desk.scanning import Scanner, wish_of

JSON = "application/json"
PDF = "application/pdf"
TYPES = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".pdf": PDF}
LIMITS = {JSON: 4096, PDF: printing.MOST_BYTES}
"""Bytes a body of each type may have; no other type is taken."""


@dataclass(frozen=True)
class Question:
    """A request that has passed the gate; `holder` is its pairing, "" before there is one."""

    method: str
    parts: tuple[str, ...]  # of the path, behind /v1/
    origin: str
    holder: str
    kind: str
    body: bytes


@dataclass(frozen=True)
class Reply:
    """An answer."""

    status: int
    body: bytes = b""
    kind: str = JSON


def told(value: Any, status: int = 200) -> Reply:
    """Return a JSON answer."""
    return Reply(status, json.dumps(value, ensure_ascii=False).encode())


class Api:
    """Answers questions with this PC's machines."""

    def __init__(self, scanner: Scanner, printer: printing.Printer) -> None:
        self.scanner = scanner
        self.printer = printer
        self.jobs = Jobs(scanner)
        self._folder: Folder | None = None
        self._lock = threading.Lock()

    def answer(self, question: Question) -> Reply:
        """Answer one question; raise Trouble for what can not be done."""
        first = question.parts[0] if question.parts else ""
        deeds: dict[tuple[str, str, int], Callable[[Question], Reply]] = {
            ("POST", "pair", 1): self._pair,
            ("DELETE", "pair", 1): self._unpair,
            ("GET", "status", 1): self._status,
            ("GET", "scanners", 1): self._scanners,
            ("POST", "scans", 1): self._scan,
            ("GET", "scans", 2): self._batch,
            ("DELETE", "scans", 2): self._drop,
            ("GET", "scans", 3): self._page,
            ("GET", "folder", 1): self._papers,
            ("GET", "folder", 2): self._paper,
            ("POST", "folder", 2): self._paper_done,
            ("GET", "printers", 1): self._printers,
            ("POST", "print", 1): self._print,
            ("POST", "print", 2): self._print,
        }
        deed = deeds.get((question.method, first, len(question.parts)))
        if deed is None:
            raise Trouble("ask.unknown", 404)
        return deed(question)

    # --- pairing --------------------------------------------------------------------------------
    def _pair(self, question: Question) -> Reply:
        asked = _json(question)
        code = asked.get("code")
        token = pairing.trade(question.origin, code if isinstance(code, str) else "")
        return told({"token": token}, 201)

    def _unpair(self, question: Question) -> Reply:
        pairing.end(question.holder)
        return Reply(204)

    def _status(self, _question: Question) -> Reply:
        return told(
            {
                "version": __version__,
                "system": sys.platform,
                "folder": config.settings().folder != "",
            }
        )

    # --- scanning -------------------------------------------------------------------------------
    def _scanners(self, _question: Question) -> Reply:
        return told([{"name": d.name, "title": d.title} for d in self.scanner.devices()])

    def _scan(self, question: Question) -> Reply:
        return told(_row(self.jobs.start(wish_of(_json(question)), question.holder)), 202)

    def _batch(self, question: Question) -> Reply:
        return told(_row(self.jobs.get(question.parts[1], question.holder)))

    def _drop(self, question: Question) -> Reply:
        self.jobs.drop(question.parts[1], question.holder)
        return Reply(204)

    def _page(self, question: Question) -> Reply:
        number = question.parts[2]
        if not (number.isascii() and number.isdigit()):
            raise Trouble("scan.unknown", 404)
        body = self.jobs.page(question.parts[1], int(number), question.holder)
        return Reply(200, body, "image/png" if body.startswith(b"\x89PNG") else "image/jpeg")

    # --- folder ---------------------------------------------------------------------------------
    def folder(self) -> Folder:
        """Return the folder that is watched now; raise Trouble `folder.none`."""
        named = config.settings().folder
        if not named:
            raise Trouble("folder.none", 404)
        with self._lock:
            if self._folder is None or self._folder.path != Path(named):
                self._folder = Folder(Path(named))
            return self._folder

    def _papers(self, question: Question) -> Reply:
        papers = self.folder().papers(question.holder)
        return told([{"id": p.id, "name": p.name, "size": p.size} for p in papers])

    def _paper(self, question: Question) -> Reply:
        paper, body = self.folder().fetch(question.parts[1], question.holder)
        return Reply(200, body, TYPES.get(Path(paper.name).suffix.lower(), "image/tiff"))

    def _paper_done(self, question: Question) -> Reply:
        self.folder().done(question.parts[1], question.holder)
        return Reply(204)

    # --- printing -------------------------------------------------------------------------------
    def _printers(self, _question: Question) -> Reply:
        found = self.printer.printers()
        return told({"names": list(found.names), "usual": found.usual})

    def _print(self, question: Question) -> Reply:
        if question.kind != PDF:
            raise Trouble("print.no-pdf", 415)
        name = question.parts[1] if len(question.parts) == 2 else ""
        went = self.printer.print(printing.check(question.body), name)
        return told({"waits": not went}, 202)

    def close(self) -> None:
        """Stop what is under way and leave no page behind."""
        self.jobs.close()


def _row(batch: Batch) -> dict[str, Any]:
    return {"id": batch.id, "state": batch.state, "pages": len(batch.pages), "error": batch.error}


def _json(question: Question) -> dict[str, Any]:
    try:
        value = json.loads(question.body or b"{}")
    except ValueError:
        value = None
    if question.kind != JSON or not isinstance(value, dict):
        raise Trouble("ask.wrong", 422)
    return value


def known_hosts(port: int) -> list[str]:
    """Return what the Host header may say: the address alone, never a name."""
    return [f"{config.HOST}:{port}"]
