"""Take in, at an agency, how content an applicant is with it."""

from __future__ import annotations

from pishkhan.directory import api as directory
from pishkhan.journal.api import Act
from pishkhan.kernel.errors import N_, NotFound
from pishkhan.letters.contracts.ratings import Face, RatedSide, RatingReason
from pishkhan.letters.logic import wire
from pishkhan.letters.models import Arrival, Rating
from pishkhan.relay.contracts import Delivery


def receive_rating(delivery: Delivery, act: Act) -> None:
    """Keep a rating of this agency; the later word counts, in whatever order they come.

    Only of a letter that this counter sent it. Raises Invalid (`letters.bad-message`), NotFound.
    """
    given = delivery.payload
    letter_id, agency_id = wire.key_of(given, "letter"), wire.key_of(given, "agency")
    office = directory.office(delivery.to_office)
    if office.agency_id != agency_id:
        raise wire.bad_message()
    known = Arrival.objects.filter(
        secretariat_id=office.id, letter_id=letter_id, from_office_id=delivery.from_office
    )
    if not known.exists():
        raise NotFound("letters.not-found", N_("This office has no such letter."))
    at = wire.moment(given, "at")
    said: dict[str, str] = {
        "face": wire.choice(given, "face", Face).value,
        "reason": wire.choice(given, "reason", RatingReason).value if given.get("reason") else "",
    }
    row, fresh = Rating.objects.get_or_create(
        letter_id=letter_id,
        office_id=office.id,
        about_office_id=office.id,
        defaults={
            "side": RatedSide.AGENCY.value,
            "about_id": agency_id,
            "about_name": wire.line(given, "agency_name", 200),
            "counter_name": wire.line(given, "counter_name", 160),
            "first_at": wire.moment(given, "first_at"),
            "since": at,
            "at": at,
            **said,
        },
    )
    later = not fresh and at > row.at
    if later:
        row.face, row.reason, row.at = said["face"], said["reason"], at
        row.save(update_fields=["face", "reason", "at"])
    act.append(
        "rating.received" if fresh or later else "rating.received_again",
        subject=letter_id,
        actor="system",
        fields={"office": str(office.id)},
    )
