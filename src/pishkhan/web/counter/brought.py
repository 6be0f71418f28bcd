"""The folds of the acceptance form: who brought the letter, for how many, in whose words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from pishkhan.kernel import jalali
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.text import latin_digits
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    AnswerTo,
    Bearer,
    Circumstances,
    Confirmed,
    IdKind,
    ProxyPaper,
    RecipientKind,
    Writing,
)
from pishkhan.web.letter import beside, words

TYPED = (
    "bearer_name",
    "bearer_number",
    "bearer_paper_number",
    "bearer_paper_date",
    "others",
    "signers",
    "originals",
    "mobile_of",
)
FIRST = {
    "bearer_id_kind": IdKind.NATIONAL.value,
    "bearer_paper": "",
    "answer_to": AnswerTo.FIRST.value,
    "writing": Writing.HAND.value,
    "confirmed": "",
    "originals_to": RecipientKind.APPLICANT.value,
}
FIELDS = (*TYPED, *FIRST)
OF_PERSON = (
    "bearer_name",
    "bearer_number",
    "bearer_id_kind",
    "bearer_paper",
    "bearer_paper_number",
    "bearer_paper_date",
    "mobile_of",
)
"""What stays when the same person brings the next letter."""

FOLD = frozenset({*TYPED, "bearer_id_kind", "bearer_paper", "answer_to", "originals_to"})
"""Fields behind Alt+5: a fault in one of them opens it."""

_PAPERS = re.compile(r"[,،;؛\n]+")


def circumstances(values: Mapping[str, str], faults: dict[str, Message]) -> Circumstances:
    """Return what the folds hold; adds to `faults` what is no number or no day."""
    return Circumstances(
        bearer=_bearer(values, faults),
        others=_others(values["others"], faults),
        signers=letters.read_signers(values["signers"]),
        answer_to=AnswerTo.ANY if values["answer_to"] == AnswerTo.ANY else AnswerTo.FIRST,
        writing=Writing(values["writing"]) if values["writing"] in set(Writing) else None,
        confirmed=Confirmed(values["confirmed"]) if values["confirmed"] in set(Confirmed) else None,
        originals=tuple(e.strip() for e in _PAPERS.split(values["originals"]) if e.strip()),
        originals_to=RecipientKind.BEARER
        if values["originals_to"] == RecipientKind.BEARER
        else RecipientKind.APPLICANT,
        mobile_of=values["mobile_of"],
    )


def _bearer(values: Mapping[str, str], faults: dict[str, Message]) -> Bearer | None:
    if not any(values[name].strip() for name in TYPED[:4]):
        return None
    kind, paper = values["bearer_id_kind"], values["bearer_paper"]
    day: date | None = None
    if values["bearer_paper_date"].strip():
        try:
            day = jalali.parse_date(values["bearer_paper_date"])
        except Invalid as error:
            faults["bearer_paper_date"] = error.message
    return Bearer(
        name=values["bearer_name"],
        number=values["bearer_number"],
        id_kind=IdKind(kind) if kind in set(IdKind) else IdKind.NATIONAL,
        paper=ProxyPaper(paper) if paper in set(ProxyPaper) else None,
        paper_number=values["bearer_paper_number"],
        paper_date=day,
    )


def _others(typed: str, faults: dict[str, Message]) -> int:
    number = "".join(latin_digits(typed).split())
    if not number:
        return 0
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        faults["others"] = Message(N_("Write how many signed besides the applicant."))
        return 0
    return int(number)


def of_person(given: Circumstances) -> dict[str, str]:
    """Return the form's fields of who brought the last letter, for the next one."""
    bearer = given.bearer
    found = {"mobile_of": given.mobile_of}
    if bearer:
        found |= {
            "bearer_name": bearer.name,
            "bearer_number": bearer.number,
            "bearer_id_kind": bearer.id_kind.value,
            "bearer_paper": bearer.paper.value if bearer.paper else "",
            "bearer_paper_number": bearer.paper_number,
            "bearer_paper_date": "{:04}/{:02}/{:02}".format(*jalali.to_jalali(bearer.paper_date))
            if bearer.paper_date
            else "",
        }
    return found


def context(values: Mapping[str, str], errors: Mapping[str, str]) -> dict[str, Any]:
    """Return what the folds are drawn with, and whether they stand open."""
    filled = any(values[name].strip() for name in TYPED)
    return {
        "beside_open": filled or bool(FOLD & set(errors)) or values["id_kind"] == IdKind.LEGAL,
        "bearer_kinds": [
            (kind.value, word) for kind, word in beside.ID_KINDS.items() if kind is not IdKind.LEGAL
        ],
        "bearer_papers": [
            ("", pgettext("a paper", "Choose")),
            *((each.value, word) for each, word in words.PAPERS.items()),
        ],
        "answers_to": [(each.value, word) for each, word in beside.ANSWER_TO.items()],
        "writings": [(each.value, word) for each, word in beside.WRITINGS.items()],
        "confirmations": [
            ("", pgettext("how he confirmed", "Choose")),
            *((each.value, word) for each, word in beside.CONFIRMED.items()),
        ],
        "originals_to_whom": [
            (RecipientKind.APPLICANT.value, _("The applicant")),
            (RecipientKind.BEARER.value, _("Who brought the letter")),
        ],
        "original_words": beside.ORIGINALS,
    }
