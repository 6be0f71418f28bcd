"""Runs seeds: many on all processors, one with its trace, or those that a test asks for by lines.

`--serve`: see `other_process`.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import sys
import time
from contextlib import nullcontext
from typing import TextIO

from tests.simulator import process
from tests.simulator.other_process import Simulator, answers


def main() -> int:
    """Return 0 when every seed held, 1 else."""
    parser = argparse.ArgumentParser(prog="python -m tests.simulator", description=__doc__)
    parser.add_argument("seeds", type=int, nargs="?", default=1, help="how many, or the one")
    parser.add_argument("--from", type=int, dest="first", help="the first seed, or the only one")
    parser.add_argument("--jobs", type=int, default=len(os.sched_getaffinity(0)))
    parser.add_argument("--serve", action="store_true")
    args = parser.parse_args()
    if args.serve:
        process.begin()
        return _serve(sys.stdin, sys.stdout)
    return _many(range(args.first or 0, (args.first or 0) + args.seeds), args.jobs)


def _serve(asked: TextIO, told_to: TextIO) -> int:
    from tests.simulator import faults, template  # noqa: PLC0415 - after Django is set up
    from tests.simulator.course import Failed, run  # noqa: PLC0415 - after Django is set up

    with template.made() as made:
        gc.collect()
        gc.freeze()
        gc.set_threshold(50_000, 20, 50)
        for line in asked:
            wanted = json.loads(line)
            begun, broken = time.process_time(), None
            fault = faults.FAULTS[wanted["fault"]] if wanted["fault"] else None
            with fault.patched() if fault else nullcontext():
                try:
                    trace = run(made, wanted["seed"], disaster=wanted["disaster"])
                except Failed as failed:
                    broken, trace = failed.name, str(failed).splitlines()
            told = {"seed": wanted["seed"], "broken": broken, "trace": trace}
            told["seconds"] = round(time.process_time() - begun, 2)
            told_to.write(json.dumps(told, ensure_ascii=False) + "\n")
            told_to.flush()
    return 0


def say(line: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _many(seeds: range, jobs: int) -> int:
    simulators = [Simulator() for _ in range(min(jobs, len(seeds)))]
    failed, seconds = [], 0.0
    try:
        for told in answers(simulators, list(seeds)):
            seconds += told["seconds"]
            if told["broken"]:
                failed.append(told["seed"])
            if told["broken"] or len(seeds) == 1:
                sys.stderr.write("\n".join([*told["trace"], ""]))
            say(f"seed {told['seed']}: {told['broken'] or 'held'}, {told['seconds']} s")
    finally:
        for each in simulators:
            each.end()
    say(f"{len(seeds)} seeds, {seconds / len(seeds):.2f} s each, failed: {failed or 'none'}")
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
