"""The only way to a letter's row. A letter that an actor may not see does not exist for him.

Rows go to this context's own logic only. No right of administration opens a letter.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from django.db.models import Exists, Model, OuterRef, Q, QuerySet

from pishkhan.directory.contracts import Actor, OfficeKind, OfficeRef, Right
from pishkhan.kernel.errors import Forbidden, NotFound
from pishkhan.kernel.prepared import Prepared, PreparedModels
from pishkhan.letters.contracts import ReferralState
from pishkhan.letters.kinds import is_of_kinds, of_kinds
from pishkhan.letters.models import Arrival, Draft, Referral, Submission

Row = TypeVar("Row", bound=Model)


def counter_of(actor: Actor) -> OfficeRef:
    """Return the counter the actor works at; Forbidden for any other seat."""
    actor.require(Right.COUNTER)
    return actor.require_office(OfficeKind.COUNTER)


def submission_for(actor: Actor, letter_id: UUID, *, lock: bool = False) -> Submission:
    """Return the letter as the actor's own counter holds it; NotFound `letters.not-found`.

    `lock` takes the row's lock until the act ends (SQLite's act has the whole file already).
    """
    row = _SUBMISSION[lock].first(letter_id=letter_id, counter_id=counter_of(actor).id)
    if row is None:
        raise NotFound("letters.not-found")
    return row


def submission_at(counter_id: UUID, letter_id: UUID) -> Submission | None:
    """Return a counter's letter, locked until the act ends; None when it has none of this id."""
    return _SUBMISSION[True].first(letter_id=letter_id, counter_id=counter_id)


def arrival_for(actor: Actor, arrival_id: UUID, *, lock: bool = False) -> Arrival:
    """Return an arrival in the actor's custody chain; NotFound `letters.not-found` else.

    That is: to a clerk of the secretariat that holds it, and to a post that has a referral of it
    which was not taken back, or wrote a draft on it; never above the person's clearance, nor of
    another kind than those for which he is a deputy. `lock` keeps the row until the act ends;
    every deed on an arrival begins so, which makes deeds on one letter follow each other.
    """
    # A class above the person's clearance is not there for him, whatever his part in the letter.
    arrival = _ARRIVAL[lock].first(arrival_id=arrival_id, clearance=actor.clearance)
    if arrival is None or not is_of_kinds(arrival, actor.kinds):
        raise NotFound("letters.not-found")
    if not (is_clerk_of(actor, arrival) or _has_part_in(actor, arrival_id)):
        raise NotFound("letters.not-found")
    return arrival


def cleared(actor: Actor, prefix: str = "") -> Q:
    """Return the condition on an Arrival, or through `prefix`, that it can be there for him.

    Its class is open to him, and it is of the kinds for which he is a deputy.
    """
    return _cleared(actor.clearance, prefix) & of_kinds(actor.kinds, prefix)


def _cleared(clearance: str, prefix: str = "") -> Q:
    return Q(**{f"{prefix}classification__lte": clearance})


def secretariat_of(actor: Actor) -> OfficeRef:
    """Return the secretariat whose desk the actor keeps; Forbidden for any other seat."""
    actor.require(Right.SECRETARIAT)
    return actor.require_office(OfficeKind.SECRETARIAT)


def is_clerk_of(actor: Actor, arrival: Arrival) -> bool:
    """Return whether the actor keeps the secretariat that holds the arrival."""
    office = actor.office
    return (
        Right.SECRETARIAT in actor.rights
        and office is not None
        and office.kind is OfficeKind.SECRETARIAT
        and office.id == arrival.secretariat_id
    )


def post_of(actor: Actor) -> UUID:
    """Return the post whose cartable the actor reads; Forbidden for any other seat."""
    actor.require(Right.CARTABLE)
    if actor.post_id is None:
        raise Forbidden("directory.no-right")
    return actor.post_id


def opens_to(post_id: UUID) -> Q:
    """Return the condition on a Referral row that opens its letter to the post."""
    return Q(to_post_id=post_id) & ~Q(state=ReferralState.TAKEN_BACK.value)


