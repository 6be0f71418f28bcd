"""Who catches: verifier and monitor as programs that share no code, fsck and the log's check.

Each gives what it told in English, as the person who runs it reads it. The machine of whoever
checks has the same time as the node.
"""

from __future__ import annotations

import argparse
import io
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from unittest import mock

from django.utils import translation
from pishkhan_verify import cli
from pishkhan_verify.monitor import cli as monitor_cli

from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.findings import Survey
from pishkhan.node.commands import fsck as command
from pishkhan.node.commands import journal as journal_command

GOOD, WRONG, UNREAD = 0, 1, 2


@dataclass(frozen=True)
class Told:
    """How a program ended (0 good, 1 wrong, 2 could not be read), and all that it said."""

    exit: int
    words: str


def verify(
    policy: Path,
    *inputs: Path | str,
    tiles: Path | None = None,
    code: str = "",
    pages: tuple[Path, ...] = (),
    require: str = "promised",
) -> Told:
    """Run `pishkhan-verify` over files and QR texts."""
    words: list[Any] = ["--policy", policy, "--lang", "en", "--require", require, *inputs]
    words += ["--tiles", tiles] if tiles else []
    words += ["--code", code] if code else []
    words += ["--pages", *pages] if pages else []
    return _run(words)


def monitor(
    policy: Path, state: Path, *sources: Path | str, promises: tuple[str, ...] = ()
) -> Told:
    """Look once with `pishkhan-verify monitor`, whose memory is the folder `state`."""
    words: list[Any] = ["monitor", "--policy", policy, "--state", state, "--lang", "en"]
    for text in promises:
        words += ["--promise", text]
    return _run([*words, *sources])


def _run(words: list[Any]) -> Told:
    said, now = io.StringIO(), clock.current().now
    with (
        redirect_stdout(said),
        redirect_stderr(said),
        mock.patch.object(cli, "now", now),
        mock.patch.object(monitor_cli, "now", now),
    ):
        code = cli.main([str(each) for each in words])
    return Told(code, said.getvalue())


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, *_arguments: object) -> None:
        pass


@contextmanager
def address(folder: Path) -> Iterator[str]:
    """Serve a copy of a log over HTTP; its files may change meanwhile."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(_Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def fsck() -> Told:
    """Run what `pishkhan fsck` does, in this test's transaction."""
    survey, published = Survey(), journal.published_now()
    found = [each for part in command.PARTS for each in command.look(part, survey, published)]
    with translation.override("en"):
        lines = [each.message.render(translation.gettext) for each in found]
    return Told(WRONG if found else GOOD, "\n".join(lines))


def journal_check() -> Told:
    """Run `pishkhan journal check`."""
    said = io.StringIO()
    with redirect_stdout(said), translation.override("en"):
        code = journal_command.check(argparse.Namespace(json=True))
    return Told(
        int(code), " ".join(f"Damaged: {each}" for each in json.loads(said.getvalue())["damaged"])
    )


def troubles() -> set[str]:
    """Return why the witnesses did not cosign, as the node keeps it."""
    return {each.trouble for each in journal.witnesses()}
