"""Queue a notice: one insert in the deed's own transaction; nothing is sent here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID

from pishkhan.journal.api import Act
from pishkhan.kernel import bell, checks, rows
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.kernel.ids import new_id
from pishkhan.notices import rules
from pishkhan.notices.contracts import Channel, Language, NoticeState, Pattern
from pishkhan.notices.logic import texts
from pishkhan.notices.models import Notice

# Narrow on purpose: nothing that a mail program or an address of a provider would read as syntax.
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+", re.ASCII)


def queue(
    act: Act,
    *,
    channel: Channel,
    to: str,
    pattern: Pattern,
    params: Mapping[str, str],
    subject: UUID,
    language: Language = Language.PERSIAN,
) -> None:
    """Queue a notice about `subject`; the worker sends it.

    Raises Invalid for an address that cannot be one (`checks.mobile`, `notices.bad-address`) and
    ValueError when the pattern lacks a parameter.
    """
    texts.check(pattern, params)
    lasts = rules.lasts(pattern)
    rows.insert(
        Notice,
        {
            "id": new_id(),
            "subject": subject,
            "channel": channel.value,
            "recipient": checks.mobile(to) if channel is Channel.SMS else _email(to),
            "pattern": pattern.value,
            "params": dict(params),
            "language": language.value,
            "state": NoticeState.QUEUED.value,
            "not_before": act.at,
            "expires_at": act.at + lasts if lasts else None,
            "created_at": act.at,
        },
    )
    bell.ring_after_commit()


def _email(to: str) -> str:
    address = to.strip()
    if len(address) > 254 or _EMAIL.fullmatch(address) is None:
        raise Invalid("notices.bad-address", N_("The e-mail address is not right."))
    return address
