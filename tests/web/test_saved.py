"""What a screen kept of typing is forgotten with its letter, and when nobody comes back to it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.urls import reverse

from pishkhan.kernel import clock
from pishkhan.letters import api as letters
from pishkhan.web.counter import kept
from pishkhan.web.letter import saved
from pishkhan.web.models import SavedForm
from tests.letters.world import World
from tests.web.desks import sit


def typed(world: World, arrival: UUID, draft: UUID | None = None) -> None:
    name = "cartable:draft-new-save" if draft is None else "cartable:draft-save"
    ids = (arrival,) if draft is None else (arrival, draft)
    sent = sit(world.expert).post(reverse(name, args=ids), {"subject": "پاسخ", "body": "متن"})
    assert sent.status_code == 200


def slots() -> set[str]:
    return set(SavedForm.objects.values_list("slot", flat=True))


def test_typing_for_a_letter_under_way_stays(world: World):
    _, arrival = world.referred()
    draft = letters.draft(world.expert, arrival, subject="پاسخ", body="متن")
    typed(world, arrival)
    typed(world, arrival, draft)
    assert saved.purge() == 0
    assert slots() == {str(arrival), str(draft)}


def test_typing_for_a_closed_letter_is_forgotten(world: World):
    _, arrival = world.referred()
    draft = letters.draft(world.expert, arrival, subject="پاسخ", body="متن")
    typed(world, arrival)
    typed(world, arrival, draft)
    letters.close(world.registrar, arrival, outcome="بایگانی شد.")
    assert saved.purge() == 2
    assert slots() == set()


def test_typing_for_an_answered_letter_is_forgotten_and_no_other(world: World):
    _, open_one = world.referred()
    typed(world, open_one)
    _, answered = world.referred()
    typed(world, answered)
    assert letters.settled({open_one, answered}) == frozenset()
    letters.close(world.registrar, answered, outcome="بایگانی شد.")
    assert letters.settled({open_one, answered}) == {answered}
    saved.purge()
    assert slots() == {str(open_one)}


def test_a_parked_letter_nobody_came_back_to_is_forgotten_after_a_month(world: World):
    kept.park(world.clerk, {"subject": "قدیمی"})
    with clock.use(clock.FakeClock(clock.current().now() + timedelta(days=29))):
        assert saved.purge() == 0
    with clock.use(clock.FakeClock(clock.current().now() + timedelta(days=31))):
        assert saved.purge() == 1
    assert kept.laid(world.clerk) == []
