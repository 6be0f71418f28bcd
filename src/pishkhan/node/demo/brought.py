"""The demonstration's letters that come otherwise than by their applicants. All invented."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from pishkhan.letters.contracts import (
    AnswerTo,
    Applicant,
    Bearer,
    Circumstances,
    Confirmed,
    IdKind,
    ProxyPaper,
    Signer,
    Writing,
)
from pishkhan.node.demo.people import mobile, national_id

FIRM = "10380284790"
"""A published example of the rule for legal persons' numbers."""

NEIGHBOURS, DELEGATE, LAWYER = 5_000, 6_000, 7_000
"""From where on the invented national IDs of these people run."""

Made = tuple[Applicant, Circumstances]


def collective(person: Applicant, turn: int, _typed: bool) -> Made:
    """A village writes: a first signer, and the list of the others."""
    signers = tuple(
        Signer(f"همسایهٔ {n} نمونه", national_id(NEIGHBOURS + n)) for n in range(1, 12 + turn % 5)
    )
    return person, Circumstances(others=84, signers=signers, answer_to=AnswerTo.ANY)


def delegate(_firm: Applicant) -> Bearer:
    """Return who stands for the invented firm."""
    return Bearer(
        name="مینا نمایندهٔ نمونه",
        number=national_id(DELEGATE),
        paper=ProxyPaper.DELEGATE,
        paper_number="۱۴۰۵/۳۱۲",
        paper_date=date(2025, 11, 1),
    )


def firm(_person: Applicant, _turn: int, _typed: bool) -> Made:
    """A firm writes, and its delegate brings the letter."""
    applicant = Applicant(IdKind.LEGAL, FIRM, "شرکت تعاونی نمونه", mobile(DELEGATE))
    return applicant, Circumstances(bearer=delegate(applicant))


def foreigner(_person: Applicant, turn: int, _typed: bool) -> Made:
    """A foreign national with a passport, on a neighbour's mobile."""
    applicant = Applicant(
        IdKind.PASSPORT, f"AFG P{1_000_000 + turn}", "محمد نمونه", mobile(DELEGATE + turn)
    )
    return applicant, Circumstances(mobile_of="همسایه‌اش")


def lawyer(person: Applicant, turn: int, _typed: bool) -> Made:
    """A lawyer brings it and shows originals, which go back with him."""
    bearer = Bearer("وکیل نمونه", national_id(LAWYER + turn), paper=ProxyPaper.ATTORNEY)
    return person, Circumstances(bearer=bearer, originals=("سند مالکیت", "وکالت‌نامه"))


def written(person: Applicant, _turn: int, typed: bool) -> Made:
    """Who does not write has the clerk write it, and confirms what is read to him."""
    if not typed:
        return person, Circumstances(originals=("شناسنامه",))
    return person, Circumstances(writing=Writing.CLERK, confirmed=Confirmed.FINGERPRINT)


CASES: tuple[Callable[[Applicant, int, bool], Made], ...] = (
    collective,
    firm,
    foreigner,
    lawyer,
    written,
)
