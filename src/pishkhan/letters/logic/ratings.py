"""Ratings, read: by the applicant, by the office that is rated, in public. No writes."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, ClerkRole
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden
from pishkhan.kernel.prepared import Prepared
from pishkhan.letters.access import cleared, counter_of, secretariat_of
from pishkhan.letters.contracts import SubmissionState
from pishkhan.letters.contracts.ratings import (
    Face,
    OfficeRatings,
    OwnRating,
    RatedSide,
    RatingFigures,
    RatingReason,
    RatingRow,
)
from pishkhan.letters.logic.pair_proof import proven
from pishkhan.letters.logic.rate import changeable_until, may_rate
from pishkhan.letters.models import Arrival, Rating, Submission

LISTED = 50
COUNTED = timedelta(days=365)
"""Figures are of the last year: an office that has become better shows it."""


def ratings_tracked(proof: str) -> tuple[OwnRating, ...]:
    """Return what the applicant may say, or said, of agency and counter; nothing before the end.

    Raises Refused `letters.proof-over`.
    """
    now = clock.current().now()
    letter_id = proven(proof, now)
    letter = _ASKED.first(letter_id=letter_id)
    if letter is None or not may_rate(SubmissionState(letter[0])):
        return ()
    _state, counter, secretariat, counter_name, agency_name, now_with = letter
    said = {row[0]: row[1:] for row in _SAID.rows(letter_id=letter_id, office_id=counter)}
    asked = (
        (RatedSide.AGENCY, secretariat, now_with or agency_name),
        (RatedSide.COUNTER, counter, counter_name),
    )
    return tuple(_own(side, name, said.get(office), now) for side, office, name in asked)


def _own(side: RatedSide, name: str, said: Any, now: datetime) -> OwnRating:
    if said is None:
        return OwnRating(side=side, name=name, face=None, reason=None, until=None, open=True)
    face, reason, first_at = said
    until = changeable_until(first_at)
    return OwnRating(
        side=side,
        name=name,
        face=Face(face),
        reason=RatingReason(reason) if reason else None,
        until=until,
        open=now < until,
    )


# Asked with each letter that is tracked to its end: compiled once.
_ASKED = Prepared(
    lambda letter_id: Submission.objects.filter(pk=letter_id).values_list(
        "state", "counter_id", "secretariat_id", "counter_name", "agency_name", "now_with"
    ),
    letter_id=UUID,
)
_SAID = Prepared(
    lambda letter_id, office_id: (
        Rating.objects.filter(letter_id=letter_id, office_id=office_id)
        .order_by()
        .values_list("about_office_id", "face", "reason", "first_at")
    ),
    letter_id=UUID,
    office_id=UUID,
)


def agency_ratings(actor: Actor) -> OfficeRatings:
    """Return what applicants said of the actor's agency to his secretariat. Needs SECRETARIAT."""
    office = secretariat_of(actor)
    mine = Rating.objects.filter(office_id=office.id, side=RatedSide.AGENCY.value)
    newest = list(mine.order_by("-at", "-id")[:LISTED])
    letters = [row.letter_id for row in newest]
    held = Arrival.objects.filter(
        cleared(actor), secretariat_id=office.id, letter_id__in=letters
    ).values_list("letter_id", "id")
    arrivals = dict(held)
    rows = tuple(
        RatingRow(
            at=row.at,
            face=Face(row.face),
            reason=RatingReason(row.reason) if row.reason else None,
            counter_name=row.counter_name,
            arrival_id=arrivals.get(row.letter_id),
        )
        for row in newest
    )
    return _of_office(mine, office.agency_name, rows)


def counter_ratings(actor: Actor) -> OfficeRatings:
    """Return what applicants said of the actor's counter, in figures: no letter, no day.

    Who was unkind to whom would soon be known at a desk with one clerk. Needs COUNTER and the
    manager's seat; raises Forbidden `directory.no-right`.
    """
    office = counter_of(actor)
    if not manages(actor):
        raise Forbidden("directory.no-right")
    mine = Rating.objects.filter(office_id=office.id, side=RatedSide.COUNTER.value)
    return _of_office(mine, office.name, ())


def manages(actor: Actor) -> bool:
    """Return whether the actor manages the counter at which he works."""
    office, now = counter_of(actor), clock.current().now()
    return actor.user_id is not None and any(
        row.user_id == actor.user_id
        and row.role == ClerkRole.MANAGER
        and row.from_at <= now
        and (row.until_at is None or now < row.until_at)
        for row in directory.clerks_of(office.id)
    )


def rating_figures(side: RatedSide) -> list[RatingFigures]:
    """Return the counts of each agency, or counter, of the last year by name; each letter once."""
    rows = Rating.objects.filter(side=side.value, at__gte=clock.current().now() - COUNTED)
    if side is RatedSide.AGENCY:
        # On a node that counter and agency share, both hold it: the counter's is counted.
        twin = Rating.objects.filter(
            letter_id=OuterRef("letter_id"), about_office_id=OuterRef("about_office_id")
        ).exclude(office_id=OuterRef("about_office_id"))
        rows = rows.filter(~Q(office_id=F("about_office_id")) | ~Exists(twin))
    counted = rows.values("about_id").annotate(name=Max("about_name"), **_FACES)
    return [_figures(row["name"], dict(row)) for row in counted.order_by("name", "about_id")]


def _of_office(mine: QuerySet[Rating], name: str, rows: tuple[RatingRow, ...]) -> OfficeRatings:
    year = mine.filter(at__gte=clock.current().now() - COUNTED)
    reasons = dict(year.exclude(reason="").order_by().values_list("reason").annotate(n=Count("id")))
    return OfficeRatings(
        figures=_figures(name, year.aggregate(**_FACES)),
        reasons={each: reasons.get(each.value, 0) for each in RatingReason},
        rows=rows,
    )


def _figures(name: str, row: dict[str, Any]) -> RatingFigures:
    return RatingFigures(name=name, good=row["good"], fair=row["fair"], bad=row["bad"])


_FACES: dict[str, Any] = {face.value: Count("id", filter=Q(face=face.value)) for face in Face}
