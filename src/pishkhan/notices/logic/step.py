"""One round of the queue: claim, send, settle, one notice at a time.

What is true after a crash:
- before the claim: the notice is queued, nothing happened;
- after the claim, before it is settled: it is SENDING, and nobody knows whether the provider has
  it. After LOST_AFTER it is queued again: it may reach the person twice, never not at all;
- after it is settled: state and journal entry stand together.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db.models import F, Q

from pishkhan.journal.api import act
from pishkhan.kernel import clock
from pishkhan.notices import rules
from pishkhan.notices.contracts import Channel, NoticeReport, NoticeState, Pattern
from pishkhan.notices.logic import provider, texts
from pishkhan.notices.logic.masks import masked
from pishkhan.notices.models import Notice

REST = timedelta(minutes=1)
"""How long this process leaves a channel alone after two failures in a row."""

_resting: dict[Channel, datetime] = {}


def step(*, limit: int = 50) -> NoticeReport:
    """Send up to `limit` notices that are due, oldest first; return what was done."""
    now = clock.current().now()
    report, open_channels = _sort_channels(now)
    _find_lost(now)
    report += _expire(now)
    for channel in open_channels:
        if _resting.get(channel, now) <= now:
            report += _send_due(channel, limit)
    return report


def _sort_channels(now: datetime) -> tuple[NoticeReport, list[Channel]]:
    """Set aside what has no provider, bring back what has one now."""
    report, usable = NoticeReport(), []
    for channel in Channel:
        trouble = provider.trouble(channel)
        mine = Notice.objects.filter(channel=channel)
        if trouble:
            waiting = mine.filter(state=NoticeState.QUEUED)
            if waiting.exists():
                aside = waiting.update(state=NoticeState.NOT_CONFIGURED, reason=trouble)
                report += NoticeReport(not_configured=aside)
            continue
        usable.append(channel)
        aside_rows = mine.filter(state=NoticeState.NOT_CONFIGURED)
        if aside_rows.exists():
            back = aside_rows.update(state=NoticeState.QUEUED, reason="", not_before=now)
            report += NoticeReport(requeued=back)
    return report, usable


def _find_lost(now: datetime) -> None:
    lost = Notice.objects.filter(
        state=NoticeState.SENDING, in_flight_since__lt=now - rules.LOST_AFTER
    )
    if lost.exists():
        lost.update(state=NoticeState.QUEUED, in_flight_since=None, reason=provider.NO_ANSWER)


def _expire(now: datetime) -> NoticeReport:
    old = Notice.objects.filter(
        state__in=[NoticeState.QUEUED, NoticeState.NOT_CONFIGURED], expires_at__lte=now
    )
    expired = 0
    for notice in old[:100]:
        expired += Notice.objects.filter(id=notice.pk, state=notice.state).update(
            state=NoticeState.EXPIRED,
            settled_at=now,
            recipient=masked(notice.channel, notice.recipient),
            params={},
        )
    return NoticeReport(expired=expired)


def _send_due(channel: Channel, limit: int) -> NoticeReport:
    report, failures = NoticeReport(), 0
    due = (
        Notice.objects.filter(channel=channel, state=NoticeState.QUEUED)
        .filter(not_before__lte=clock.current().now())
        .order_by("not_before", "id")
    )
    for notice in due[:limit]:
        if not _claim(notice):
            continue
        code = _try(notice)
        report += _settle(notice, code)
        failures = failures + 1 if code else 0
        if failures >= 2:
            _resting[channel] = clock.current().now() + REST
            break
    return report


def _claim(notice: Notice) -> bool:
    """Take a notice for this worker; False when another has it already."""
    now = clock.current().now()
    free = Q(id=notice.pk, state=NoticeState.QUEUED, attempts=notice.attempts, not_before__lte=now)
    taken = Notice.objects.filter(free).update(
        state=NoticeState.SENDING, in_flight_since=now, attempts=F("attempts") + 1
    )
    notice.attempts += taken
    return taken == 1


def _try(notice: Notice) -> str:
    try:
        text = texts.text(Pattern(notice.pattern), notice.params)
    except (ValueError, KeyError):
        return "notices.bad-params"
    return provider.send(Channel(notice.channel), notice.recipient, texts.title(), text)


def _settle(notice: Notice, code: str) -> NoticeReport:
    mine = Notice.objects.filter(id=notice.pk, state=NoticeState.SENDING, attempts=notice.attempts)
    wait = rules.wait_after(notice.attempts)
    if code and wait is not None:
        mine.update(
            state=NoticeState.QUEUED,
            reason=code,
            in_flight_since=None,
            not_before=clock.current().now() + wait,
        )
        return NoticeReport(retried=1)
    with act() as a:
        # Sent or given up, nobody sends it again: whom it was for and its words are not kept.
        mine.update(
            state=NoticeState.GIVEN_UP if code else NoticeState.SENT,
            reason=code,
            in_flight_since=None,
            settled_at=a.at,
            recipient=masked(notice.channel, notice.recipient),
            params={},
        )
        a.append(
            "notice.given_up" if code else "notice.sent",
            subject=notice.subject,
            actor="system",
            fields={
                "notice": str(notice.pk),
                "channel": notice.channel,
                "pattern": notice.pattern,
                "attempts": notice.attempts,
            },
        )
    return NoticeReport(given_up=1) if code else NoticeReport(sent=1)
