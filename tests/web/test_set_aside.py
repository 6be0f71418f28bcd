"""A letter that is not registrable: the secretariat's form and list, the counter, the citizen."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState
from tests.letters.world import World, drain, national_id
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)


def test_the_reason_reaches_list_counter_and_citizen():
    world = World.make()
    accepted, arrival = world.arrive()
    clerk = sit(world.registrar)
    page = reverse("secretariat:letter", args=[arrival])
    at = reverse("secretariat:set-aside", args=[arrival])
    assert at in text(clerk.get(page))
    refused = clerk.post(at, {"reason": ""})
    assert refused.status_code == 422
    assert 'href="#id_aside_reason"' in text(refused)
    form = {"grounds": ["the pages cannot be read"], "reason": "صفحهٔ <b>دوم</b>"}
    assert clerk.post(at, form).status_code == 302
    said = "the pages cannot be read, صفحهٔ &lt;b&gt;دوم&lt;/b&gt;"
    shown = text(clerk.get(page))
    assert said in shown
    assert at not in shown
    listed = text(clerk.get(reverse("secretariat:letters") + "?state=set_aside"))
    assert said in listed
    assert said not in text(clerk.get(reverse("secretariat:letters")))
    drain()
    counter = sit(world.clerk)
    address = reverse("counter:letter", args=[accepted.letter_id])
    assert said in text(counter.get(address)).partition('id="aside"')[2].partition("</div>")[0]
    assert accepted.tracking_code in text(
        counter.get(reverse("counter:letters") + "?state=set_aside")
    ).replace("-", "")
    pair = {"code": accepted.tracking_code, "national_id": national_id(1)}
    citizen = text(Client().post(reverse("public:track"), pair, follow=True))  # in Persian
    assert said in citizen
    assert "دستگاه نامهٔ شما را ثبت نکرد" in citizen


def test_nobody_else_sees_the_deed_or_does_it():
    world = World.make()
    _, arrival = world.arrive()
    for stranger in (world.other_registrar, world.expert):
        desk = "secretariat" if stranger is world.other_registrar else "cartable"
        answer = sit(stranger).post(reverse(f"{desk}:set-aside", args=[arrival]), {"reason": "x"})
        assert answer.status_code == 404
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.ARRIVED
