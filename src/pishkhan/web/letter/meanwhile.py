"""What another wrote into a draft while one was writing: shown, and nobody's words are lost."""

from __future__ import annotations

from dataclasses import dataclass

from pishkhan.letters.contracts import DraftView
from pishkhan.letters.contracts.agency import DraftVersionView
from pishkhan.web.letter.changes import Piece, between


@dataclass(frozen=True, slots=True)
class Meanwhile:
    """The newest version, and how it differs from the one that the writer began from."""

    newest: DraftVersionView
    subject: list[Piece]
    body: list[Piece]


def since(draft: DraftView | None, values: dict[str, str]) -> Meanwhile | None:
    """Return what came since the version that `values` began from, or None.

    Afterwards the values are based on the newest version: who has read what changed may go on.
    """
    if draft is None:
        return None
    newest, began = draft.versions[-1], values.get("based_on") or ""
    values["based_on"] = str(newest.no)
    by_no = {str(each.no): each for each in draft.versions}
    before = by_no.get(began)
    if before is None or _words(before) == _words(newest):
        return None
    return Meanwhile(
        newest, between(before.subject, newest.subject), between(before.body, newest.body)
    )


def _words(version: DraftVersionView) -> tuple[str, str, str]:
    return version.recipient, version.subject, version.body
