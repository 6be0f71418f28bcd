"""What the log promises of an answer to a citizen: made at dispatch, read at the counter.

It binds the agency's node to one entry: this agency sent this text to the letter with this code at
this time. Which key signed it can be checked only by who knows the agency's log; the paper is for
that person. Here it is checked that a promise says what the answer says, and that one of this node
was made here.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.journal import api as journal
from pishkhan.journal.promise import from_digits, read_promise, to_digits
from pishkhan.journal.slip import AnswerSlip, BadSlip
from pishkhan.kernel.errors import N_, Invalid, NotFound
from pishkhan.letters.logic import wire
from pishkhan.letters.models import Arrival, Draft
from pishkhan.sealing import api as sealing

FIELD = "promise"
LONGEST = 800
"""Digits; 300 bytes have 723."""


def slip_of(arrival: Arrival, row: Draft) -> AnswerSlip | None:
    """Return what a dispatched draft's entry shows; None for a letter without a tracking code."""
    assert row.dispatched_at is not None
    agency = directory.office(arrival.secretariat_id).agency_id
    if arrival.official or agency is None:
        return None
    try:
        return _slip(arrival.tracking_code, row.dispatched_at, agency, row.text_digest)
    except BadSlip:  # a counter of another version gave the letter a code of another form
        return None


def promise_of(entry: UUID) -> str:
    """Return the promise of an answer's entry as digits; empty on a node without a log."""
    try:
        return to_digits(journal.promise(entry, sealing.LogKey()))
    except NotFound as error:
        if error.code != "journal.no-log":
            raise
        return ""


def promise_in(
    given: Mapping[str, Any],
    values: Mapping[str, Any],
    covers: Mapping[str, Any],
    *,
    code: str,
    own: bool,
) -> str:
    """Return the promise that came with an answer, empty when none did.

    `values` and `covers` are the answer's, read before; `code` is the letter's, `own` whether this
    node sent it. Raises Invalid `letters.bad-promise` for the promise of anything
    else, of an acceptance too.
    """
    if FIELD not in given:
        return ""
    digits = wire.line(given, FIELD, LONGEST)
    try:
        found = read_promise(from_digits(digits))
        slip = found.slip
        agency = UUID(covers["from"]["agency"]) if covers else slip.agency
        told = _slip(code, values["dispatched_at"], agency, values["text_digest"])
    except BadSlip:
        raise _bad_promise() from None
    mine = not own or journal.is_own_promise(found, sealing.log_keys, sealing.fits)
    if slip != told or not mine:
        raise _bad_promise()
    return digits


def _slip(code: str, at: datetime, agency: UUID, digest: str) -> AnswerSlip:
    return AnswerSlip(code, at.replace(microsecond=0), agency, bytes.fromhex(digest))


def _bad_promise() -> Invalid:
    return Invalid("letters.bad-promise", N_("What the log promises is not this answer."))
