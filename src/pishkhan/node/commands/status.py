"""`pishkhan status`: the node on one page, for people and for monitors."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from pishkhan.node.console import Exit, _, command, emit

EXAMPLES = """  pishkhan status
  pishkhan status --json | jq '.readings[] | select(.tone != "good")'"""
MARKS = {"good": "✓", "wait": "!", "bad": "✗"}


def register(subparsers: Any) -> None:
    """Add the command."""
    command(
        subparsers, "status",
        _("Show disk, backups, TLS, worker, queues, SMS and clock, with what to do"), run,
        examples=EXAMPLES,
    )  # fmt: skip


def run(args: argparse.Namespace) -> int:
    """Print every reading; FAILED when one is bad."""
    from pishkhan.web.admin import status

    words = {"good": _("good"), "wait": _("look at it"), "bad": _("put it right")}
    found = status.readings()
    bad = any(reading.tone == "bad" for reading in found)
    lines = []
    for reading in found:
        head = f"{MARKS[reading.tone]} {reading.name} ({words[reading.tone]}): {reading.sentence}"
        lines.append(f"{head} {reading.remedy}".strip())
    emit(args, {"ok": not bad, "readings": [asdict(reading) for reading in found]}, lines)
    return Exit.FAILED if bad else Exit.DONE
