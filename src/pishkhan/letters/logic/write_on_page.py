"""Write on a page by pen or finger (پاراف، هامش): strokes on record with the page they lie on."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import N_, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import pen, rules
from pishkhan.letters.contracts import StepKind
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.pages import page_of
from pishkhan.letters.logic.referrals import mark_seen
from pishkhan.letters.logic.steps import add_step
from pishkhan.letters.models import PenNote

MOST_NOTES = 30
"""Notes by pen on one letter: a margin that is full."""


def write_on_page(
    actor: Actor, arrival_id: UUID, *, seq: int, leaf: int, digest: str, strokes: object
) -> UUID:
    """Put what was written on leaf `leaf` of page `seq` on record; return the note's id.

    For the holder of a post before which the letter lies, or his deputy. `digest` is the file
    that he saw under his pen; the entry commits to it and to the strokes (`letters/pen.py`). A
    note stays as it is. Raises NotFound (`letters.not-found`, `letters.no-page`,
    `letters.no-leaf`), Forbidden, Refused (`letters.not-now`, `letters.other-page`,
    `letters.too-many-notes`), Invalid (field `strokes`).
    """
    checked = pen.checked(strokes)
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        rules.require("write_on_page", case.standing)
        arrival = case.arrival
        page = page_of(arrival.secretariat_id, arrival.letter_id, seq)
        if not 1 <= leaf <= page.leaves:
            raise NotFound("letters.no-leaf")
        if page.digest != digest:
            raise Refused(
                "letters.other-page", N_("The page is another one by now; look at it again.")
            )
        if PenNote.objects.filter(arrival=arrival).count() >= MOST_NOTES:
            raise Refused(
                "letters.too-many-notes", N_("There is no room for more notes by pen; type it.")
            )
        assert actor.post_id is not None
        mark_seen(case.mine, at=act.at)
        row = PenNote.objects.create(
            id=new_id(),
            arrival=arrival,
            seq=seq,
            leaf=leaf,
            page_digest=digest,
            strokes=checked,
            by_post_id=actor.post_id,
            by_title=actor.title_line,
            at=act.at,
        )
        add_step(
            arrival.secretariat_id, arrival.letter_id, StepKind.WRITTEN_ON, at=act.at, by=actor
        )
        act.append(
            "letter.written_on",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={
                "note": str(row.id),
                "page": seq,
                "leaf": leaf,
                "page_digest": digest,
                "strokes_digest": pen.digest(checked),
            },
        )
    return row.id
