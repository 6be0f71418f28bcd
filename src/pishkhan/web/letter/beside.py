"""How a letter came to the counter, in words: one list for receipts, desks and paper."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, pgettext, pgettext_lazy

from pishkhan.letters.contracts import (
    AnswerTo,
    ArrivalView,
    Bearer,
    Circumstances,
    Confirmed,
    IdKind,
    RecipientKind,
    Step,
    StepKind,
    Writing,
)
from pishkhan.web.letter import words
from pishkhan.web.letter.words import PAPERS
from pishkhan.web.templatetags.pishkhan import digits, isolate, jalali_date

ID_KINDS: dict[IdKind, Any] = {
    IdKind.NATIONAL: gettext_lazy("National ID"),
    IdKind.FOREIGN: gettext_lazy("Foreigner’s ID"),
    IdKind.PASSPORT: gettext_lazy("Passport"),
    IdKind.LEGAL: gettext_lazy("Legal entity’s ID"),
}
"""Kinds of number, as they stand beside one."""

WRITINGS: dict[Writing, Any] = {
    Writing.HAND: pgettext_lazy("a letter's words", "Written by hand"),
    Writing.PRINT: pgettext_lazy("a letter's words", "Printed or typed"),
    Writing.CLERK: pgettext_lazy("a letter's words", "Written here for the applicant"),
}
CONFIRMED: dict[Confirmed, Any] = {
    Confirmed.WORD: pgettext_lazy("how he confirmed", "by word"),
    Confirmed.SIGNATURE: pgettext_lazy("how he confirmed", "by signature"),
    Confirmed.FINGERPRINT: pgettext_lazy("how he confirmed", "by fingerprint"),
}
ANSWER_TO: dict[AnswerTo, Any] = {
    AnswerTo.FIRST: gettext_lazy("The applicant alone"),
    AnswerTo.ANY: gettext_lazy("Any signer with a number on the list"),
}
ORIGINALS: tuple[Any, ...] = (
    pgettext_lazy("an original paper", "national card"),
    pgettext_lazy("an original paper", "birth certificate"),
    pgettext_lazy("an original paper", "deed"),
    pgettext_lazy("an original paper", "power of attorney"),
)
"""Papers that are most often shown; a press writes them."""


def facts(given: Circumstances) -> list[tuple[str, str]]:
    """Return (label, words) of whatever there is; names as they are given, masked or not."""
    found: list[tuple[str, str]] = []
    if given.bearer:
        found.append((_("Brought by"), brought(given.bearer)))
    if given.others:
        found.append((_("Who may take the answer"), str(ANSWER_TO[given.answer_to])))
    if given.writing is Writing.CLERK and given.confirmed:
        found.append((_("Words"), written(given.confirmed)))
    if given.originals:
        found.append((_("Originals seen"), originals(given)))
    return found


def of_arrival(view: ArrivalView) -> dict[str, Any]:
    """Return how a letter came, as the agency's sheet and facts tell it."""
    given = view.circumstances
    return {
        "beside": facts(given),
        "id_kind": ID_KINDS[view.applicant.id_kind],
        "bearer": given.bearer,
        "signers": given.signers,
        "not_read": given.writing is Writing.HAND,
    }


def brought(bearer: Bearer) -> str:
    """Return the bearer with the paper that he showed."""
    paper = str(PAPERS[bearer.paper]) if bearer.paper else ""
    if bearer.paper_number:
        number = f"\u2066{digits(bearer.paper_number)}\u2069"
        paper = _("%(paper)s no. %(number)s") % {"paper": paper, "number": number}
    if bearer.paper_date:
        day = jalali_date(bearer.paper_date)
        paper = _("%(paper)s of %(day)s") % {"paper": paper, "day": day}
    return " · ".join(each for each in (isolate(digits(bearer.name)), paper) if each)


def written(confirmed: Confirmed) -> str:
    """Return how words that the clerk wrote were confirmed."""
    return _("Written here in the applicant’s words, read to him and confirmed %(how)s") % {
        "how": CONFIRMED[confirmed]
    }


def originals(given: Circumstances) -> str:
    """Return the papers and to whom they were given back."""
    listed = pgettext("between papers", ", ").join(isolate(digits(e)) for e in given.originals)
    if given.originals_to is RecipientKind.BEARER:
        return _("%(papers)s; given back to who brought them") % {"papers": listed}
    return _("%(papers)s; given back to the applicant") % {"papers": listed}


def quoted(step: Step) -> str:
    """Return what somebody wrote at the step, and of the first one how the letter came."""
    told = [words.quoted(step)]
    if step.kind in (StepKind.ACCEPTED, StepKind.ARRIVED):
        told.append(_at_first(step.params))
    if step.kind is StepKind.COMPLETED and step.params.get("waited", "").isdecimal():
        n = int(step.params["waited"])
        told.append(
            ngettext(
                "Deadlines moved on by %(n)s working day",
                "Deadlines moved on by %(n)s working days",
                n,
            )
            % {"n": digits(n)}
        )
    return "\n".join(each for each in told if each)


def _at_first(params: dict[str, str]) -> str:
    told = []
    if params.get("bearer"):
        papers = {each.value: word for each, word in PAPERS.items()}
        shown = papers.get(params.get("paper", ""), "")
        told.append(
            _("Brought by %(name)s, shown: %(paper)s")
            % {"name": isolate(params["bearer"]), "paper": shown}
        )
    if params.get("others", "").isdecimal():
        n = int(params["others"])
        told.append(
            ngettext("%(n)s other signed it too", "%(n)s others signed it too", n)
            % {"n": digits(n)}
        )
    if params.get("confirmed") in set(Confirmed):
        told.append(written(Confirmed(params["confirmed"])))
    if params.get("originals", "").isdecimal():
        n = int(params["originals"])
        told.append(
            ngettext(
                "%(n)s original was seen and given back",
                "%(n)s originals were seen and given back",
                n,
            )
            % {"n": digits(n)}
        )
    return "\n".join(told)
