"""Who has read which letter, by the entries of reading."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from pishkhan.directory.contracts import Actor
from pishkhan.letters.models import Reading


def read_by(actor: Actor, letter_ids: Iterable[UUID]) -> set[UUID]:
    """Return those of the letters that the actor himself has opened, on whatever day."""
    found = Reading.objects.filter(reader=actor.ref, letter_id__in=list(letter_ids))
    return set(found.values_list("letter_id", flat=True))
