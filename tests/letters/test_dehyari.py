"""A dehyari's letters: one person registers, answers, signs and sends, and sees only his own."""

from __future__ import annotations

import pytest

from pishkhan.directory.contracts.bodies import Bodies, BodiesKind
from pishkhan.kernel.errors import NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, NewLetter, Purpose, StepKind
from pishkhan.letters.contracts.circulars import CircularFolder
from tests.letters.circular import came, circular
from tests.letters.dehyari import Village, village
from tests.letters.world import World, drain, refer

SUBJECT = "مرمت راه روستا"


@pytest.fixture
def world() -> World:
    return World.make()


def up(world: World, there: Village) -> NewLetter:
    return NewLetter(
        agency_id=world.agency, recipient="مدیر محترم", subject=SUBJECT, body="راه را سیل برده است."
    )


def test_he_writes_up_signs_and_sends_in_one_press_and_gets_the_answer(world):
    there = village(world)
    made = letters.begin_letter(there.dehyar, up(world, there))
    (draft,) = letters.arrival(there.dehyar, made).drafts
    issued = letters.sign_and_send(there.dehyar, draft.id, version=1)
    drain()
    sent = letters.arrival(there.dehyar, made)
    assert sent.row.state is ArrivalState.DISPATCHED
    assert [step.kind for step in sent.steps][-3:] == [
        StepKind.INITIALLED,
        StepKind.SIGNED,
        StepKind.LETTER_SENT,
    ]
    asked = came(world.registrar)
    letters.register(world.registrar, asked)
    refer(world.registrar, asked, world.deputy)
    answer = letters.draft(world.deputy, asked, subject="پاسخ", body="ماشین‌آلات می‌آید.")
    letters.initial(world.deputy, answer)
    refer(world.deputy, asked, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, answer)
    letters.dispatch(world.registrar, answer)
    drain()
    back = letters.arrival(there.dehyar, came(there.dehyar))
    assert back.row.from_name == "شرکت آب و فاضلاب استان"
    assert [link.number for link in back.links] == [issued.text.rpartition("/")[2]]


def test_he_takes_what_came_to_his_own_post_and_answers_it(world):
    there = village(world)
    world.accept(agency_id=there.agency)
    drain()
    arrival = came(there.dehyar)
    letters.register(there.dehyar, arrival)
    with pytest.raises(Refused):
        refer(there.dehyar, arrival, there.dehyar, Purpose.INFORMATION)
    refer(there.dehyar, arrival, there.dehyar)
    draft = letters.draft(there.dehyar, arrival, subject="پاسخ", body="انجام شد.")
    letters.sign_and_send(there.dehyar, draft)
    drain()
    assert letters.arrival(there.dehyar, arrival).row.state is ArrivalState.ANSWERED


def test_a_circular_to_the_dehyaris_is_noted_by_each_and_by_none_for_another(world):
    first, second = village(world, 1), village(world, 2)
    given = circular(world, Bodies(BodiesKind.DEHYARIS, world.agency))
    made = letters.begin_letter(world.expert, given)
    refer(world.expert, made, world.deputy, Purpose.SIGNATURE)
    draft = letters.arrival(world.expert, made).drafts[0].id
    letters.initial(world.deputy, draft)
    refer(world.deputy, made, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    letters.dispatch(world.registrar, draft)
    drain()
    (row,) = letters.circulars(first.dehyar, CircularFolder.WAITING).rows
    with pytest.raises(NotFound):
        letters.acknowledge(second.dehyar, row.id)
    letters.acknowledge(first.dehyar, row.id)
    drain()
    rows, _more = letters.circular_receivers(world.expert, made, noted=True, after=-1)
    assert [(each.agency_name, each.acknowledged_by) for each in rows] == [
        ("دهیاری نمونه 1", "دهیار نمونه 1، دهیار")
    ] or rows[0].acknowledged_by.startswith("دهیار نمونه 1")
    assert letters.circulars(first.dehyar, CircularFolder.WAITING).rows == ()
    assert len(letters.circulars(second.dehyar, CircularFolder.WAITING).rows) == 1


def test_a_dehyari_sees_nothing_of_anothers(world):
    first, second = village(world, 1), village(world, 2)
    made = letters.begin_letter(first.dehyar, up(world, first))
    (draft,) = letters.arrival(first.dehyar, made).drafts
    world.accept(agency_id=first.agency)
    drain()
    arrival = came(first.dehyar)
    for look in (
        lambda: letters.arrival(second.dehyar, made),
        lambda: letters.arrival(second.dehyar, arrival),
        lambda: letters.register(second.dehyar, arrival),
        lambda: refer(second.dehyar, arrival, second.dehyar),
        lambda: letters.sign_and_send(second.dehyar, draft.id),
    ):
        with pytest.raises(NotFound):
            look()
    assert letters.arrivals(second.dehyar).rows == ()
    assert letters.search(second.dehyar, "قطعی").rows == ()
    assert letters.my_seats(second.dehyar) == ()
