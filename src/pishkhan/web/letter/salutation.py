"""How an answer speaks to the applicant: chosen once in the editor, written over the text."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import pgettext_lazy

from pishkhan.letters.contracts import ArrivalView, DraftView, IdKind

PLAIN, KEPT = "plain", "kept"

_WORDS = {
    "sir": pgettext_lazy("before a man's name", "Mr"),
    "madam": pgettext_lazy("before a woman's name", "Ms"),
    PLAIN: pgettext_lazy("before a name", "Dear applicant"),
}
_COMPANY = {PLAIN: pgettext_lazy("before a company's name", "The management of")}


@dataclass(frozen=True, slots=True)
class Choice:
    """One way to speak to the applicant: what is chosen, its word, the line on the paper."""

    id: str
    word: str
    line: str


def choices(view: ArrivalView, draft: DraftView | None) -> tuple[Choice, ...]:
    """Return the ways in the reader's language, the first of them when nothing is chosen yet.

    The newest version's line stays a choice when none of them makes it: a program wrote it, or
    somebody in the other language.
    """
    words = _COMPANY if view.applicant.id_kind is IdKind.LEGAL else _WORDS
    name = view.applicant.name
    made = tuple(Choice(id_, str(word), f"{word} {name}") for id_, word in words.items())
    standing = draft.versions[-1].recipient if draft else ""
    if standing and standing not in {each.line for each in made}:
        made = (Choice(KEPT, standing, standing), *made)
    return made


def chosen(view: ArrivalView, draft: DraftView | None) -> str:
    """Return which choice stands in the newest version; PLAIN in a new draft or one without."""
    standing = draft.versions[-1].recipient if draft else ""
    return next((each.id for each in choices(view, draft) if each.line == standing), PLAIN)


def line(view: ArrivalView, draft: DraftView | None, given: str) -> str:
    """Return the line of what was chosen, PLAIN's for anything else."""
    lines = {each.id: each.line for each in choices(view, draft)}
    return lines.get(given) or lines[PLAIN]
