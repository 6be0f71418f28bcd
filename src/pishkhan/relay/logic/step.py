"""One whole round of the relay, for the worker, the tests and the demonstration alike.

Each stage commits on its own and finds its work by the rows' states, never by what the stage
before handed over: after a crash anywhere, calling this again is the recovery.
"""

from __future__ import annotations

from pishkhan.relay.carriers import local
from pishkhan.relay.contracts import StepReport
from pishkhan.relay.logic.acknowledge import acknowledge
from pishkhan.relay.logic.apply import apply
from pishkhan.relay.logic.pack import pack


def step(*, limit: int = 200) -> StepReport:
    """Pack, deliver, apply and acknowledge up to `limit` messages; release their senders.

    Twice through the same stages: the first brings the messages, the second their receipts.
    """
    report = StepReport()
    for _ in range(2):
        report += pack(limit=limit)
        report += local.carry(limit=limit)
        report += apply(limit=limit)
        report += acknowledge()
        if report.idle:
            break
    return report


def drain(*, rounds: int = 1000) -> StepReport:
    """Step until nothing moves; RuntimeError when something still does after `rounds`."""
    report = StepReport()
    for _ in range(rounds):
        done = step()
        if done.idle:
            return report
        report += done
    raise RuntimeError("the relay does not come to rest")
