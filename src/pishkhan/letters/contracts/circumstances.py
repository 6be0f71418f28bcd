"""How a letter came to the counter, where that was not its applicant with a paper of his own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pishkhan.letters.contracts.enums import (
    AnswerTo,
    Confirmed,
    IdKind,
    ProxyPaper,
    RecipientKind,
    Writing,
)


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who brought the letter in the applicant's place: a proxy, a lawyer, a firm's delegate."""

    name: str
    number: str
    id_kind: IdKind = IdKind.NATIONAL
    paper: ProxyPaper | None = None
    paper_number: str = ""
    paper_date: date | None = None


@dataclass(frozen=True, slots=True)
class Signer:
    """One of those who signed besides the applicant; the list may have no number of his."""

    name: str
    number: str = ""
    id_kind: IdKind = IdKind.NATIONAL


@dataclass(frozen=True, slots=True)
class Circumstances:
    """All of it is empty for a person who brings his own letter.

    `others` is how many signed besides the applicant, who is the first and is told of everything.
    `originals` are papers that were seen and given back to `originals_to`, the applicant or the
    bearer. `mobile_of` says whose the applicant's mobile is when it is not his own.
    """

    bearer: Bearer | None = None
    others: int = 0
    signers: tuple[Signer, ...] = ()
    answer_to: AnswerTo = AnswerTo.FIRST
    writing: Writing | None = None
    confirmed: Confirmed | None = None
    originals: tuple[str, ...] = ()
    originals_to: RecipientKind = RecipientKind.APPLICANT
    mobile_of: str = ""


PLAIN = Circumstances()
"""Of a person who brings his own letter."""
