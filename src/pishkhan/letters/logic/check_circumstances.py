"""How a letter came to the counter, checked part by part; every fault is told at once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from functools import partial
from typing import TypeVar

from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.text import clean_line, words
from pishkhan.letters.contracts import (
    AnswerTo,
    Applicant,
    Bearer,
    Circumstances,
    Confirmed,
    IdKind,
    PageRef,
    PageRole,
    ProxyPaper,
    RecipientKind,
    Signer,
    Writing,
)
from pishkhan.letters.logic.check_number import check_number, check_proxy_number
from pishkhan.letters.logic.circumstances import (
    LONGEST_MOBILE_OF,
    LONGEST_NAME,
    LONGEST_ORIGINAL,
    LONGEST_PAPER_NUMBER,
    MOST_ORIGINALS,
    MOST_OTHERS,
    MOST_SIGNERS,
)

OF_A_FIRM = (ProxyPaper.DELEGATE, ProxyPaper.ATTORNEY)
"""By which papers somebody stands for a legal person."""

T = TypeVar("T")


def check_circumstances(
    given: Circumstances,
    *,
    applicant: Applicant,
    mobile: str,
    body: str,
    pages: Sequence[PageRef],
    today: date,
    faults: dict[str, Message],
) -> Circumstances:
    """Return them cleaned; adds to `faults`.

    Fields: bearer_name, bearer_number, bearer_paper, bearer_paper_number, bearer_paper_date,
    others, signers, confirmed, body, originals, originals_to, mobile_of. A legal person always
    has a bearer. What says nothing is dropped: whose a mobile is that was not given, in whose
    hand pages are that there are none of.
    """
    signers, others = _signers(given, pages, faults)
    to_any = given.answer_to is AnswerTo.ANY and bool(others)
    if to_any and not any(each.number for each in signers) and "signers" not in faults:
        faults["signers"] = Message(
            N_("Whoever may take the answer needs a number on the list of those who signed.")
        )
    writing, confirmed = _words(given, body, pages, faults)
    originals = _each("originals", given.originals, MOST_ORIGINALS, _original, faults)
    back = given.originals_to if originals else RecipientKind.APPLICANT
    if back not in (RecipientKind.APPLICANT, RecipientKind.BEARER) or (
        back is RecipientKind.BEARER and given.bearer is None
    ):
        faults["originals_to"] = Message(N_("Say to whom the originals were given back."))
    return Circumstances(
        bearer=_bearer(given.bearer, applicant, today, faults),
        others=others,
        signers=signers,
        answer_to=AnswerTo.ANY if to_any else AnswerTo.FIRST,
        writing=writing,
        confirmed=confirmed,
        originals=originals,
        originals_to=back,
        mobile_of=_or_fault("mobile_of", lambda: _mobile_of(given.mobile_of, mobile), "", faults),
    )


def _signers(
    given: Circumstances, pages: Sequence[PageRef], faults: dict[str, Message]
) -> tuple[tuple[Signer, ...], int]:
    """Return the list, and how many signed besides the applicant: as many as it has at least."""
    signers = _each("signers", given.signers, MOST_SIGNERS, _signer, faults)
    if not 0 <= given.others <= MOST_OTHERS:
        faults["others"] = Message(N_("Write how many signed besides the applicant."))
    others = max(given.others, len(signers))
    signed = any(page.role is PageRole.SIGNATURES for page in pages)
    if others and not signers and not signed and "signers" not in faults:
        faults["signers"] = Message(
            N_("Paste the list of those who signed, or mark the page with their signatures.")
        )
    return signers, others


def _words(
    given: Circumstances, body: str, pages: Sequence[PageRef], faults: dict[str, Message]
) -> tuple[Writing | None, Confirmed | None]:
    """Return in whose hand the words are, and how those that the clerk wrote were confirmed."""
    if given.writing is not Writing.CLERK:
        return given.writing if pages else None, None
    if not body and "body" not in faults:
        faults["body"] = Message(N_("Type the words that were written for the applicant."))
    if given.confirmed is None:
        faults["confirmed"] = Message(
            N_("Read the words to the applicant, and say how he confirmed them.")
        )
    return given.writing, given.confirmed


def _bearer(
    given: Bearer | None, applicant: Applicant, today: date, faults: dict[str, Message]
) -> Bearer | None:
    firm = applicant.id_kind is IdKind.LEGAL
    if given is None:
        if firm:
            faults["bearer_name"] = Message(
                N_("Say who brings the letter of the legal person, and by which paper.")
            )
        return None
    if given.id_kind is IdKind.LEGAL:
        faults["bearer_number"] = Message(N_("Only a person brings a letter."))
    else:
        number = _or_fault(
            "bearer_number",
            partial(
                check_proxy_number,
                given.id_kind,
                given.number,
                applicant_kind=applicant.id_kind,
                applicant_number=applicant.number,
            ),
            "",
            faults,
        )
        given = replace(given, number=number)
    if given.paper is None or (firm and given.paper not in OF_A_FIRM):
        faults["bearer_paper"] = Message(
            N_("Of a legal person: a letter of introduction or a power of attorney.")
            if firm
            else N_("Say which paper the proxy showed.")
        )
    paper_number = _or_fault(
        "bearer_paper_number",
        partial(clean_line, given.paper_number, max=LONGEST_PAPER_NUMBER),
        "",
        faults,
    )
    if given.paper is ProxyPaper.DELEGATE:
        if not paper_number:
            faults.setdefault(
                "bearer_paper_number",
                Message(N_("Write the number of the letter of introduction.")),
            )
        if given.paper_date is None:
            faults["bearer_paper_date"] = Message(
                N_("Write the date of the letter of introduction.")
            )
    if given.paper_date is not None and given.paper_date > today:
        faults["bearer_paper_date"] = Message(N_("The day of the paper is not here yet."))
    return replace(
        given,
        name=_or_fault("bearer_name", partial(_name, given.name), "", faults),
        paper_number=paper_number,
    )


def _signer(given: Signer) -> Signer:
    number = check_number(given.id_kind, given.number) if given.number.strip() else ""
    return Signer(name=_name(given.name), number=number, id_kind=given.id_kind)


def _name(name: str) -> str:
    cleaned = clean_line(name, max=LONGEST_NAME)
    if not any(c.isalpha() for c in cleaned):
        raise Invalid("letters.bad-name", N_("Write the person's name."))
    return cleaned


def _original(name: str) -> str:
    cleaned = clean_line(name, max=LONGEST_ORIGINAL)
    if not words(cleaned):
        raise Invalid("letters.empty-field", N_("This must be filled."))
    return cleaned


def _mobile_of(whose: str, mobile: str) -> str:
    return clean_line(whose, max=LONGEST_MOBILE_OF) if mobile else ""


def _each(
    name: str,
    given: Sequence[T],
    most: int,
    check: Callable[[T], T],
    faults: dict[str, Message],
) -> tuple[T, ...]:
    """Return each checked; the first that is wrong is told by its place."""
    if len(given) > most:
        faults[name] = Message(N_("At most %(most)s lines."), {"most": most})
        return ()
    done = []
    for place, each in enumerate(given, 1):
        try:
            done.append(check(each))
        except Invalid as error:
            faults[name] = Message(
                N_("Line %(line)s: %(fault)s"), {"line": place, "fault": error.message}
            )
            return ()
    return tuple(done)


def _or_fault(name: str, check: Callable[[], str], instead: str, faults: dict[str, Message]) -> str:
    try:
        return check()
    except Invalid as error:
        faults[name] = error.message
        return instead
