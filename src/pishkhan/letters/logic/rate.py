"""Say how it went: the applicant alone, of the agency that answered and of the counter."""

from __future__ import annotations

from datetime import datetime, timedelta
from math import ceil
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.journal.api import Act
from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, Invalid, Refused, TooMany
from pishkhan.kernel.i18n import Message
from pishkhan.letters.contracts import SubmissionState
from pishkhan.letters.contracts.ratings import Face, RatedSide, RatingGiven
from pishkhan.letters.logic import wire
from pishkhan.letters.logic.ask_answer_code import APPLICANT
from pishkhan.letters.logic.earlier import earlier
from pishkhan.letters.logic.pair_proof import proven
from pishkhan.letters.models import Rating, Submission
from pishkhan.relay import api as relay

DAYS = "letters.rating-days"
"""The setting: for how many days what was said may be said otherwise."""

USUAL_RATING_DAYS = 30
MOST_A_DAY = 5
"""Of one office, the first time included."""

DAY = timedelta(days=1)
S = SubmissionState
ENDED = frozenset({S.ANSWERED, S.READY, S.HANDED_OVER, S.CLOSED, S.SET_ASIDE})
"""Where an answer is signed or nothing more comes: before that nobody is asked."""


def rate(
    proof: str, *, agency: RatingGiven | None = None, counter: RatingGiven | None = None
) -> bool:
    """Keep what the applicant says; return whether it is anything new. The later word counts.

    `proof` is `TrackView.proof`. The agency is told what is about it, by message; what is about
    the counter stays there. Raises Refused `letters.proof-over`, `letters.rating-not-now`,
    `letters.rating-over`; Invalid with the field `rating` when nothing is said; TooMany
    `letters.rating-slower`.
    """
    letter_id = proven(proof, clock.current().now())
    if agency is None and counter is None:
        raise Invalid(
            "letters.empty-field", fields={"rating": Message(N_("Choose one of the three faces."))}
        )
    with journal.act() as act:
        row = Submission.objects.select_for_update().get(pk=letter_id)
        if not may_rate(SubmissionState(row.state)):
            raise Refused(
                "letters.rating-not-now", N_("The answer comes first. Rate it afterwards.")
            )
        said = [(RatedSide.AGENCY, agency), (RatedSide.COUNTER, counter)]
        kept = [_keep(act, row, side, given) for side, given in said if given is not None]
    return any(kept)


def may_rate(state: SubmissionState) -> bool:
    """Return whether a letter in this state has come to something that can be rated."""
    return state in ENDED


def changeable_until(first_at: datetime) -> datetime:
    """Return until when a rating first given at this time may be changed."""
    days = directory.setting(DAYS, default=USUAL_RATING_DAYS)
    return first_at + timedelta(days=int(days))


def about_office(row: Submission, side: RatedSide) -> UUID:
    """Return the office that a rating of this side is about."""
    return row.secretariat_id if side is RatedSide.AGENCY else row.counter_id


def _keep(act: Act, row: Submission, side: RatedSide, given: RatingGiven) -> bool:
    about = about_office(row, side)
    face, reason = given.face.value, given.reason.value if given.reason else ""
    if given.face is Face.GOOD:
        reason = ""
    kept = Rating.objects.filter(
        letter_id=row.id, office_id=row.counter_id, about_office_id=about
    ).first()
    if kept is not None and (kept.face, kept.reason) == (face, reason):
        return False
    again = kept is not None
    if kept is None:
        kept = _new(act, row, side, about)
    else:
        _refuse_unless_open(kept, act.at)
    kept.face, kept.reason, kept.at = face, reason, act.at
    kept.save(force_insert=not again)
    if side is RatedSide.AGENCY:
        _tell(act, row, kept)
    act.append(
        "rating.given",
        subject=row.id,
        actor=APPLICANT,
        fields={
            "about": side.value,
            "office": str(about),
            "counter": str(row.counter_id),
            "face": face,
            "reason": reason,
            "again": again,
        },
    )
    return True


def _new(act: Act, row: Submission, side: RatedSide, about: UUID) -> Rating:
    if side is RatedSide.AGENCY:
        office = directory.office(about)
        about_id = office.agency_id or row.agency_id
        name = office.agency_name or row.agency_name
    else:
        about_id, name = row.counter_id, row.counter_name
    return Rating(
        office_id=row.counter_id,
        letter_id=row.id,
        side=side.value,
        about_office_id=about,
        about_id=about_id,
        about_name=name,
        counter_name=row.counter_name,
        first_at=act.at,
        since=act.at,
    )


def _refuse_unless_open(kept: Rating, now: datetime) -> None:
    if now >= changeable_until(kept.first_at):
        raise Refused(
            "letters.rating-over", N_("The time to change this rating is over. It stays as it is.")
        )
    if now - kept.since >= DAY:
        kept.since, kept.changes = now, 0
    if kept.changes >= MOST_A_DAY:
        left = kept.since + DAY - now
        raise TooMany("letters.rating-slower", retry_after=ceil(left.total_seconds()))
    kept.changes += 1


def _tell(act: Act, row: Submission, kept: Rating) -> None:
    relay.send(
        act,
        from_office=row.counter_id,
        to_office=kept.about_office_id,
        kind=wire.RATING,
        version=wire.VERSION,
        subject=row.id,
        after=earlier(row),
        payload={
            "letter": str(row.id),
            "agency": str(kept.about_id),
            "agency_name": kept.about_name,
            "counter_name": kept.counter_name,
            "face": kept.face,
            "reason": kept.reason,
            "first_at": wire.iso(kept.first_at),
            "at": wire.iso(kept.at),
        },
    )