def part_of(post_id: UUID) -> Q:
    """Return the condition on rows with an `arrival_id` that the letter is open to the post."""
    referred = Referral.objects.filter(opens_to(post_id), arrival_id=OuterRef("arrival_id"))
    drafts = Draft.objects.filter(arrival_id=OuterRef("arrival_id"), by_post_id=post_id)
    return Q(Exists(referred)) | Q(Exists(drafts))


def arrival_of_post(actor: Actor, arrival_id: UUID, *, lock: bool = False) -> Arrival:
    """Return an arrival as `arrival_for`, but only to a post that has a part of its own in it."""
    post_of(actor)
    arrival = arrival_for(actor, arrival_id, lock=lock)
    if not _has_part_in(actor, arrival_id):
        raise NotFound("letters.not-found")
    return arrival


def _has_part_in(actor: Actor, arrival_id: UUID) -> bool:
    if actor.post_id is None or Right.CARTABLE not in actor.rights:
        return False
    asked = {"post_id": actor.post_id, "arrival_id": arrival_id}
    return any(part.first(**asked) is not None for part in _PARTS)


def audited(actor: Actor, letter_id: UUID) -> tuple[Submission | None, list[Arrival]]:
    """Return a letter as every office of this node holds it, to an auditor.

    The counter's row first, None where no counter of this node accepted it. Raises Forbidden
    without AUDIT; NotFound `letters.not-found`, also for a class above the person's clearance.
    """
    actor.require(Right.AUDIT)
    submission = Submission.objects.filter(pk=letter_id).first()
    arrivals = list(Arrival.objects.filter(letter_id=letter_id).order_by("hop", "id"))
    rows: list[Submission | Arrival] = [*([submission] if submission else []), *arrivals]
    if not rows or any(row.classification > actor.clearance for row in rows):
        raise NotFound("letters.not-found")
    return submission, arrivals


def closed_to_auditor(actor: Actor, subjects: Collection[UUID]) -> set[UUID]:
    """Return those of the subjects of entries that are letters above his clearance. Two queries."""
    actor.require(Right.AUDIT)
    above = {"classification__gt": actor.clearance}
    held = Submission.objects.filter(pk__in=subjects, **above).values_list("pk", flat=True)
    found = set(held)
    arrivals = Arrival.objects.filter(Q(letter_id__in=subjects) | Q(pk__in=subjects), **above)
    for arrival_id, letter_id in arrivals.values_list("pk", "letter_id"):
        found |= {arrival_id, letter_id}
    return found


def _locked(rows: QuerySet[Row], lock: bool) -> QuerySet[Row]:
    return rows.select_for_update() if lock else rows


# Who may see a letter is asked by every deed and every page of it: compiled once.
_SUBMISSION = {
    lock: PreparedModels(
        Submission,
        lambda letter_id, counter_id, lock=lock: _locked(
            Submission.objects.filter(pk=letter_id, counter_id=counter_id), lock
        ),
        letter_id=UUID,
        counter_id=UUID,
    )
    for lock in (False, True)
}
_ARRIVAL = {
    lock: PreparedModels(
        Arrival,
        lambda arrival_id, clearance, lock=lock: _locked(
            Arrival.objects.filter(_cleared(clearance), pk=arrival_id), lock
        ),
        arrival_id=UUID,
        clearance=str,
    )
    for lock in (False, True)
}
_PARTS = (
    Prepared(
        lambda post_id, arrival_id: (
            Referral.objects.filter(opens_to(post_id), arrival_id=arrival_id)
            .order_by()
            .values_list("pk")[:1]
        ),
        post_id=UUID,
        arrival_id=UUID,
    ),
    Prepared(
        lambda post_id, arrival_id: (
            Draft.objects.filter(arrival_id=arrival_id, by_post_id=post_id)
            .order_by()
            .values_list("pk")[:1]
        ),
        post_id=UUID,
        arrival_id=UUID,
    ),
)
