"""Leaks at the agency: for each kind of user and each state, what is seen and what is not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.kernel.errors import Forbidden, NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, Purpose
from tests.letters.world import World, drain, refer

Build = Callable[[World], tuple[Accepted, UUID]]


def registered(world: World) -> tuple[Accepted, UUID]:
    accepted, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    return accepted, arrival


def returned(world: World) -> tuple[Accepted, UUID]:
    accepted, arrival = world.referred()
    letters.return_for_deficiency(world.expert, arrival, missing="سند")
    drain()
    return accepted, arrival


def closed(world: World) -> tuple[Accepted, UUID]:
    accepted, arrival = world.referred()
    letters.close(world.expert, arrival, outcome="پایان")
    return accepted, arrival


def withdrawn(world: World) -> tuple[Accepted, UUID]:
    accepted, arrival = world.referred()
    letters.ask_withdrawal(world.clerk, accepted.letter_id, reason="انصراف")
    drain()
    return accepted, arrival


STATES: list[tuple[Build, set[str]]] = [
    (lambda w: w.arrive(), set()),
    (registered, set()),
    (lambda w: w.referred(), {"expert"}),
    (returned, {"expert"}),
    (lambda w: w.answered(), {"expert", "deputy", "head"}),
    (closed, {"expert"}),
    (withdrawn, {"expert"}),
]
EVERYONE = (
    "registrar",
    "head",
    "deputy",
    "expert",
    "colleague",
    "other_registrar",
    "other_head",
    "admin",
    "clerk",
    "other_clerk",
)


def sees(actor: Actor, accepted: Accepted, arrival: UUID) -> set[str]:
    """Return the ways by which the agency's letter shows itself to the actor."""
    number = "1405/1"
    ways: dict[str, Callable[[], Any]] = {
        "view": lambda: letters.arrival(actor, arrival),
        "open": lambda: letters.open_arrival(actor, arrival),
        "page": lambda: letters.page_blob(actor, "agency", arrival, 1),
    }
    found = set()
    for way, reading in ways.items():
        try:
            reading()
        except (NotFound, Forbidden):
            continue
        found.add(way)
    for way, query in (
        ("code", accepted.tracking_code),
        ("number", number),
        ("person", "9900000011"),
        ("words", "قطعی آب روستا"),
    ):
        try:
            hits = letters.search(actor, query).rows
        except Forbidden:
            continue
        if any(hit.id == arrival for hit in hits):
            found.add(way)
    for way, listing in (
        ("arrivals", lambda: [row.id for row in letters.arrivals(actor).rows]),
        *(
            (
                folder,
                lambda f=folder: [r.arrival_id for r in letters.cartable(actor, folder=f).rows],
            )
            for folder in ("open", "to_sign", "done")
        ),
    ):
        try:
            if arrival in listing():
                found.add(way)
        except Forbidden:
            continue
    return found


@pytest.mark.parametrize("number", range(len(STATES)))
def test_a_letter_shows_itself_to_its_custody_chain_and_to_nobody_else(world: World, number: int):
    build, posts = STATES[number]
    accepted, arrival = build(world)
    for who in EVERYONE:
        seen = sees(getattr(world, who), accepted, arrival)
        if who == "registrar":
            assert {"view", "open", "page", "code", "words", "arrivals"} <= seen, who
        elif who in posts:
            assert {"view", "open", "page", "code", "words"} <= seen, who
            assert seen & {"open", "to_sign", "done"}, who
            assert "arrivals" not in seen
        else:
            assert seen == set(), who


def test_a_receiver_for_information_sees_it_and_his_neighbour_does_not(world: World):
    accepted, arrival = world.referred()
    refer(world.expert, arrival, world.colleague, Purpose.INFORMATION)
    assert "view" in sees(world.colleague, accepted, arrival)
    assert sees(world.deputy, accepted, arrival) == set()


def test_a_referral_taken_back_hides_the_letter_again(world: World):
    accepted, arrival = world.referred()
    (given,) = letters.arrival(world.registrar, arrival).referrals
    letters.take_back(world.registrar, given.id)
    assert sees(world.expert, accepted, arrival) == set()


def test_work_belongs_to_the_post_and_not_to_who_left_it(world: World):
    accepted, arrival = world.referred()
    heir = directory.add_user(SYSTEM, username="heir", full_name="جانشین نمونه")
    assert world.expert.post_id is not None
    assert world.expert.user_id is not None
    directory.seat_holder(SYSTEM, post_id=world.expert.post_id, user_id=heir)
    assert directory.actor_for(world.expert.user_id, world.expert.post_id) is None
    successor = directory.actor_for(heir, world.expert.post_id)
    assert successor is not None
    assert "view" in sees(successor, accepted, arrival)


def test_a_refusal_does_not_tell_whether_the_letter_exists(world: World):
    _, arrival = world.arrive()
    told = []
    for id_ in (arrival, UUID(int=5)):
        with pytest.raises(NotFound) as caught:
            letters.arrival(world.expert, id_)
        told.append((caught.value.code, caught.value.message))
    assert told[0] == told[1]
