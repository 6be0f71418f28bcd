"""How the notices of this node fare, and what of it an operator should look at."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from pishkhan.directory.contracts import Finding
from pishkhan.kernel import clock
from pishkhan.kernel.i18n import N_, Message
from pishkhan.notices.contracts import Channel, Failure, NoticeState, Pattern, Tally
from pishkhan.notices.logic.configured import PUT_OFF
from pishkhan.notices.logic.fates import words
from pishkhan.notices.models import Notice

MOST_COUNTED = 10_000
RECENT = timedelta(days=1)
"""How far back what was sent and what failed is counted: what is older was seen yesterday."""

_QUEUED = Q(state=NoticeState.QUEUED)
_QUIET = _QUEUED & Q(reason=PUT_OFF)
_RETRIED = _QUEUED & ~Q(reason="") & ~Q(reason=PUT_OFF)


def tally() -> Tally:
    """Return how many notices wait, were kept, were sent and failed; each from its index."""
    oldest = (
        Notice.objects.filter(_QUEUED).order_by("created_at").values_list("created_at", flat=True)
    )
    return Tally(
        queued=_count(Notice.objects.filter(_QUEUED)),
        retried=_count(Notice.objects.filter(_RETRIED)),
        kept=_count(Notice.objects.filter(state=NoticeState.NOT_CONFIGURED)),
        sent=_count(_settled(NoticeState.SENT)),
        failed=_count(_settled(NoticeState.GIVEN_UP)) + _count(_settled(NoticeState.EXPIRED)),
        oldest=oldest.first(),
        quiet=_count(Notice.objects.filter(_QUIET)),
        unsure=_count(_settled(NoticeState.UNSURE)),
    )


def failures(limit: int = 10) -> list[Failure]:
    """Return what could not be sent, the newest first, and after it what is tried again."""
    found: list[Failure] = []
    for state in (NoticeState.GIVEN_UP, NoticeState.EXPIRED, NoticeState.UNSURE):
        ended = Notice.objects.filter(state=state, settled_at__isnull=False)
        found += _read(ended.order_by("-settled_at")[:limit])
    found.sort(key=lambda failure: failure.at, reverse=True)
    return [*found, *_read(Notice.objects.filter(_RETRIED).order_by("not_before")[:limit])][:limit]


def preflight() -> list[Finding]:
    """Return what about the notices needs a look."""
    found = tally()
    findings = [
        Finding(
            "notices.retried",
            Message(
                N_("%(count)s notices were not taken by their provider; they are tried again."),
                {"count": found.retried},
            ),
            found.retried,
        ),
        Finding(
            "notices.failed",
            Message(
                N_("%(count)s notices could not be sent in the last day."),
                {"count": found.failed},
            ),
            found.failed,
        ),
        Finding(
            "notices.unsure",
            Message(
                N_("Of %(count)s notices nobody knows whether they went; look at them."),
                {"count": found.unsure},
            ),
            found.unsure,
        ),
    ]
    return [finding for finding in findings if finding.count]


def last_sent() -> datetime | None:
    """Return when the last SMS was taken by its provider; None when none ever was."""
    sent = Notice.objects.filter(state=NoticeState.SENT, settled_at__isnull=False)
    for channel, at in sent.order_by("-settled_at").values_list("channel", "settled_at")[:100]:
        if channel == Channel.SMS:
            return at
    return None


def _settled(state: NoticeState) -> QuerySet[Notice]:
    return Notice.objects.filter(state=state, settled_at__gte=clock.current().now() - RECENT)


def _count(rows: QuerySet[Notice]) -> int:
    return rows.order_by()[:MOST_COUNTED].count()


def _read(rows: QuerySet[Notice]) -> list[Failure]:
    return [
        Failure(
            subject=subject,
            channel=Channel(channel),
            pattern=Pattern(pattern),
            state=NoticeState(state),
            at=settled_at or created_at,
            attempts=attempts,
            reason=words(NoticeState(state), reason),
        )
        for subject, channel, pattern, state, settled_at, created_at, attempts, reason in (
            rows.values_list(
                "subject",
                "channel",
                "pattern",
                "state",
                "settled_at",
                "created_at",
                "attempts",
                "reason",
            )
        )
    ]
