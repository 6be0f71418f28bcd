"""`pishkhan check`: the operator's preflight."""

from __future__ import annotations

import argparse
from dataclasses import asdict
from typing import Any

from pishkhan.node.console import Exit, _, command, emit

EXAMPLES = """  pishkhan check
  pishkhan check --json | jq '.findings[] | select(.level != "ok")'"""
MARKS = {"ok": "✓", "warning": "!", "error": "✗"}


def register(subparsers: Any) -> None:
    """Add the command."""
    command(
        subparsers,
        "check",
        _("Look at home, keys, disk, secrets, addresses and tables"),
        run,
        examples=EXAMPLES,
    )


def run(args: argparse.Namespace) -> int:
    """Print every finding; return FAILED when one is an error."""
    from pishkhan.node import preflight

    found = list(preflight.findings())
    bad = [finding for finding in found if finding.level == "error"]
    emit(
        args,
        {"ok": not bad, "findings": [asdict(finding) for finding in found]},
        [f"{MARKS[f.level]} {f.name}: {f.sentence}" for f in found],
    )
    return Exit.FAILED if bad else Exit.DONE
