"""A counter's day as it stands now: by clerk, with what was taken and what is open. Read-only."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q, Sum

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.jalali import day_bounds
from pishkhan.kernel.money import Epoch, Money
from pishkhan.letters.access import counter_of
from pishkhan.letters.contracts import (
    ClerkDay,
    Closing,
    CounterDay,
    CounterToday,
    PayWay,
    PrintIntent,
    SubmissionRow,
    SubmissionState,
    Takings,
)
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.submissions import on_day, rows_of
from pishkhan.letters.models import Answer, DayClose, Submission

MOST_SHOWN = 20
"""Letters without a receipt that are named; the rest is a number."""

MOST_DAYS_BACK = 31
"""A day that was forgotten is closed within a month."""

_UNSENT = (SubmissionState.QUEUED.value, SubmissionState.UNDELIVERED.value)
_OPEN = (*_UNSENT, SubmissionState.RETURNED.value)
_UNPRINTED = Q(receipt_printed_at=None) & ~Q(print_intent=PrintIntent.NONE.value)


def counter_day(actor: Actor, *, day: date | None = None) -> CounterDay:
    """Return the day (today in Tehran) of the actor's own counter. Seven queries.

    Raises Invalid (field `day`) for a day to come or one longer ago than MOST_DAYS_BACK.
    """
    counter = counter_of(actor)
    day = check_day(day)
    lines = _lines(counter.id, day)
    mine = lines.pop(actor.ref, None) or ClerkDay(actor.ref, "")
    names = {each.user_id: each.user_name for each in directory.clerks_of(counter.id)}
    mine = replace(mine, name=actor.label)
    others = sorted(
        (replace(each, name=_name(ref, names)) for ref, each in lines.items()),
        key=lambda each: (each.name, each.ref),
    )
    letters = Submission.objects.filter(counter_id=counter.id)
    without = letters.filter(_UNPRINTED, clerk=actor.ref, **on_day(day)).order_by("id")
    ready = letters.filter(state=SubmissionState.READY.value).values_list("id", flat=True)
    return CounterDay(
        day=day,
        mine=mine,
        clerks=(mine, *others),
        ready=len(ready[: CounterToday.MOST]),
        unprinted=_shown(without[:MOST_SHOWN]),
        closings=closings(counter.id, day),
    )


def check_day(day: date | None) -> date:
    """Return the day, today for None; Invalid as `counter_day`."""
    today = clock.current().now().astimezone(TEHRAN).date()
    if day is None:
        return today
    entered.day("day", day)
    if not today - timedelta(days=MOST_DAYS_BACK) <= day <= today:
        raise Invalid(
            "letters.no-such-day",
            fields={
                "day": Message(
                    N_("A day is shown and closed until %(days)s days after it."),
                    {"days": MOST_DAYS_BACK},
                )
            },
        )
    return day


def closings(counter_id: UUID, day: date, **only: object) -> tuple[Closing, ...]:
    """Return the closings of a counter's day, oldest first."""
    found = DayClose.objects.filter(counter_id=counter_id, day=day, **only).order_by("at", "id")
    return tuple(
        Closing(
            id=row.id,
            clerk_name=row.clerk_name,
            day=row.day,
            no=row.no,
            at=row.at,
            accepted=row.accepted,
            handed_over=row.handed_over,
            cash=Money(row.cash, Epoch(row.currency_epoch)),
            unsent=row.unsent,
            unprinted=row.unprinted,
            parked=row.parked,
            note=row.note,
        )
        for row in found
    )


def _lines(counter_id: UUID, day: date) -> dict[str, ClerkDay]:
    """Return a line for each who did something on the day or has something open."""
    letters = Submission.objects.filter(counter_id=counter_id)
    found: dict[str, ClerkDay] = {}
    takings: dict[str, list[Takings]] = defaultdict(list)
    taken = (
        letters.filter(**on_day(day))
        .order_by()
        .values_list("clerk", "pay_way", "currency_epoch")
        .annotate(
            n=Count("id"),
            fees=Sum("state_fee"),
            commissions=Sum("commission"),
            without=Count("id", filter=_UNPRINTED),
        )
    )
    for ref, way, epoch, count, state, commission, unprinted in taken:
        line = found.get(ref) or ClerkDay(ref, "")
        found[ref] = replace(
            line, accepted=line.accepted + count, unprinted=line.unprinted + unprinted
        )
        money = Money(state, Epoch(epoch)), Money(commission, Epoch(epoch))
        takings[ref].append(Takings(PayWay(way), count, *money))
    begin, end = day_bounds(day)
    handed = Answer.objects.filter(
        counter_id=counter_id, handed_over_at__gte=begin, handed_over_at__lt=end
    )
    for ref, count in handed.order_by().values_list("handed_by").annotate(Count("id")):
        found[ref] = replace(found.get(ref) or ClerkDay(ref, ""), handed_over=count)
    left = letters.filter(state__in=_OPEN).order_by().values_list("clerk", "state")
    for ref, state, count in left.annotate(Count("id")):
        line = found.get(ref) or ClerkDay(ref, "")
        found[ref] = (
            replace(line, unsent=line.unsent + count)
            if state in _UNSENT
            else replace(line, returned=count)
        )
    return {
        ref: replace(line, takings=tuple(sorted(takings[ref], key=lambda each: each.way)))
        for ref, line in found.items()
    }


def _name(ref: str, names: dict[UUID, str]) -> str:
    """Return the clerk's name; empty for a program and for whoever is not known any more."""
    kind, _, rest = ref.partition(":")
    user = rest.partition("@")[0]
    return names.get(UUID(user), "") if kind == "clerk" else ""


def _shown(found: Iterable[Submission]) -> tuple[SubmissionRow, ...]:
    return tuple(rows_of(found))
