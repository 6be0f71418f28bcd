from __future__ import annotations

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, NumberState, StepKind
from pishkhan.letters.models import LetterNumber
from tests.letters.world import World, drain, refer


def test_a_number_taken_by_mistake_is_voided_and_never_issued_again(world: World):
    accepted, arrival = world.arrive()
    issued = letters.register(world.registrar, arrival)
    letters.void_number(world.registrar, year=issued.year, number=1, reason="ثبت دوباره")
    view = letters.arrival(world.registrar, arrival)
    assert view.row.state is ArrivalState.ARRIVED
    assert view.row.number_text == ""
    assert view.steps[-1].kind is StepKind.NUMBER_VOIDED
    assert letters.register(world.registrar, arrival).number == 2
    kept = LetterNumber.objects.order_by("number").values_list("number", "state", "void_reason")
    assert list(kept) == [(1, NumberState.VOIDED, "ثبت دوباره"), (2, NumberState.ISSUED, "")]
    assert "number.voided" in {e.kind for e in journal.entries_of(accepted.letter_id)}


def test_a_number_under_which_work_began_stays(world: World):
    _, arrival = world.arrive()
    issued = letters.register(world.registrar, arrival)
    refer(world.registrar, arrival, world.expert)
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.void_number(world.registrar, year=issued.year, number=1, reason="اشتباه")


def test_the_number_of_an_answer_that_left_stays(world: World):
    _, arrival = world.answered()
    text = letters.arrival(world.registrar, arrival).drafts[0].number_text
    year, number = map(int, text.split("/"))
    with pytest.raises(Refused, match=r"letters\.number-sent"):
        letters.void_number(world.registrar, year=year, number=number, reason="اشتباه")


def test_a_withdrawn_letters_number_is_voided_once(world: World):
    accepted, arrival = world.arrive()
    issued = letters.register(world.registrar, arrival)
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="انصراف")
    drain()
    letters.void_number(world.registrar, year=issued.year, number=1, reason="انصراف متقاضی")
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.WITHDRAWN
    with pytest.raises(Refused, match=r"letters\.number-voided"):
        letters.void_number(world.registrar, year=issued.year, number=1, reason="باز هم")


def test_no_other_office_voids_it_and_an_unknown_one_is_not_found(world: World):
    _, arrival = world.arrive()
    issued = letters.register(world.registrar, arrival)
    with pytest.raises(NotFound):
        letters.void_number(world.other_registrar, year=issued.year, number=1, reason="x")
    with pytest.raises(NotFound):
        letters.void_number(world.registrar, year=issued.year, number=7, reason="x")
    for stranger in (world.head, world.admin, world.clerk):
        with pytest.raises(Forbidden):
            letters.void_number(stranger, year=issued.year, number=1, reason="x")
