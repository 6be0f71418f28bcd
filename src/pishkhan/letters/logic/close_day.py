"""Close a clerk's day at his counter (بستن صندوق): he confirms the figures that he was shown."""

from __future__ import annotations

from datetime import date

from django.db import IntegrityError

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel import rows
from pishkhan.kernel.errors import N_, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.money import Money
from pishkhan.letters.access import counter_of
from pishkhan.letters.contracts import ClerkDay, Closing, PayWay
from pishkhan.letters.logic import entered
from pishkhan.letters.logic.counter_day import check_day, closings, counter_day
from pishkhan.letters.models import DayClose

LONGEST_NOTE = 300


def close_day(
    actor: Actor,
    *,
    accepted: int,
    handed_over: int,
    day: date | None = None,
    parked: int = 0,
    note: str = "",
) -> Closing:
    """Put on record that the clerk looked at his day, and what stood there; return it.

    `accepted` and `handed_over` are the figures that he was shown: Refused `letters.day-changed`
    when they are others by now. What is open stays open and is counted; `parked` is what the
    caller knows of forms laid aside. Work may go on: the day can be closed again, with the next
    number. The same press twice is one closing. Raises Invalid (fields `day`, `note`).
    """
    counter = counter_of(actor)
    note = entered.line("note", note, longest=LONGEST_NOTE, required=False)
    day = check_day(day)
    try:
        with journal.act() as act:
            mine = counter_day(actor, day=day).mine
            if (mine.accepted, mine.handed_over) != (accepted, handed_over):
                raise Refused(
                    "letters.day-changed",
                    N_("The figures have changed since they were shown; look at them again."),
                )
            stands = {
                "accepted": mine.accepted,
                "handed_over": mine.handed_over,
                "unsent": mine.unsent,
                "unprinted": mine.unprinted,
                "parked": max(parked, 0),
            }
            before = closings(counter.id, day, clerk=actor.ref)
            if before and _same(before[-1], stands, note):
                return before[-1]
            _write(act, actor, day, cash_of(mine), stands, no=len(before) + 1, note=note)
    except IntegrityError:
        if journal.current_act() is not None:
            raise  # the caller's transaction is not ours to look into
        # Else the same press came twice at once, and the other was first.
    return closings(counter.id, day, clerk=actor.ref)[-1]


def _write(
    act: Act, actor: Actor, day: date, cash: Money, stands: dict[str, int], *, no: int, note: str
) -> None:
    closing_id, counter = new_id(), counter_of(actor)
    common = {"cash": cash.minor, "no": no}
    rows.insert(
        DayClose,
        {
            "id": closing_id,
            "counter_id": counter.id,
            "clerk": actor.ref,
            "clerk_name": actor.label[:160],
            "day": day,
            "at": act.at,
            "currency_epoch": cash.epoch.value,
            "note": note,
            **stands,
            **common,
        },
    )
    act.append(
        "day.closed",
        subject=closing_id,
        actor=actor.ref,
        fields={
            "counter": str(counter.id),
            "day": day.isoformat(),
            "epoch": cash.epoch.value,
            "note_digest": entered.digest(note),
            **stands,
            **common,
        },
    )


def cash_of(mine: ClerkDay) -> Money:
    """Return what lies in the drawer: the state's fees and commissions that were paid in cash."""
    total = Money(0)
    for each in mine.takings:
        if each.way is PayWay.CASH:
            taken = each.state + each.commission
            total = taken if not total else total + taken
    return total


def _same(last: Closing, stands: dict[str, int], note: str) -> bool:
    return note in ("", last.note) and all(
        getattr(last, name) == value for name, value in stands.items()
    )
