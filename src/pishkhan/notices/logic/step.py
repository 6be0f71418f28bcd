"""One round of the queue: claim, send, settle, one notice at a time.

Who is asked, and when again:
- a provider that refused a message, or was never reached, does not have it: the next provider is
  asked at once, and all of them later, with growing pauses;
- a provider that was told it and did not answer in time may have sent it: nobody is asked again
  by this program (UNSURE). The worker goes on; a person who looks may have it sent once more.

What is true after a crash:
- before the claim: the notice is queued, nothing happened;
- after the claim, before it is settled: it is SENDING, and nobody knows whether the provider has
  it. After LOST_AFTER it is queued again: it may reach the person twice, never not at all. So it
  is after a crash alone, when nobody could be told that a look is needed;
- after it is settled: state and journal entry stand together.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import F, Q

from pishkhan.journal.api import act
from pishkhan.kernel import clock
from pishkhan.notices import rules
from pishkhan.notices.contracts import (
    URGENT,
    Channel,
    Language,
    NoticeReport,
    NoticeState,
    Pattern,
)
from pishkhan.notices.logic import configured, provider, providers, texts
from pishkhan.notices.logic.masks import masked
from pishkhan.notices.logic.providers import Provider
from pishkhan.notices.models import Notice

REST = timedelta(minutes=1)
"""How long this process leaves a provider alone after two failures in a row."""

BAD_PARAMS = "notices.bad-params"

_resting: dict[Provider, datetime] = {}
_failed: dict[Provider, int] = {}


@dataclass(frozen=True, slots=True)
class _Way:
    """A provider that can be used in this round, with the IDs of its patterns."""

    provider: Provider
    ids: dict[tuple[Language, Pattern], str]

    def carries(self, notice: Notice) -> bool:
        return not self.provider.by_pattern or bool(self.id_of(notice))

    def id_of(self, notice: Notice) -> str:
        return self.ids.get((Language(notice.language), Pattern(notice.pattern)), "")

    @property
    def awake(self) -> bool:
        now = clock.current().now()
        return _resting.get(self.provider, now) <= now


def step(*, limit: int = 50) -> NoticeReport:
    """Send up to `limit` notices that are due, oldest first; return what was done."""
    now = clock.current().now()
    report, ways = _sort_channels(now)
    _find_lost(now)
    _forget_unsure(now)
    report += _expire(now)
    for channel, mine in ways.items():
        report += _send_due(channel, mine, limit)
    return report


def _sort_channels(now: datetime) -> tuple[NoticeReport, dict[Channel, list[_Way]]]:
    """Set aside what has no provider, bring back what has one now."""
    report, usable = NoticeReport(), {}
    for channel in Channel:
        every = providers.of(channel)
        trouble = providers.NOT_CONFIGURED
        ways = []
        for each in every:
            trouble = provider.trouble(each)
            if not trouble:
                ids = configured.pattern_ids(each.no) if each.by_pattern else {}
                ways.append(_Way(each, ids))
        mine = Notice.objects.filter(channel=channel)
        if not ways:
            waiting = mine.filter(state=NoticeState.QUEUED)
            if waiting.exists():
                aside = waiting.update(state=NoticeState.NOT_CONFIGURED, reason=trouble)
                report += NoticeReport(not_configured=aside)
            continue
        usable[channel] = ways
        report += _bring_back(channel, ways, now)
    return report, usable


def _bring_back(channel: Channel, ways: list[_Way], now: datetime) -> NoticeReport:
    aside = Notice.objects.filter(channel=channel, state=NoticeState.NOT_CONFIGURED)
    back = 0
    for language, pattern in aside.values_list("language", "pattern").distinct():
        of_these = aside.filter(language=language, pattern=pattern)
        if any(way.carries(Notice(language=language, pattern=pattern)) for way in ways):
            back += of_these.update(state=NoticeState.QUEUED, reason="", not_before=now)
    return NoticeReport(requeued=back)


def _find_lost(now: datetime) -> None:
    lost = Notice.objects.filter(
        state=NoticeState.SENDING, in_flight_since__lt=now - rules.LOST_AFTER
    )
    if lost.exists():
        lost.update(state=NoticeState.QUEUED, in_flight_since=None, reason=providers.NO_ANSWER)


def _forget_unsure(now: datetime) -> None:
    """Take address and parameters from what may have gone, once nobody need send it again."""
    old = Notice.objects.filter(
        state=NoticeState.UNSURE, settled_at__lt=now - rules.UNSURE_KEPT
    ).exclude(recipient__contains="•")
    for notice in old[:100]:
        Notice.objects.filter(id=notice.pk, state=NoticeState.UNSURE).update(
            recipient=masked(notice.channel, notice.recipient), params={}
        )


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


def _send_due(channel: Channel, ways: list[_Way], limit: int) -> NoticeReport:
    if not any(way.awake for way in ways):
        return NoticeReport()
    now = clock.current().now()
    due = (
        Notice.objects.filter(channel=channel, state=NoticeState.QUEUED)
        .filter(not_before__lte=now)
        .order_by("not_before", "id")
    )
    found = list(due[:limit])
    report = NoticeReport()
    if channel is Channel.SMS and found:
        report, found = _put_off(found, now)
    for notice in found:
        able = [way for way in ways if way.carries(notice)]
        if not able:
            report += _keep(notice)
            continue
        able = [way for way in able if way.awake]
        if not able or not _claim(notice):
            continue
        report += _settle(notice, *_try(notice, able))
    return report


def _put_off(due: list[Notice], now: datetime) -> tuple[NoticeReport, list[Notice]]:
    """Let what can wait wait for the end of the quiet hours; return what goes at once."""
    free_at = configured.quiet_hours(now).free_at(now)
    if free_at <= now:
        return NoticeReport(), due
    late = [notice for notice in due if notice.pattern not in URGENT]
    moved = Notice.objects.filter(
        id__in=[notice.pk for notice in late], state=NoticeState.QUEUED
    ).update(not_before=free_at, reason=configured.PUT_OFF)
    return NoticeReport(put_off=moved), [n for n in due if n.pattern in URGENT]


def _keep(notice: Notice) -> NoticeReport:
    kept = Notice.objects.filter(id=notice.pk, state=NoticeState.QUEUED).update(
        state=NoticeState.NOT_CONFIGURED, reason=providers.NO_PATTERN
    )
    return NoticeReport(not_configured=kept)


def _claim(notice: Notice) -> bool:
    """Take a notice for this worker; False when another has it already."""
    now = clock.current().now()
    free = Q(id=notice.pk, state=NoticeState.QUEUED, attempts=notice.attempts, not_before__lte=now)
    taken = Notice.objects.filter(free).update(
        state=NoticeState.SENDING, in_flight_since=now, attempts=F("attempts") + 1
    )
    notice.attempts += taken
    return taken == 1


def _try(notice: Notice, ways: list[_Way]) -> tuple[str, str]:
    """Ask one provider after another until one has it, or may have it; return code and name."""
    pattern, language = Pattern(notice.pattern), Language(notice.language)
    try:
        text = texts.text(pattern, notice.params, language)
        values = texts.parts(pattern, notice.params, language)
    except (ValueError, KeyError):
        return BAD_PARAMS, ""
    code = name = ""
    for way in ways:
        message = provider.Written(texts.title(language), text, way.id_of(notice), values)
        code, name = provider.send(way.provider, notice.recipient, message), way.provider.name
        _count(way.provider, failed=bool(code))
        if code in {"", providers.NO_ANSWER}:
            break
    return code, name


def _count(which: Provider, *, failed: bool) -> None:
    """Leave a provider alone for a while after two failures in a row."""
    _failed[which] = _failed.get(which, 0) + 1 if failed else 0
    if _failed[which] >= 2:
        _resting[which] = clock.current().now() + REST
        _failed[which] = 0


def _settle(notice: Notice, code: str, name: str) -> NoticeReport:
    mine = Notice.objects.filter(id=notice.pk, state=NoticeState.SENDING, attempts=notice.attempts)
    unsure = code == providers.NO_ANSWER
    wait = rules.wait_after(notice.attempts)
    if code and not unsure and wait is not None:
        mine.update(
            state=NoticeState.QUEUED,
            reason=code,
            carried_by=name,
            in_flight_since=None,
            not_before=clock.current().now() + wait,
        )
        return NoticeReport(retried=1)
    state = NoticeState.SENT
    if code:
        state = NoticeState.UNSURE if unsure else NoticeState.GIVEN_UP
    # Sent or given up, nobody sends it again: whom it was for and its words are not kept. What
    # may have gone keeps them for a while, but for a code that is of no use later.
    kept = unsure and rules.lasts(Pattern(notice.pattern)) is None
    told = {} if kept else {"recipient": masked(notice.channel, notice.recipient), "params": {}}
    with act() as a:
        mine.update(
            state=state,
            reason=code,
            carried_by=name,
            in_flight_since=None,
            settled_at=a.at,
            **told,
        )
        a.append(
            _ENTRIES[state],
            subject=notice.subject,
            actor="system",
            fields={
                "notice": str(notice.pk),
                "channel": notice.channel,
                "pattern": notice.pattern,
                "attempts": notice.attempts,
                "provider": name,
            },
        )
    return NoticeReport(
        sent=state is NoticeState.SENT,
        unsure=unsure,
        given_up=state is NoticeState.GIVEN_UP,
    )


_ENTRIES = {
    NoticeState.SENT: "notice.sent",
    NoticeState.UNSURE: "notice.unsure",
    NoticeState.GIVEN_UP: "notice.given_up",
}
