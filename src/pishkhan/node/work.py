"""The worker's loop: each job has a thread, looks for work, rests when there is none."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import structlog
from django.db import connection

from pishkhan.kernel import bell as bells
from pishkhan.node.console import Exit

log = structlog.get_logger("pishkhan.worker")

REST_FIRST, REST_MOST = 0.05, 1.0  # seconds between two looks when there was nothing to do
GATHER = 0.4
"""Seconds after a round that did something: a round costs much the same for one letter as for a
hundred, so what comes meanwhile goes in one. The first letter after a rest does not wait."""
PLENTY = 200
"""So many things done mean that more lies there: no rest."""
SULK_FIRST, SULK_MOST = 1.0, 30.0  # seconds after a round that raised
NICENESS = 10
"""How far the worker stands back for the desks while they need the whole machine."""

STOP_PATIENCE = 25.0  # seconds for the rounds under way; a service manager kills after 30


@dataclass(frozen=True, slots=True)
class Job:
    """A kind of work. `step` does one bounded round and returns how many things it did."""

    name: str
    step: Callable[[], int]


def once(job: Job) -> int:
    """Do one round and return how many things were done."""
    try:
        return job.step()
    finally:
        connection.close()


def forever(jobs: list[Job]) -> int:
    """Run every job until SIGTERM or SIGINT; return DONE, or FAILED if one would not stop."""
    stand_back()
    stop = threading.Event()
    asked = asked_to_end()
    threads = [
        threading.Thread(target=loop, args=(job, stop, bells.of_this_node()), name=job.name)
        for job in jobs
    ]
    for thread in threads:
        thread.daemon = True  # a round that hangs may not keep the process
        thread.start()
    log.info("worker started", jobs=[job.name for job in jobs])
    os.read(asked, 1)
    stop.set()
    for thread in threads:
        thread.join(STOP_PATIENCE)
    late = [thread.name for thread in threads if thread.is_alive()]
    log.info("worker stopped", unfinished=late)
    return Exit.FAILED if late else Exit.DONE


def asked_to_end() -> int:
    """Return a descriptor from which a byte can be read once SIGTERM or SIGINT came.

    The byte is written whatever this thread does and whichever thread the system interrupts.
    Python's own handler runs in the main thread only, and never while that waits for a lock that
    nothing interrupts: with an event set by it a worker now and then did not end.
    """
    reader, writer = os.pipe()
    os.set_blocking(writer, False)
    signal.set_wakeup_fd(writer)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: None)
    return reader


def plan_each_time() -> None:
    """Let PostgreSQL plan each of the worker's statements for its own values.

    The worker asks all day whether anything is in a state that almost nothing is in, and each
    such state has an index of its own rows alone. A plan kept for every value can not use it:
    the table would be read whole, a second for a million letters.
    """
    if connection.vendor == "postgresql":
        connection.settings_dict["OPTIONS"]["prepare_threshold"] = None
        connection.close_pool()  # type: ignore[attr-defined]  # of this engine alone


def stand_back() -> None:
    """Let the desks go first: a clerk with a line of people waits for no one's post.

    Not on SQLite, where the worker's transaction holds the only write lock: a slow one would
    make the desks wait for it.
    """
    if connection.vendor == "postgresql" and hasattr(os, "nice"):
        os.nice(NICENESS)


def loop(job: Job, stop: threading.Event, bell: Path) -> None:
    """Do rounds until `stop` is set. A round that raises is logged and tried again, more slowly."""
    ear = bells.Ear(bell)
    rest, sulk = REST_FIRST, SULK_FIRST
    while not stop.is_set():
        try:
            done = job.step()
        except Exception:
            # Unknown trouble of one round: its transaction is undone, the next begins anew.
            log.exception("round failed", job=job.name, again_in=sulk)
            connection.close()
            stop.wait(sulk)
            sulk = min(sulk * 2, SULK_MOST)
            continue
        sulk = SULK_FIRST
        if done:
            rest = REST_FIRST
            if done < PLENTY:
                stop.wait(GATHER)
            continue
        rest = REST_FIRST if ear.wait(stop, rest) else min(rest * 2, REST_MOST)
    connection.close()
