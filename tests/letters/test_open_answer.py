"""Reading an answer at the counter: with its text, on record, by that counter alone."""

from __future__ import annotations

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, NotFound
from pishkhan.letters import api as letters
from tests.letters.world import World


def test_reading_an_answer_is_an_entry_once_a_day_for_each_clerk(world: World) -> None:
    accepted, _ = world.answered()
    answer = letters.submission(world.clerk, accepted.letter_id).answer
    assert answer is not None
    assert answer.body == ""
    for _ in range(3):
        assert letters.open_answer(world.clerk, accepted.letter_id).body
    letters.open_answer(world.second_clerk, accepted.letter_id)
    kinds = [entry.kind for entry in journal.entries_of(answer.id)]
    assert kinds.count("answer.opened") == 2


def test_there_is_no_answer_to_read_before_it_came(world: World) -> None:
    accepted = world.accept()
    with pytest.raises(NotFound) as refused:
        letters.open_answer(world.clerk, accepted.letter_id)
    assert refused.value.code == "letters.no-answer"


def test_nobody_else_reads_it(world: World) -> None:
    accepted, _ = world.answered()
    with pytest.raises(NotFound):
        letters.open_answer(world.other_clerk, accepted.letter_id)
    for actor in (world.registrar, world.head, world.admin):
        with pytest.raises(Forbidden):
            letters.open_answer(actor, accepted.letter_id)
