"""A policy that a verifier takes, for a log of this node: its key and whom this node trusts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from pathlib import Path

from django.conf import settings

from pishkhan.journal.checkpoint import KeyKind, NoteKey
from pishkhan.journal.logic import trust
from pishkhan.journal.models import Log

_KEPT = ("witness", "group", "quorum")


def own_policy(origin: str, publics: Iterable[bytes], day: date) -> bytes:
    """Return the policy (C2SP tlog-policy) for one log of this node, dated.

    It has the keys of the log, and the witnesses, groups and quorum of HOME/witness.policy, if
    that can be read; else `quorum none`. A verifier refuses one key under two names, so that each
    log of a node that began anew has a policy of its own.
    """
    keys = [NoteKey(origin, KeyKind.LOG, each) for each in publics]
    lines = [f"# date: {day.isoformat()}", *(f"log {key}" for key in keys)]
    if trust.readable() is None:
        lines.append("quorum none")
    else:
        text = (Path(settings.HOME) / trust.FILE).read_text("utf-8", "surrogateescape")
        lines += [line.strip() for line in text.splitlines() if line.split()[:1] and
                  line.split()[0] in _KEPT]  # fmt: skip
    return ("\n".join(lines) + "\n").encode("utf-8", "surrogateescape")


def origins() -> list[str]:
    """Return the names of this node's logs, the present one first."""
    return list(Log.objects.order_by("-epoch").values_list("origin", flat=True))
