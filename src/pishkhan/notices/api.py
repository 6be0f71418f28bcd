"""The door of notices: queue one, send what is due, see what became of one and of all.

What is set of them needs ADMIN: quiet hours, the IDs of approved patterns, one more try.
"""

from __future__ import annotations

from pishkhan.notices.logic.configured import (
    QUIET,
    keep_patterns,
    patterns,
    providers_of_sms,
    quiet_hours,
    set_quiet_hours,
)
from pishkhan.notices.logic.fates import fates
from pishkhan.notices.logic.providers import is_set
from pishkhan.notices.logic.queue import queue
from pishkhan.notices.logic.send_again import send_again
from pishkhan.notices.logic.step import step
from pishkhan.notices.logic.tally import failures, last_sent, preflight, tally
from pishkhan.notices.logic.texts import text

__all__ = [
    "QUIET",
    "failures",
    "fates",
    "is_set",
    "keep_patterns",
    "last_sent",
    "patterns",
    "preflight",
    "providers_of_sms",
    "queue",
    "quiet_hours",
    "send_again",
    "set_quiet_hours",
    "step",
    "tally",
    "text",
]
