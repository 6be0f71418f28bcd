"""Many answers signed at one press: only what was read, in the version that was read."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pishkhan.kernel.errors import Forbidden, Invalid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import DraftState, Purpose
from pishkhan.letters.logic.to_sign import MOST_TOGETHER
from pishkhan.letters.models import Draft
from tests.letters.world import World, refer


def laid(world: World, *, opened: bool = True) -> tuple[UUID, UUID]:
    """Lay an initialled answer before the head; return the letter and the draft."""
    _, arrival = world.referred(to=world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن پاسخ")
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    if opened:
        letters.open_arrival(world.head, arrival)
    return arrival, draft


def state(draft: UUID) -> str:
    return Draft.objects.values_list("state", flat=True).get(pk=draft)


def test_what_waits_is_told_whole_those_that_wait_longest_first(world: World) -> None:
    first, one = laid(world)
    second, two = laid(world, opened=False)
    waiting = letters.to_sign(world.head)
    assert [each.draft_id for each in waiting] == [one, two]
    assert [each.arrival_id for each in waiting] == [first, second]
    assert [each.seen for each in waiting] == [True, False]
    assert (waiting[0].subject, waiting[0].body, waiting[0].version) == ("پاسخ", "متن پاسخ", 1)
    assert waiting[0].initials == (world.deputy.post_title,)


def test_the_newest_version_waits_and_only_when_it_is_initialled(world: World) -> None:
    arrival, draft = laid(world)
    letters.draft(world.deputy, arrival, subject="پاسخ", body="متن دوم", draft_id=draft)
    assert letters.to_sign(world.head) == ()
    letters.initial(world.deputy, draft)
    [waiting] = letters.to_sign(world.head)
    assert (waiting.version, waiting.body) == (2, "متن دوم")


def test_the_number_of_queries_does_not_grow(world: World) -> None:
    counts = set()
    for _ in range(2):
        laid(world)
        laid(world)
        with CaptureQueriesContext(connection) as queries:
            letters.to_sign(world.head)
        counts.add(len(queries))
    assert counts == {3}


def test_what_was_read_is_signed_and_the_rest_says_why_not(world: World) -> None:
    _, good = laid(world)
    _, unseen = laid(world, opened=False)
    arrival, changed = laid(world)
    letters.draft(world.deputy, arrival, subject="پاسخ", body="متن دوم", draft_id=changed)
    letters.initial(world.deputy, changed)
    _, gone = laid(world)
    letters.sign(world.head, gone, version=1)
    nobody = uuid4()
    chosen = [(each, 1) for each in (unseen, changed, gone, nobody, good)]
    outcomes = {each.draft_id: each.fault for each in letters.sign_many(world.head, chosen)}
    assert {draft: fault and fault.code for draft, fault in outcomes.items()} == {
        unseen: "letters.not-seen",
        changed: "letters.draft-changed",
        gone: "letters.signed-already",
        nobody: "letters.not-found",
        good: None,
    }
    assert state(good) == DraftState.SIGNED
    assert state(unseen) == DraftState.TO_SIGN
    assert state(changed) == DraftState.DRAFTING
    # Opened, and the newest version read: now they can be signed.
    for each in letters.to_sign(world.head):
        letters.open_arrival(world.head, each.arrival_id)
    rest = [(each.draft_id, each.version) for each in letters.to_sign(world.head)]
    assert [each.fault for each in letters.sign_many(world.head, rest)] == [None, None]
    assert letters.to_sign(world.head) == ()


def test_an_answer_read_before_it_was_laid_again_is_to_be_opened_again(world: World) -> None:
    arrival, draft = laid(world)
    letters.send_back(world.head, draft, note="کوتاه‌تر")
    letters.draft(world.deputy, arrival, subject="پاسخ", body="متن دوم", draft_id=draft)
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    [waiting] = letters.to_sign(world.head)
    assert not waiting.seen
    [outcome] = letters.sign_many(world.head, [(draft, 2)])
    assert outcome.fault is not None
    assert outcome.fault.code == "letters.not-seen"


def test_only_who_signs_is_told_and_only_of_his_own(world: World) -> None:
    _, draft = laid(world)
    for actor in (world.expert, world.deputy, world.clerk, world.registrar, world.admin):
        with pytest.raises(Forbidden):
            letters.to_sign(actor)
        with pytest.raises(Forbidden):
            letters.sign_many(actor, [(draft, 1)])
    assert state(draft) == DraftState.TO_SIGN


def test_none_and_too_many_are_refused_whole(world: World) -> None:
    _, draft = laid(world)
    with pytest.raises(Invalid, match=r"letters\.bad-selection"):
        letters.sign_many(world.head, [])
    many = [(draft, 1), *((uuid4(), 1) for _ in range(MOST_TOGETHER))]
    with pytest.raises(Invalid, match=r"letters\.bad-selection"):
        letters.sign_many(world.head, many)
    assert state(draft) == DraftState.TO_SIGN
