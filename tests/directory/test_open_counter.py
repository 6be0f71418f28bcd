"""A counter with its people in one act: all of it or nothing, and all that is wrong at once."""

from __future__ import annotations

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, ClerkRole
from pishkhan.directory.contracts.opening import Entrance, NewClerk, NewCounter, NewPerson
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid, NotFound


def new(code: str = "72-1", *clerks: tuple[str, str, str]) -> NewCounter:
    people = clerks or (("mina", "مینا نمونه", ""), ("saba", "صبا نمونه", ""))
    return NewCounter(
        code=code,
        values={"name": "دفتر نمونه", "licence_number": "1"},
        clerks=tuple(
            NewClerk(
                f"c{at}_",
                NewPerson(username, name, mobile),
                ClerkRole.CLERK if at else ClerkRole.MANAGER,
            )
            for at, (username, name, mobile) in enumerate(people)
        ),
    )


def test_a_counter_and_its_people_stand_at_once_and_each_deed_has_its_entry():
    made = directory.open_counter(SYSTEM, new())
    assert made is not None
    assert directory.counter(made).name == "دفتر نمونه"
    roles = {row.user_name: row.role for row in directory.clerks_of(made)}
    assert roles == {"مینا نمونه": "manager", "صبا نمونه": "clerk"}
    kinds = [entry.kind for entry in journal.entries_of(made)]
    assert kinds == ["counter.added", "clerk.added", "clerk.added"]
    mina = directory.user_named("mina").id
    assert [entry.kind for entry in journal.entries_of(mina)] == ["user.added"]
    assert directory.entrances([mina]) == {mina: Entrance.NONE}


def test_a_rehearsal_leaves_nothing_behind():
    assert directory.open_counter(SYSTEM, new(), rehearsal=True) is None
    assert directory.counters().rows == ()
    with pytest.raises(NotFound):
        directory.user_named("mina")
    assert directory.open_counter(SYSTEM, new()) is not None


def test_all_that_is_wrong_is_told_at_once_and_nothing_is_made():
    directory.open_counter(SYSTEM, new())
    bad = new("72-1", ("x", "", ""), ("saba", "کس دیگر نمونه", ""), ("taze", "تازه نمونه", "12"))
    with pytest.raises(Invalid) as caught:
        directory.open_counter(SYSTEM, bad)
    fields = set(caught.value.fields)
    assert fields == {"code", "c0_username", "c1_username", "c2_mobile"}
    assert len(directory.counters().rows) == 1
    with pytest.raises(NotFound):
        directory.user_named("taze")
