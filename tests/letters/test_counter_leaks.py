"""Access as leaks: in every state of a letter, who at which desk sees it at the counter's door."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

import pytest

from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.kernel.errors import Forbidden, NotFound
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted
from tests.letters.world import World, drain, national_id, page

ME = national_id(1)


def returned(world: World) -> Accepted:
    accepted, arrival = world.referred()
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند")
    drain()
    return accepted


def handed_over(world: World) -> Accepted:
    accepted, _ = world.answered()
    letters.hand_over(
        world.clerk, accepted.letter_id, national_id=ME, tracking_code=accepted.tracking_code
    )
    drain()
    return accepted


def withdrawn(world: World) -> Accepted:
    accepted = world.accept()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="حل شد")
    drain()
    return accepted


STATES: dict[str, Callable[[World], Accepted]] = {
    "queued": lambda world: world.accept(),
    "arrived": lambda world: world.arrive()[0],
    "in progress": lambda world: world.referred()[0],
    "returned": returned,
    "ready": lambda world: world.answered()[0],
    "handed over": handed_over,
    "withdrawn": withdrawn,
}


def doors(letter: UUID, code: str) -> dict[str, Callable[[Actor], object]]:
    """Return every way by which the counter's row of a letter could be reached."""
    return {
        "view": lambda actor: letters.submission(actor, letter),
        "page": lambda actor: letters.page_blob(actor, "counter", letter, 1),
        "page as an arrival's": lambda actor: letters.page_blob(actor, "agency", letter, 1),
        "receipt": lambda actor: letters.receipt(actor, letter),
        "answer": lambda actor: letters.open_answer(actor, letter),
        "code": lambda actor: letters.find_submission(actor, code),
        "completion": lambda actor: letters.complete(actor, letter, pages=(page("x"),)),
        "withdrawal": lambda actor: letters.ask_withdrawal(actor, letter, reason="x"),
        # With both right, the counter that has it is named, as tracking would: see test_match_pair.
        "hand-over": lambda actor: letters.hand_over(
            actor, letter, national_id=national_id(2), tracking_code=code
        ),
    }


def is_shut(knock: Callable[[Actor], object], actor: Actor) -> bool:
    """Return whether the actor is told that there is nothing, or that it is not his desk."""
    try:
        knock(actor)
    except (NotFound, Forbidden):
        return True
    return False


@pytest.mark.parametrize("name", STATES)
def test_nobody_but_the_letters_own_counter_gets_through_any_door(world: World, name: str) -> None:
    accepted = STATES[name](world)
    strangers = (
        world.other_clerk,
        world.registrar,
        world.expert,
        world.head,
        world.other_registrar,
        world.other_head,
        world.admin,
        SYSTEM,
    )
    ways = doors(accepted.letter_id, accepted.tracking_code)
    came_in = [
        (actor.label, door)
        for actor in strangers
        for door, knock in ways.items()
        if not is_shut(knock, actor)
    ]
    assert came_in == []
    assert letters.submissions(world.other_clerk).rows == ()


@pytest.mark.parametrize("name", STATES)
def test_every_clerk_of_the_counter_sees_it(world: World, name: str) -> None:
    accepted = STATES[name](world)
    for actor in (world.clerk, world.second_clerk):
        assert letters.submission(actor, accepted.letter_id).row.id == accepted.letter_id
        assert letters.page_blob(actor, "counter", accepted.letter_id, 2).seq == 2
        assert letters.submissions(actor).rows[0].id == accepted.letter_id


def test_what_is_another_counters_looks_like_what_is_not_there(world: World) -> None:
    accepted = world.accept()

    def outcomes(letter: UUID, code: str) -> list[tuple[str, str]]:
        found = []
        for knock in doors(letter, code).values():
            with pytest.raises((NotFound, Forbidden)) as refused:
                knock(world.other_clerk)
            found.append((type(refused.value).__name__, refused.value.code))
        return found

    theirs = outcomes(accepted.letter_id, accepted.tracking_code)
    # A code of another block that nobody has, right in its last digit.
    assert theirs == outcomes(new_id(), "0000000000000")


def test_a_page_that_the_letter_does_not_have_is_not_found(world: World) -> None:
    accepted = world.accept()
    for seq in (0, 3, -1, 10**6):
        with pytest.raises(NotFound):
            letters.page_blob(world.clerk, "counter", accepted.letter_id, seq)


def test_no_right_of_the_directory_opens_a_letter(world: World) -> None:
    accepted, arrival = world.answered()
    for door in (
        lambda: letters.submissions(world.admin),
        lambda: letters.submission(world.admin, accepted.letter_id),
        lambda: letters.arrival(world.admin, arrival),
        lambda: letters.arrivals(world.admin),
    ):
        with pytest.raises((Forbidden, NotFound)):
            door()
