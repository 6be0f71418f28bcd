from __future__ import annotations

from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, Receiver
from tests.letters.world import World


def post(actor: Actor) -> UUID:
    assert actor.post_id is not None
    return actor.post_id


def members(world: World) -> list[Receiver]:
    return [
        Receiver(post(world.expert)),
        Receiver(post(world.colleague), Purpose.OPINION, principal=False),
    ]


def test_a_group_is_kept_changed_and_dropped(world: World):
    group = letters.keep_group(world.deputy, name="شبکه", members=members(world))
    (found,) = letters.ready(world.deputy).groups
    assert (found.id, found.name, found.own) == (group, "شبکه", True)
    assert [(m.post_id, m.purpose, m.principal) for m in found.members] == [
        (post(world.expert), Purpose.ACTION, True),
        (post(world.colleague), Purpose.OPINION, False),
    ]
    assert letters.ready(world.expert).groups == ()
    letters.keep_group(
        world.deputy, name="شبکه و مشترکان", members=members(world)[:1], group_id=group
    )
    (found,) = letters.ready(world.deputy).groups
    assert (found.id, found.name, len(found.members)) == (group, "شبکه و مشترکان", 1)
    letters.drop_group(world.deputy, group)
    assert letters.ready(world.deputy).groups == ()
    with pytest.raises(NotFound):
        letters.drop_group(world.deputy, group)


def test_a_group_is_referred_to_as_a_whole(world: World):
    letters.keep_group(world.deputy, name="شبکه", members=members(world))
    _, arrival = world.referred(to=world.deputy)
    (group,) = letters.ready(world.deputy).groups
    letters.refer(
        world.deputy,
        arrival,
        to=[Receiver(m.post_id, m.purpose, m.principal) for m in group.members],
    )
    rows = letters.arrival(world.deputy, arrival).referrals[1:]
    assert [(r.to_post_id, r.purpose, r.principal) for r in rows] == [
        (m.post_id, m.purpose, m.principal) for m in group.members
    ]


def test_nobody_changes_anothers_group(world: World):
    group = letters.keep_group(world.deputy, name="شبکه", members=members(world))
    for actor in (world.head, world.registrar, world.expert):
        with pytest.raises((NotFound, Refused)):
            letters.keep_group(
                actor, name="x", members=[Receiver(post(world.deputy))], group_id=group
            )
        with pytest.raises(NotFound):
            letters.drop_group(actor, group)
        with pytest.raises(Forbidden):
            letters.group_of(actor, group)
        with pytest.raises(Forbidden):
            letters.keep_group(actor, name="x", members=members(world), agency_id=world.agency)
    assert letters.ready(world.deputy).groups[0].name == "شبکه"


def test_a_group_reaches_no_further_than_the_post_does(world: World):
    with pytest.raises(Refused, match=r"letters\.cannot-refer-there"):
        letters.keep_group(world.deputy, name="x", members=[Receiver(post(world.other_head))])
    with pytest.raises(Refused, match=r"letters\.cannot-refer-there"):
        letters.keep_group(
            world.admin,
            name="x",
            members=[Receiver(post(world.other_head))],
            agency_id=world.agency,
        )
    letters.keep_group(
        world.admin,
        name="همه",
        members=[
            Receiver(post(world.head), Purpose.INFORMATION),
            Receiver(post(world.expert)),
        ],
        agency_id=world.agency,
    )
    (seen,) = letters.ready(world.colleague).groups
    assert [m.within_reach for m in seen.members] == [False, True]
    assert not seen.own
    (seen,) = letters.ready(world.registrar).groups
    assert all(m.within_reach for m in seen.members)
    assert letters.ready(world.other_head).groups == ()


def test_a_closed_post_stays_named_and_out_of_reach(world: World):
    letters.keep_group(world.deputy, name="شبکه", members=members(world))
    directory.close_post(SYSTEM, post_id=post(world.colleague))
    (group,) = letters.ready(world.deputy).groups
    assert [m.within_reach for m in group.members] == [True, False]
    assert group.members[1].title == world.colleague.post_title


def test_bad_groups_name_their_field(world: World):
    cases: list[tuple[str, list[Receiver], str]] = [
        ("", members(world), "name"),
        ("x", [], "to"),
        ("x", [Receiver(post(world.expert), Purpose.SIGNATURE, principal=False)], "to"),
        ("x", [Receiver(post(world.expert)), Receiver(post(world.colleague))], "to"),
    ]
    for name, given, field in cases:
        with pytest.raises(Invalid) as refused:
            letters.keep_group(world.deputy, name=name, members=given)
        assert field in refused.value.fields


def test_what_stands_ready_asks_four_times_however_much_it_is(world: World):
    counts = set()
    for n in range(3):
        letters.keep_group(world.deputy, name=f"گروه {n}", members=members(world))
        with CaptureQueriesContext(connection) as queries:
            letters.ready(world.deputy)
        counts.add(len(queries))
    assert counts == {4}
