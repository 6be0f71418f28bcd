"""The door of notices: queue one, send what is due, see what became of one and of all."""

from __future__ import annotations

from pishkhan.notices.logic.fates import fates
from pishkhan.notices.logic.provider import is_set
from pishkhan.notices.logic.queue import queue
from pishkhan.notices.logic.step import step
from pishkhan.notices.logic.tally import failures, last_sent, preflight, tally
from pishkhan.notices.logic.texts import text

__all__ = [
    "failures",
    "fates",
    "is_set",
    "last_sent",
    "preflight",
    "queue",
    "step",
    "tally",
    "text",
]
