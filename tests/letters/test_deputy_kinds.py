"""A deputy for some kinds of letters only: no list, count or deed has the others."""

from __future__ import annotations

from collections.abc import Collection
from datetime import timedelta
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.contracts.stand_ins import (
    StandInKind,
    kind_of_citizen,
    kind_of_table,
    kind_of_way,
)
from pishkhan.directory.contracts.terms import Table
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import LetterKind, Purpose
from pishkhan.letters.kinds import is_of_kinds, kinds_of, of_kinds
from pishkhan.letters.models import Arrival
from tests.letters.test_begin_letter import letter
from tests.letters.test_internal import before, internal, sent, to
from tests.letters.world import World, refer

COMPLAINT = kind_of_citizen("complaint")
INTERNAL = kind_of_way("internal")


def deputy(world: World, for_: Actor, *kinds: str) -> Actor:
    """Let the deputy's holder sit at another's cartable for these kinds of letters."""
    assert for_.post_id is not None
    assert world.deputy.post_id is not None
    assert world.deputy.user_id is not None
    made = directory.name_stand_in(
        world.admin,
        kind=StandInKind.DEPUTY,
        for_post_id=for_.post_id,
        by_post_id=world.deputy.post_id,
        until_at=clock.current().now() + timedelta(days=7),
        kinds=kinds,
    )
    found = directory.actor_for(world.deputy.user_id, made)
    assert found is not None
    return found


def everywhere(actor: Actor) -> set[UUID]:
    """Return the letters that any list, count or search of the cartable gives to the actor."""
    found: set[UUID] = set()
    for folder in ("open", "to_sign", "done", "sent"):
        found |= {each.arrival_id for each in letters.cartable(actor, folder=folder).rows}
    found |= {each.id for each in letters.search(actor, "نامه").rows}
    for each in letters.folders(actor):
        page = letters.folder_letters(actor, each.id).rows
        assert each.count == len(page)
        found |= {row.id for row in page}
    if Right.SIGN in actor.rights:
        found |= {each.arrival_id for each in letters.to_sign(actor)}
    return found


def waiting(world: World, seat: Actor) -> int:
    return next(
        each.waits for each in letters.my_seats(world.deputy) if each.seat.id == seat.seat_id
    )


def test_only_letters_of_his_kinds_are_there_for_him(world: World):
    subjects = {"subject": "نامهٔ شکایت", "kind": LetterKind.COMPLAINT}
    _, complaint = world.referred(world.colleague, **subjects)
    _, request = world.referred(world.colleague, subject="نامهٔ درخواست")
    sent(world, subject="نامهٔ داخلی")
    inside = before(world.colleague)
    folder = letters.keep_folder(world.colleague, name="پرونده")
    for each in (complaint, request, inside):
        letters.file_letter(world.colleague, each, folders=[folder])
    all_ = {complaint, request, inside}
    assert everywhere(world.colleague) == all_
    for kinds, theirs in (
        ((COMPLAINT,), {complaint}),
        ((INTERNAL,), {inside}),
        ((COMPLAINT, INTERNAL), {complaint, inside}),
        ((kind_of_way("agency"),), set()),
    ):
        hand = deputy(world, world.colleague, *kinds)
        assert hand.hand is not None
        assert everywhere(hand) == theirs
        assert letters.cartable_counts(hand).open == len(theirs)
        assert waiting(world, hand) == len(theirs)
        for each in all_ - theirs:
            with pytest.raises(NotFound):
                letters.arrival(hand, each)
            with pytest.raises(NotFound):
                letters.close(hand, each, outcome="x")
        for each in theirs:
            assert letters.open_arrival(hand, each).row.id == each
        directory.end_stand_in(world.admin, stand_in_id=hand.hand.id)


def test_he_signs_and_begins_letters_of_his_kinds_only(world: World):
    made = []
    for given in (internal(*to(world.colleague)), letter(world)):
        id_ = letters.begin_letter(world.expert, given)
        draft = letters.arrival(world.expert, id_).drafts[0].id
        refer(world.expert, id_, world.deputy, Purpose.SIGNATURE)
        letters.initial(world.deputy, draft)
        refer(world.deputy, id_, world.head, Purpose.SIGNATURE)
        made.append((id_, draft))
    hand = deputy(world, world.head, INTERNAL)
    assert [each.draft_id for each in letters.to_sign(hand)] == [made[0][1]]
    letters.sign(hand, made[0][1])
    with pytest.raises(NotFound):
        letters.sign(hand, made[1][1])
    letters.begin_letter(hand, internal(*to(world.colleague)))
    with pytest.raises(Forbidden, match=r"letters\.other-kind"):
        letters.begin_letter(hand, letter(world))


def test_a_secretariat_is_not_kept_by_who_stands_in_for_some_kinds(world: World):
    assert Right.SECRETARIAT in deputy_rights(world)
    assert Right.SECRETARIAT not in deputy_rights(world, COMPLAINT)


def deputy_rights(world: World, *kinds: str) -> Collection[Right]:
    hand = deputy(world, world.registrar, *kinds)
    assert hand.hand is not None
    directory.end_stand_in(world.admin, stand_in_id=hand.hand.id)
    return hand.rights


def test_kinds_are_of_the_list_and_a_deputys_alone(world: World):
    code = directory.terms().offered(Table.KIND)[0].code
    assert deputy(world, world.head, kind_of_table(code)).kinds == (kind_of_table(code),)
    for wrong in ("citizen:praise", "way:up", "kind:none", "x"):
        with pytest.raises(Invalid) as caught:
            deputy(world, world.colleague, wrong)
        assert set(caught.value.fields) == {"kinds"}
    assert world.head.post_id is not None
    assert world.expert.post_id is not None
    directory.name_stand_in(
        world.admin,
        kind=StandInKind.CHIEF,
        for_post_id=world.head.post_id,
        by_post_id=world.expert.post_id,
        kinds=[COMPLAINT],
    )
    (chief,) = [
        row for row in directory.stand_ins_of([world.head.post_id]) if row.kind is StandInKind.CHIEF
    ]
    assert chief.kinds == ()


def test_a_query_and_a_row_are_judged_alike(world: World):
    world.referred(kind=LetterKind.COMPLAINT)
    sent(world)
    letters.begin_letter(world.expert, letter(world))
    rows = list(Arrival.objects.all())
    named = {each for row in rows for each in kinds_of(row)}
    assert {COMPLAINT, INTERNAL, kind_of_way("outgoing")} <= named
    for each in named:
        by_query = set(Arrival.objects.filter(of_kinds([each])).values_list("pk", flat=True))
        assert by_query == {row.pk for row in rows if is_of_kinds(row, [each])} != set()
