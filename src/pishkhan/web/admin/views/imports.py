"""Takes in a file of divisions while its bytes come, and tells how far it is while it works.

The body is the file itself, never a form: nothing is parsed before the rights are known, and
nothing is held in memory. The answer is a stream of JSON lines: {"percent": n} …, and last
{"html": report} or {"error": sentence, "code": code}. Who stops listening cancels the import.
"""

from __future__ import annotations

import json
import logging
import queue
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextvars import copy_context
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.imports import ImportReport
from pishkhan.kernel.errors import Invalid, PishkhanError, TooLarge
from pishkhan.kernel.i18n import N_
from pishkhan.web.admin.page import admin
from pishkhan.web.http import DeskRequest

log = logging.getLogger(__name__)

LARGEST = 64 * 1024 * 1024
"""Bytes; the whole country with its villages is about 12 MB."""
PIECE = 256 * 1024
SHOWN = 50

Progress = Callable[[int, int], None]


class Cancelled(Exception):
    """Nobody listens any more: the act is rolled back."""


@admin
@require_POST
def take(request: DeskRequest) -> HttpResponse:
    """Receive the file and import it; `?keep=1` takes the good lines of a file with bad ones."""
    path = _receive(request)
    keep = bool(request.GET.get("keep"))

    def divisions(progress: Progress) -> str:
        done = directory.import_divisions(request.actor, path, progress, keep_good=keep)
        return _drawn(done)

    return streamed(Work(path, divisions))


@admin
@require_POST
def take_dehyaris(request: DeskRequest) -> HttpResponse:
    """Receive a list of dehyaris; tell what it would do, and with `?keep=1` do it."""
    path = _receive(request)
    trial = not request.GET.get("keep")

    def dehyaris(progress: Progress) -> str:
        done = directory.import_dehyaris(request.actor, path, progress, trial=trial)
        return render_to_string(
            "admin/_dehyari_report.html",
            {
                "report": done,
                "trial": trial,
                "bad": [(line.line, line.reason.render(_)) for line in done.bad[:SHOWN]],
                "more": max(0, done.bad_lines - SHOWN),
                "notes": [(line.line, line.reason.render(_)) for line in done.notes[:SHOWN]],
            },
        )

    return streamed(Work(path, dehyaris))


def streamed(work: Work) -> HttpResponse:
    """Answer with what the work tells while it goes on."""
    answer: HttpResponseBase = StreamingHttpResponse(
        work.lines(), content_type="application/x-ndjson; charset=utf-8"
    )
    answer["Content-Encoding"] = "identity"  # a compressor would hold the first lines back
    answer["X-Accel-Buffering"] = "no"
    return answer  # type: ignore[return-value]  # the desk's door takes any response


def _receive(request: DeskRequest) -> Path:
    """Write the body to a file of its own and return its path; TooLarge and Invalid."""
    folder = settings.HOME / "tmp"
    folder.mkdir(mode=0o700, exist_ok=True)
    size = 0
    with tempfile.NamedTemporaryFile(dir=folder, suffix=".csv", delete=False) as file:
        path = Path(file.name)
        while piece := request.read(PIECE):
            size += len(piece)
            if size > LARGEST:
                break
            file.write(piece)
    if 0 < size <= LARGEST:
        return path
    path.unlink()
    if size:
        raise TooLarge("web.division-file", N_("The file is larger than any list of divisions."))
    raise Invalid("web.division-file", N_("The file is empty."))


class Work:
    """One import in a thread of its own, so that this request can tell how far it is."""

    def __init__(self, path: Path, take: Callable[[Progress], str]) -> None:
        self.path, self.take = path, take
        self.told: queue.SimpleQueue[dict[str, Any]] = queue.SimpleQueue()
        self.cancelled = threading.Event()
        self.percent = -1
        self.language = translation.get_language() or "fa"

    def lines(self) -> Iterator[bytes]:
        """Start the work and yield what it tells, to the last line."""
        thread = threading.Thread(target=copy_context().run, args=(self.run,), name="import")
        thread.start()
        try:
            while True:
                told = self.told.get()
                yield json.dumps(told, ensure_ascii=False).encode() + b"\n"
                if "percent" not in told:
                    break
        finally:
            self.cancelled.set()
            thread.join()

    def run(self) -> None:
        """Import, and put the report or the failure last into the queue."""
        with translation.override(self.language):
            try:
                last = {"html": self.take(self.progress)}
            except PishkhanError as error:
                told = error.to_dict(_)
                last = {"error": told["title"], "code": error.code}
            except Cancelled:
                last = {"error": _("Cancelled; nothing was changed."), "code": "web.cancelled"}
            except Exception:
                log.exception("import failed")
                last = {
                    "error": _("It was not done; nothing was lost. Try again."),
                    "code": "web.fault",
                }
            finally:
                self.path.unlink(missing_ok=True)
                connection.close()
            self.told.put(last)

    def progress(self, done: int, total: int) -> None:
        """Tell each new percent; raise Cancelled when nobody listens."""
        if self.cancelled.is_set():
            raise Cancelled
        percent = 100 * done // max(total, 1)
        if percent != self.percent:
            self.percent = percent
            self.told.put({"percent": percent})


def _drawn(report: ImportReport) -> str:
    return render_to_string(
        "admin/_import_report.html",
        {
            "report": report,
            "bad": [(line.line, line.reason.render(_)) for line in report.bad[:SHOWN]],
            "more": max(0, report.bad_lines - SHOWN),
        },
    )
