"""The office chief's cartable and the one press of his superior, on the screens."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.kernel import clock
from pishkhan.letters import api as letters
from tests.letters.test_stand_ins import name, seated
from tests.letters.world import NOON, World
from tests.web.desks import sit, text


@pytest.fixture
def world(transactional_db) -> Iterator[World]:
    with clock.use(clock.FakeClock(NOON)):
        yield World.make()


def chief(world: World) -> Client:
    return sit(seated(world.colleague, name(world, StandInKind.CHIEF, world.head, world.colleague)))


def order(world: World) -> dict[str, str]:
    post = str(world.expert.post_id)
    return {"to": post, f"purpose-{post}": "action", "instruction": "بررسی شود."}


def test_the_chief_prepares_and_the_superior_confirms_at_one_press(world: World):
    _, arrival = world.referred(to=world.head)
    browser = chief(world)
    page = text(browser.get(f"/cartable/letters/{arrival}/"))
    assert "Prepare and next" in page
    assert "office chief of" in page
    assert "sign-form" not in page
    assert f'action="{reverse("cartable:refer", args=[arrival])}"' not in page
    sent = browser.post(reverse("cartable:prepare", args=[arrival]), order(world))
    assert sent.status_code == 302
    superior = sit(world.head)
    assert "order prepared" in text(superior.get("/cartable/"))
    page = text(superior.get(f"/cartable/letters/{arrival}/"))
    [waiting] = letters.arrival(world.head, arrival).prepared
    confirm = reverse("cartable:confirm-prepared", args=[arrival, waiting.id])
    assert confirm in page
    assert "بررسی شود." in page
    assert superior.post(confirm).status_code == 302
    [row] = letters.cartable(world.expert, folder="open").rows
    assert row.instruction == "بررسی شود."
    assert "Prepared order" not in text(superior.get(f"/cartable/letters/{arrival}/"))


def test_the_chief_confirms_refers_and_signs_nothing(world: World):
    _, arrival = world.referred(to=world.head)
    browser = chief(world)
    browser.post(reverse("cartable:prepare", args=[arrival]), order(world))
    [waiting] = letters.arrival(world.head, arrival).prepared
    page = text(browser.get(f"/cartable/letters/{arrival}/"))
    confirm = reverse("cartable:confirm-prepared", args=[arrival, waiting.id])
    assert confirm not in page
    assert browser.post(confirm).status_code == 403
    assert browser.post(reverse("cartable:refer", args=[arrival]), order(world)).status_code == 403
    assert browser.get(reverse("cartable:together")).status_code == 403
    assert letters.cartable(world.expert, folder="open").rows == ()
    drop = reverse("cartable:drop-prepared", args=[arrival, waiting.id])
    assert browser.post(drop).status_code == 302
    assert letters.arrival(world.head, arrival).prepared == ()


def test_what_was_wrong_is_said_and_kept(world: World):
    _, arrival = world.referred(to=world.head)
    given = {"instruction": "بررسی شود.", "deadline": "1300/01/01"}
    answer = chief(world).post(reverse("cartable:prepare", args=[arrival]), given)
    assert answer.status_code == 422
    assert "بررسی شود." in text(answer)


def test_the_chief_puts_a_letter_first(world: World):
    first = world.referred(to=world.head)[1]
    world.referred(to=world.head)
    browser = chief(world)
    page = text(browser.get(f"/cartable/letters/{first}/"))
    [referral] = letters.arrival(world.head, first).referrals
    lift = reverse("cartable:lift", args=[first, referral.id])
    assert lift in page
    assert browser.post(lift).status_code == 302
    assert letters.cartable(world.head, folder="open").rows[0].arrival_id == first
