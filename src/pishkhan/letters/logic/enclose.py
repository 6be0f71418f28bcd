"""Enclosures (پیوست) of a letter that is written here: added and taken away until it is signed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from uuid import UUID

from django.db.models import Max

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.letters import rules
from pishkhan.letters.contracts import PageRef, PageRole
from pishkhan.letters.logic.accept import pages_digest
from pishkhan.letters.logic.case import case_for
from pishkhan.letters.logic.draft import renew
from pishkhan.letters.logic.pages import check_pages, insert_pages, pages_of
from pishkhan.letters.models import Arrival, PageRow


def enclose(
    actor: Actor, arrival_id: UUID, *, add: Sequence[PageRef] = (), drop: Sequence[int] = ()
) -> None:
    """Add files to a letter and take away those at these places; for who may write it.

    That the files are the actor's own uploads is for whoever took them to know. They are signed
    with the letter: what was initialled without them has to be initialled anew. Raises NotFound,
    Forbidden, Refused (`letters.not-now`, `letters.signed-already`), Invalid (field pages).
    """
    pages = checked_enclosures(add)
    with journal.act() as act:
        case = case_for(actor, arrival_id, lock=True)
        rules.require("enclose", case.standing)
        arrival = case.arrival
        before = _all(arrival)
        rows = PageRow.objects.filter(office_id=arrival.secretariat_id, letter_id=arrival.letter_id)
        last = rows.aggregate(last=Max("seq"))["last"] or 0
        rows.filter(seq__in=list(drop)).delete()
        check_pages((), earlier=rows.count() + len(pages))
        add_enclosures(arrival, pages, after=last)
        after = _all(arrival)
        if after != before:
            renew(act, actor, case, changed="enclosures")
        act.append(
            "letter.enclosed",
            subject=arrival.letter_id,
            actor=actor.ref,
            fields={
                "pages": pages_digest([page.digest for page in after]),
                "secretariat": str(arrival.secretariat_id),
            },
        )


def checked_enclosures(pages: Sequence[PageRef]) -> tuple[PageRef, ...]:
    """Return the files as enclosures, each as it is stored; Invalid names `pages`."""
    return check_pages([replace(page, role=PageRole.ENCLOSURE) for page in pages])


def add_enclosures(arrival: Arrival, pages: Sequence[PageRef], *, after: int = 0) -> None:
    """Write checked files after the place `after`, and count the letter's leaves anew."""
    insert_pages(arrival.secretariat_id, arrival.letter_id, list(enumerate(pages, after + 1)))
    sheets = sum(page.leaves for page in _all(arrival))
    if sheets != arrival.sheets:
        arrival.sheets = sheets
        arrival.save(update_fields=["sheets"])


def _all(arrival: Arrival) -> tuple[PageRef, ...]:
    return tuple(
        PageRef(page.digest, page.media_type, page.size, page.leaves)
        for page in pages_of(arrival.secretariat_id, arrival.letter_id)
    )
