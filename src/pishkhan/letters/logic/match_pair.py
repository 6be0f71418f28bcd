"""Whether a tracking code and a person's number belong together, asked at a counter."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import N_, Invalid, Message, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.kernel.prepared import Prepared
from pishkhan.kernel.tracking import parse
from pishkhan.letters.access import counter_of
from pishkhan.letters.logic.check_number import number_fits
from pishkhan.letters.logic.circumstances import may_take, read
from pishkhan.letters.logic.throttle import count_failure, key_of, slow_down, take_turn
from pishkhan.letters.models import Submission, TrackThrottle

_SLOWER = "letters.pair-slower"
_NO_CODE = "0" * 13
_NO_NUMBER = "0" * 10


def match_pair(actor: Actor, *, national_id: str, tracking_code: str) -> UUID:
    """Return the letter of the actor's own counter whose pair this is, in whatever state.

    Needs a seat at a counter. A pair that does not fit is an entry, counted for the clerk and
    for the code: Refused `letters.wrong-pair` without saying which of the two is wrong, then
    TooMany `letters.pair-slower` while the next try waits. A right pair of a letter that
    another counter accepted: Refused `letters.at-another-counter`, which names that counter.
    """
    code = _code(tracking_code)
    found = _BY_CODE.first(code=code)
    row = None if found is None else _Row(*found)
    if check_pair(actor, row, national_id, tracking_code):
        assert row is not None
        return row.id
    raise wrong_pair()


def check_pair(actor: Actor, row: _Row | None, national_id: str, tracking_code: str) -> bool:
    """Return whether the pair is that of `row`; each failure leaves an entry and is counted.

    An unknown letter takes as long as a known one. Raises TooMany `letters.pair-slower` and,
    for a right pair only, Refused `letters.at-another-counter`.
    """
    counter = counter_of(actor)
    code = _code(tracking_code)
    now = clock.current().now()
    keys = [key_of("pair-of-clerk", actor.ref), key_of("pair-of-code", code)]
    rows = TrackThrottle.objects.filter(key__in=keys).values_list("key", "fails", "since")
    on_record = {key: (fails, since) for key, fails, since in rows}
    for each in on_record.values():
        slow_down(_SLOWER, *each, now)
    # The clerk before the code, always: two who guess at once never wait for each other's row.
    seen = {key: on_record.get(key) for key in (keys if code else keys[:1])}
    kept = (_NO_CODE, _NO_NUMBER) if row is None else (row.tracking_code, row.applicant_number)
    number_right = number_fits(kept[1], national_id)
    if row is not None and row.others:
        # Of a collective letter also the number of a signer who may take the answer.
        signers = may_take(read(row.circumstances))
        right = [number_fits(each.number, national_id) for each in signers]
        number_right |= any(right)
    code_right = hmac.compare_digest(kept[0].encode(), code.encode())
    if number_right and code_right and row is not None:
        take_turn(_SLOWER, seen, now)
        if row.counter_id != counter.id:
            raise Refused(
                "letters.at-another-counter",
                Message(
                    N_("This letter was accepted at %(counter)s; its answer is handed over there."),
                    {"counter": row.counter_name},
                ),
            )
        return True
    with journal.act() as act:
        for key, failures in seen.items():
            count_failure(_SLOWER, key, failures, act.at)
        act.append(
            "letter.hand_over_failed",
            subject=new_id() if row is None else row.id,
            actor=actor.ref,
            fields={"counter": str(counter.id)},
        )
    return False


def letter_of(letter_id: UUID) -> _Row | None:
    """Return what `check_pair` needs of a letter, whichever counter's it is."""
    found = _BY_ID.first(letter_id=letter_id)
    return None if found is None else _Row(*found)


def wrong_pair() -> Refused:
    """Return the refusal that does not say which of the two is wrong."""
    return Refused(
        "letters.wrong-pair",
        N_("The national ID and the tracking code do not belong together here."),
    )


def _code(typed: str) -> str:
    """Return the code in what was typed; "" when there is none."""
    try:
        return parse(typed)
    except Invalid:
        return ""


@dataclass(frozen=True, slots=True)
class _Row:
    id: UUID
    counter_id: UUID
    counter_name: str
    tracking_code: str
    applicant_number: str
    others: int
    circumstances: dict[str, object]


_COLUMNS = (
    "id",
    "counter_id",
    "counter_name",
    "tracking_code",
    "applicant_number",
    "others",
    "circumstances",
)
_BY_CODE = Prepared(
    lambda code: Submission.objects.filter(tracking_code=code).values_list(*_COLUMNS), code=str
)
_BY_ID = Prepared(
    lambda letter_id: Submission.objects.filter(pk=letter_id).values_list(*_COLUMNS),
    letter_id=UUID,
)
