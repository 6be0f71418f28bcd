"""A village's node as one process that does what it is told, line by line in JSON.

A process for each command would take most of a test's time to start. What it is told, and answers:
`{"accept": subject, "page": path}` → `{"code"}`; `{"call": address}` → the report, or `{"failed"}`;
`{"waiting": 1}` → how many messages wait to be carried.
"""

from __future__ import annotations

import contextlib
import io
import json
import sys
from dataclasses import asdict, replace

from django.conf import settings
from tests.letters.world import national_id

from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel.errors import PishkhanError
from pishkhan.node import cli
from pishkhan.relay import api as relay


def accept(subject: str, page: str) -> dict[str, object]:
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        code = cli.main([
            "letter", "accept", "--as", "keeper", "--national-id", national_id(1),
            "--name", "فرد نمونه", "--agency", "آبفا", "--subject", subject, page, "--json",
        ])  # fmt: skip
    assert code == 0, out.getvalue()
    relay.drain()
    found: dict[str, object] = json.loads(out.getvalue())
    return found


def call(address: str) -> dict[str, object]:
    found = relay.line_settings()
    wanted = found or relay.LineSettings(relay.only_centre(), "")
    if found is None or found.address != address:
        relay.set_line(SYSTEM, replace(wanted, address=address))
    try:
        report = relay.call()
    except PishkhanError as error:
        told = {"status": getattr(error, "answered", 0), "told": getattr(error, "told", "")}
        return {"failed": error.code, **told, "by": repr(error.__cause__)}
    finally:
        relay.drain()
    return asdict(report)


def main() -> None:
    assert settings.ROLE == "counter"
    for line in sys.stdin:
        told = json.loads(line)
        if "accept" in told:
            answer = accept(told["accept"], told["page"])
        elif "call" in told:
            answer = call(told["call"])
        else:
            (contact,) = relay.contacts()
            answer = {"waiting": contact.waiting.count, "holes": contact.holes}
        sys.stdout.write(json.dumps(answer, default=str) + "\n")
        sys.stdout.flush()
