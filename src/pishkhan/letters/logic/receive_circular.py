"""Take in what is said of a circular: that note was taken of it, and that its writer waits."""

from __future__ import annotations

from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, NotFound
from pishkhan.letters.contracts import ArrivalState, StepKind
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.referrals import open_referrals, tell_news
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import Addressee, Arrival, Circular
from pishkhan.relay.contracts import Delivery

OVER = frozenset({ArrivalState.SET_ASIDE, ArrivalState.CLOSED})


def receive_acknowledged(delivery: Delivery, act: Act) -> None:
    """Note who took note of a circular there and when; only that body may say, the first counts.

    Raises Invalid (`letters.bad-message`), NotFound (`letters.not-found`).
    """
    given = delivery.payload
    found = Addressee.objects.filter(
        pk=wire.key_of(given, "item"),
        office_id=delivery.from_office,
        arrival__secretariat_id=delivery.to_office,
        arrival__circular__isnull=False,
    )
    letter = found.values_list("arrival__letter_id", flat=True).first()
    if letter is None:
        raise NotFound("letters.not-found", N_("This office has no such letter."))
    at, by = wire.moment(given, "at"), wire.line(given, "by", 330)
    Addressee.objects.filter(pk=wire.key_of(given, "item"), acknowledged_at=None).update(
        acknowledged_at=at, acknowledged_by=by
    )
    act.append(
        "circular.acknowledgement_received",
        subject=letter,
        actor="system",
        fields={"item": str(wire.key_of(given, "item"))},
    )


def receive_circular_reminded(delivery: Delivery, act: Act) -> None:
    """Show that the writer waits, and lead the letter to the head of the cartables it lies in.

    Harmless when note was taken meanwhile. Raises Invalid (`letters.bad-message`), NotFound
    (`letters.not-found`).
    """
    given = delivery.payload
    arrival = (
        Arrival.objects.select_for_update()
        .filter(
            letter_id=wire.key_of(given, "item"),
            secretariat_id=delivery.to_office,
            from_office_id=delivery.from_office,
        )
        .first()
    )
    row = Circular.objects.filter(arrival=arrival).first() if arrival else None
    if arrival is None or row is None:
        raise NotFound("letters.not-found", N_("This office has no such letter."))
    if row.acknowledged_at is None:
        row.reminded_at, row.reminders = wire.moment(given, "at"), row.reminders + 1
        row.save(update_fields=["reminded_at", "reminders"])
        add_step(
            arrival.secretariat_id,
            arrival.letter_id,
            StepKind.CIRCULAR_REMINDED,
            at=act.at,
            params={"from": arrival.from_name},
        )
        if ArrivalState(arrival.state) not in OVER:
            tell_news(open_referrals(arrival), StepKind.CIRCULAR_REMINDED, at=act.at)
    act.append(
        "circular.reminder_received",
        subject=arrival.letter_id,
        actor="system",
        fields={"secretariat": str(arrival.secretariat_id)},
    )
