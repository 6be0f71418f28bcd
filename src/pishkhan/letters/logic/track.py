"""Where a letter stands, for whoever holds its code and the applicant's number.

Guessing is slowed down per code, never per line: a village shares one address. A wrong number
and an unknown code take the same road and look the same. Nothing is written but failed tries.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import QuerySet, Subquery

from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, Invalid, NotFound, Refused
from pishkhan.kernel.prepared import Prepared
from pishkhan.kernel.tracking import parse
from pishkhan.letters.contracts import Step, StepKind, SubmissionState, TrackView
from pishkhan.letters.logic import notify
from pishkhan.letters.logic.check_number import number_fits
from pishkhan.letters.logic.pair_proof import proof, proven
from pishkhan.letters.logic.steps import proved, steps_of
from pishkhan.letters.logic.throttle import count_failure, key_of, slow_down, take_turn
from pishkhan.letters.logic.told import REFUSED
from pishkhan.letters.logic.track_arrival import arrived, arrived_again, proof_of, view_of
from pishkhan.letters.models import Submission, TrackThrottle

SHOWN = frozenset(
    {
        StepKind.ACCEPTED,
        StepKind.ARRIVED,
        StepKind.REGISTERED,
        StepKind.REFERRED,
        StepKind.RETURNED,
        StepKind.COMPLETED,
        StepKind.ANSWERED,
        StepKind.READY,
        StepKind.HANDED_OVER,
        StepKind.CLOSED,
        StepKind.REOPENED,
        StepKind.WITHDRAWAL_ASKED,
        StepKind.WITHDRAWN,
        StepKind.SET_ASIDE,
        StepKind.TRANSFERRED,
    }
)
"""What a citizen's timeline shows: never who holds the letter, only how far it has come."""


def track(code: str, national_id: str, *, proofs: bool = False) -> TrackView:
    """Return where the letter stands. Two queries when the pair is right, and no write.

    A letter of a counter that works at another node is known by what its agency here knows.

    With `proofs` each step has the state of its entry in the log: by two queries more, and two
    again where a policy names witnesses.

    Raises Invalid (field `code`) for what is no code, NotFound (`letters.no-such-pair`) for a
    pair that does not fit, TooMany (`letters.track-slower`) after several such tries.
    """
    try:
        code = parse(code)
    except Invalid as error:
        raise Invalid(error.code, fields={"code": error.message}) from None
    now = clock.current().now()
    key = key_of("track", code)
    found = _FOUND.first(key=key, code=code)
    row = found or _NOBODY
    failed = row[0] is not None or found is None
    seen = _FAILS.first(key=key) if failed else None
    fails, since = seen or (None, None)
    slow_down(_SLOWER, fails, since, now)
    if not number_fits(row[2], national_id) or found is None:
        # Asked also where the code is known here: all that fails takes equally long.
        there = arrived(code)
        fits = number_fits((there or _NOBODY_THERE)[0], national_id)
        if fits and there is not None and found is None:
            take_turn(_SLOWER, {key: seen}, now)
            return view_of(there, proof_of(there, now), _shown, proofs=proofs)
        if not failed:
            _FAILS.first(key=key)  # an unknown code has read it: both take equally long
        count_failure(_SLOWER, key, seen, now)
        raise NotFound(
            "letters.no-such-pair",
            N_("No letter was found with this tracking code and national ID."),
        )
    take_turn(_SLOWER, {key: seen}, now)
    return _view(code, row[2:], proof(row[3], now), proofs=proofs)


def track_again(given: str, *, proofs: bool = False) -> TrackView:
    """Return where the letter of a `TrackView.proof` stands now; the proof lasts no longer by it.

    `proofs` as in `track`. Raises Refused `letters.proof-over`.
    """
    now = clock.current().now()
    try:
        letter_id = proven(given, now)
    except Refused:
        return view_of(*arrived_again(given, now), _shown, proofs=proofs)
    row = _AGAIN.first(letter_id=letter_id)
    assert row is not None  # the proof was made from it
    return _view(row[0], row[1:], given, proofs=proofs)


def _view(code: str, row: tuple[Any, ...], given: str, *, proofs: bool) -> TrackView:
    """Return the view of the letter whose `_COLUMNS` these are."""
    _number, letter_id, counter_id = row[:3]
    steps = _shown(steps_of(counter_id, letter_id))
    return TrackView(
        tracking_code=code,
        state=SubmissionState(row[3]),
        agency_name=row[11] or row[4],
        counter_name=row[5],
        number_text=row[6],
        since=row[7],
        accepted_at=row[8],
        missing=row[9],
        missing_until=row[10],
        steps=proved(letter_id, steps) if proofs else steps,
        answered=row[12] is not None,
        answer_by_code=bool(row[12] and row[13]) and (settings.DEMO or notify.can_send()),
        proof=given,
        counter_id=counter_id,
    )


def _shown(steps: tuple[Step, ...]) -> tuple[Step, ...]:
    shown: list[Step] = []
    for step in steps:
        if step.kind not in SHOWN:
            continue
        # That it was brought and that it arrived are one step for who brought it.
        if shown and step.kind is shown[-1].kind is StepKind.COMPLETED:
            continue
        shown.append(Step(kind=step.kind, at=step.at, by="", params=_told(step)))
    return tuple(shown)


def _told(step: Step) -> dict[str, str]:
    """Return what of a step's words is for the applicant.

    That a withdrawal came too late, on which day a letter entered late was taken, that the answer
    went to a proxy (not to whom), why the letter was not registered, and to
    which agency it was transferred.
    """
    told = {REFUSED, _ALSO.get(step.kind, REFUSED)}
    return {name: words for name, words in step.params.items() if name in told}


_ALSO = {
    StepKind.ACCEPTED: "taken_on",
    StepKind.HANDED_OVER: "to",
    StepKind.SET_ASIDE: "note",
    StepKind.TRANSFERRED: "to",
}


_SLOWER = "letters.track-slower"
_NOBODY = (None, None, "0000000000")
_NOBODY_THERE = _NOBODY[2:]
_COLUMNS = (
    "applicant_number",
    "id",
    "counter_id",
    "state",
    "agency_name",
    "counter_name",
    "number_text",
    "last_step_at",
    "accepted_at",
    "missing",
    "missing_until",
    "now_with",
    "answer_id",
    "applicant_mobile",
)


def _found(key: str, code: str) -> QuerySet[Submission, Any]:
    failed = TrackThrottle.objects.filter(key=key)
    return (
        Submission.objects.filter(tracking_code=code)
        .annotate(
            fails=Subquery(failed.values("fails")), fail_since=Subquery(failed.values("since"))
        )
        .values_list("fails", "fail_since", *_COLUMNS)
    )


_FOUND = Prepared(_found, key=str, code=str)
_AGAIN = Prepared(
    lambda letter_id: Submission.objects.filter(pk=letter_id).values_list(
        "tracking_code", *_COLUMNS
    ),
    letter_id=UUID,
)
_FAILS = Prepared(
    lambda key: TrackThrottle.objects.filter(key=key).values_list("fails", "since"), key=str
)
