"""A policy that a verifier takes, for logs of this node: their keys and whom this node trusts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.conf import settings

from pishkhan.journal.checkpoint import NoteKey
from pishkhan.journal.logic import trust

_KEPT = ("witness", "group", "quorum")


def own_policy(keys: Iterable[NoteKey], day: date) -> bytes:
    """Return the policy (C2SP tlog-policy) for logs of this node, dated.

    It has these keys, and the witnesses, groups and quorum of HOME/witness.policy, if that can be
    read; else `quorum none`.
    """
    lines = [f"# date: {day.isoformat()}", *(f"log {key}" for key in keys)]
    if trust.readable() is None:
        lines.append("quorum none")
    else:
        text = (Path(settings.HOME) / trust.FILE).read_text("utf-8", "surrogateescape")
        lines += [line.strip() for line in text.splitlines() if line.split()[:1] and
                  line.split()[0] in _KEPT]  # fmt: skip
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")
