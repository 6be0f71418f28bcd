"""What a clerk sees once the card lies before him: the person, and letters whose code is lost."""

from __future__ import annotations

import pytest

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, NotFound
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Applicant, IdKind, MaskedPerson
from tests.letters.world import World, national_id

ME = national_id(1)


def known(actor: Actor) -> MaskedPerson:
    """Look the first applicant up, who is known."""
    found = letters.look_up_person(actor, id_kind=IdKind.NATIONAL, number=ME)
    assert found is not None
    return found


def test_the_rest_shows_once_the_card_is_seen(world: World) -> None:
    world.accept()
    found = known(world.clerk)
    seen = letters.confirm_card(world.clerk, person_id=found.id)
    assert (seen.name, seen.number, seen.mobile) == ("فرد نمونه", ME, "09121234567")
    assert journal.entries_of(found.id)[-1].kind == "person.card_seen"


def test_the_newest_name_is_kept_and_a_missing_mobile_takes_none_away(world: World) -> None:
    world.accept()
    person = known(world.clerk)
    world.accept(applicant=Applicant(IdKind.NATIONAL, ME, "فرد نمونهٔ تازه"))
    seen = letters.confirm_card(world.clerk, person_id=person.id)
    assert (seen.name, seen.mobile) == ("فرد نمونهٔ تازه", "09121234567")
    assert known(world.clerk).letters == 2


def test_a_lost_code_is_found_by_the_clerk_who_saw_the_card_today(world: World) -> None:
    accepted = world.accept()
    person = known(world.clerk)
    with pytest.raises(Forbidden) as refused:
        letters.person_letters(world.clerk, person_id=person.id)
    assert refused.value.code == "letters.card-not-seen"
    letters.confirm_card(world.clerk, person_id=person.id)
    rows = letters.person_letters(world.clerk, person_id=person.id).rows
    assert [row.id for row in rows] == [accepted.letter_id]
    with pytest.raises(Forbidden):
        letters.person_letters(world.second_clerk, person_id=person.id)


def test_another_counter_confirms_no_card_of_ours(world: World) -> None:
    world.accept()
    person = known(world.clerk)
    for person_id in (person.id, new_id()):
        with pytest.raises(NotFound):
            letters.confirm_card(world.other_clerk, person_id=person_id)
