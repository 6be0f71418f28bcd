"""Phrases and groups at the desks: kept in one place, there where a letter is referred."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Purpose, Receiver
from tests.letters.world import World
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return World.make()


def group(world: World) -> UUID:
    assert world.expert.post_id is not None
    assert world.colleague.post_id is not None
    return letters.keep_group(
        world.deputy,
        name="گروه شبکه",
        members=[
            Receiver(world.colleague.post_id, Purpose.OPINION),
            Receiver(world.expert.post_id),
        ],
    )


def test_phrases_are_kept_one_a_line_and_offered_on_the_letter(world: World):
    deputy = sit(world.deputy)
    here = reverse("cartable:ready")
    answer = deputy.post(reverse("cartable:ready-phrases"), {"phrases": "بررسی کنید\r\nفوری"})
    assert answer["Location"] == here
    assert "بررسی کنید\nفوری" in text(deputy.get(here))
    _, arrival = world.referred(to=world.deputy)
    page = text(deputy.get(reverse("cartable:letter", args=[arrival])))
    assert 'value="بررسی کنید"' in page
    assert "Prepare a suitable answer." not in page  # what every office begins with
    bad = deputy.post(reverse("cartable:ready-phrases"), {"phrases": "x" * 300})
    assert bad.status_code == 422
    assert "x" * 300 in text(bad)


def test_a_group_is_made_changed_and_dropped_at_the_desk(world: World):
    deputy = sit(world.deputy)
    form = reverse("cartable:group-new")
    assert world.expert.post_title in text(deputy.get(form))
    expert = str(world.expert.post_id)
    bad = deputy.post(form, {"name": "", "to": expert})
    assert bad.status_code == 422
    assert f'value="{expert}" id="to-{expert}" checked' in text(bad)
    made = deputy.post(form, {"name": "گروه", "to": expert, f"purpose-{expert}": "opinion"})
    assert made["Location"] == reverse("cartable:ready")
    (found,) = letters.ready(world.deputy).groups
    assert found.members[0].purpose is Purpose.OPINION
    its = reverse("cartable:group", args=[found.id])
    assert "گروه" in text(deputy.get(its))
    stranger = sit(world.head)
    assert stranger.get(its).status_code == 403
    assert stranger.post(its, {"name": "x", "to": expert}).status_code == 403
    deputy.post(reverse("cartable:group-drop", args=[found.id]))
    assert letters.ready(world.deputy).groups == ()


def test_a_group_alone_is_enough_to_refer(world: World):
    chosen = group(world)
    _, arrival = world.referred(to=world.deputy)
    [mine] = letters.open_arrival(world.deputy, arrival).referrals
    deputy = sit(world.deputy)
    page = text(deputy.get(reverse("cartable:letter", args=[arrival])))
    assert "گروه شبکه" in page
    sent = deputy.post(
        reverse("cartable:refer", args=[arrival]),
        {"group": str(chosen), "parent": str(mine.id), "phrase": "Prepare a suitable answer."},
    )
    assert sent.status_code == 302
    made = letters.arrival(world.deputy, arrival).referrals[1:]
    assert [(r.to_post_id, r.purpose, r.principal) for r in made] == [
        (world.colleague.post_id, Purpose.OPINION, False),
        (world.expert.post_id, Purpose.ACTION, True),
    ]


def test_the_principal_actor_is_asked_for_when_several_act(world: World):
    _, arrival = world.referred(to=world.deputy)
    deputy = sit(world.deputy)
    to = [str(world.expert.post_id), str(world.colleague.post_id)]
    here = reverse("cartable:refer", args=[arrival])
    refused = deputy.post(here, {"to": to})
    assert refused.status_code == 422
    assert "say who of them is the principal actor" in text(refused)
    assert deputy.post(here, {"to": to, "principal": to[1]}).status_code == 302
    made = letters.arrival(world.deputy, arrival).referrals[1:]
    assert [r.principal for r in made] == [False, True]
    assert "for action, principal actor" in text(
        deputy.get(reverse("cartable:letter", args=[arrival]))
    )


def test_the_administrator_keeps_the_offices_lists(world: World):
    admin = sit(world.admin)
    at = reverse("admin:ready", args=[world.agency])
    assert at in text(admin.get(reverse("admin:agency", args=[world.agency])))
    admin.post(reverse("admin:ready-phrases", args=[world.agency]), {"phrases": "از اداره"})
    form = reverse("admin:ready-group-new", args=[world.agency])
    head, expert = str(world.head.post_id), str(world.expert.post_id)
    assert world.registrar.post_title in text(admin.get(form))
    done = admin.post(
        form, {"name": "مدیران", "to": [head, expert], f"purpose-{head}": "information"}
    )
    assert done["Location"] == at
    page = text(sit(world.registrar).get(reverse("secretariat:ready")))
    assert "از اداره" in page
    assert "مدیران" in page
    (found,) = letters.ready_of_office(world.admin, world.agency).groups
    its = reverse("admin:ready-group", args=[world.agency, found.id])
    assert "مدیران" in text(admin.get(its))
    assert sit(world.head).get(at).status_code == 403
    assert sit(world.head).post(its, {"name": "x", "to": expert}).status_code == 403
    admin.post(reverse("admin:ready-group-drop", args=[world.agency, found.id]))
    assert "مدیران" not in text(admin.get(at))
