"""The squares on the first page of a dispatched answer, from what the contexts know of it."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts.identity import Identity
from pishkhan.kernel.errors import Invalid
from pishkhan.letters.contracts import AnswerView
from pishkhan.web.paper import shams
from pishkhan.web.paper.letter import Captioned, squares


def squares_of(answer: AnswerView) -> tuple[Captioned, ...]:
    """Return the squares of an answer at the counter, in the language of the page."""
    return squares(answer.promise, shams_of(answer))


def shams_of(answer: AnswerView) -> str:
    """Return the text of an answer's SHAMS identifier; "" where it can have none."""
    return identifier(answer.agency_id, answer.number_text, answer.dispatched_at, answer.id)


def identifier(agency_id: UUID | None, number: str, at: datetime | None, letter_id: UUID) -> str:
    """Return the text of a dispatched letter's SHAMS identifier; "" where it can have none.

    It has none before its agency gave its data, and under a number that is too long for it. Who
    signed stays empty: this node keeps no national ID of its users.
    """
    known = directory.identity(agency_id) if agency_id else Identity()
    if at is None or not known.is_whole:
        return ""
    try:
        return shams.written(shams.Shams(number, at, letter_id, known.email, known.national_id))
    except Invalid:
        return ""
