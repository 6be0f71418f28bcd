"""`pishkhan worker`: carries envelopes and notices, as threads of one process."""

from __future__ import annotations

import argparse
from typing import Any

from pishkhan.node.console import Exit, _, command, emit

EXAMPLES = """  pishkhan worker
  pishkhan worker --once --json"""


def register(subparsers: Any) -> None:
    """Add the command."""
    parser = command(
        subparsers, "worker", _("Carry letters between offices and send notices"), run,
        examples=EXAMPLES,
    )  # fmt: skip
    parser.add_argument("--once", action="store_true", help=_("do one round of each work and end"))


def run(args: argparse.Namespace) -> int:
    """Work until SIGTERM or Ctrl-C; then finish the round under way."""
    from pishkhan.node import preflight, roles, work

    work.plan_each_time()
    preflight.refuse_foreign_data()
    jobs = roles.jobs()
    if args.once:
        done = {job.name: work.once(job) for job in jobs}
        emit(args, done, [f"{name}: {count}" for name, count in done.items()])
        return Exit.DONE
    return work.forever(jobs)
