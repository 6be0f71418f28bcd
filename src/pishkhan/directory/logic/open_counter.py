"""A new counter with its people, all of it or nothing."""

from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.contracts.opening import NewClerk, NewCounter
from pishkhan.directory.logic.add_clerk import add_clerk
from pishkhan.directory.logic.add_counter import add_counter
from pishkhan.directory.logic.enlist import enlist
from pishkhan.journal import api as journal
from pishkhan.kernel.gather import Gatherer
from pishkhan.kernel.i18n import N_


class _Rehearsed(Exception):
    """All went well, and is undone."""


def open_counter(actor: Actor, new: NewCounter, *, rehearsal: bool = False) -> UUID | None:
    """Add a counter, its people's logins and their seats in one act; return the counter's id.

    Each is the deed it would be alone, with its entry. A rehearsal does all of it and undoes it:
    None. Needs ADMIN. Raises Invalid `directory.new-counter` with all that is wrong at once: the
    fields of `add_counter`, and those of `enlist` behind a clerk's row.
    """
    actor.require(Right.ADMIN)
    try:
        with journal.act():
            made = _made(actor, new)
            if rehearsal:
                raise _Rehearsed
    except _Rehearsed:
        return None
    return made


def _made(actor: Actor, new: NewCounter) -> UUID | None:
    told = Gatherer()
    made: UUID | None = None
    with told.each("", "code"):
        made = add_counter(actor, code=new.code, **new.values)
    for clerk in new.clerks:
        _seat(actor, made, clerk, told)
    told.settle("directory.new-counter", N_("Some fields need another look; nothing was made yet."))
    return made


def _seat(actor: Actor, counter_id: UUID | None, clerk: NewClerk, told: Gatherer) -> None:
    with told.each(clerk.row, "username"):
        user_id = enlist(actor, clerk.person)
        if counter_id is not None:
            add_clerk(actor, counter_id=counter_id, user_id=user_id, role=clerk.role)
