"""Transfer to the competent agency: the secretariat's form, both agencies, counter, citizen."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState
from tests.letters.world import World, drain, national_id
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)

POWER = "شرکت توزیع نیروی برق استان"
WHY = "موضوع <b>برق</b> است"
SHOWN = "موضوع &lt;b&gt;برق&lt;/b&gt; است"


def test_the_form_finds_agencies_by_nickname_and_everybody_sees_where_it_went():
    world = World.make()
    accepted, arrival = world.arrive()
    clerk = sit(world.registrar)
    found = clerk.get(reverse("secretariat:agencies"), {"q": "برق"}).json()
    assert [(each["id"], each["hint"]) for each in found] == [(str(world.other_agency), "برق")]
    page = reverse("secretariat:letter", args=[arrival])
    at = reverse("secretariat:transfer", args=[arrival])
    assert at in text(clerk.get(page))
    refused = clerk.post(at, {"agency_id": "", "reason": WHY})
    assert refused.status_code == 422
    assert 'href="#id_transfer_agency"' in text(refused)
    assert SHOWN in text(refused)
    form = {"agency_id": str(world.other_agency), "agency": "برق", "reason": WHY}
    assert clerk.post(at, form).status_code == 302
    shown = text(clerk.get(page))
    assert POWER in shown
    assert at not in shown
    listed = text(clerk.get(reverse("secretariat:letters") + "?state=transferred"))
    assert POWER in listed
    drain()
    theirs = sit(world.other_registrar)
    (row,) = letters.arrivals(world.other_registrar).rows
    arrived = text(theirs.get(reverse("secretariat:letter", args=[row.id])))
    assert SHOWN in arrived
    assert "شرکت آب و فاضلاب استان" in arrived
    counter = text(sit(world.clerk).get(reverse("counter:letter", args=[accepted.letter_id])))
    note = counter.partition('id="moved"')[2].partition("</section>")[0]
    assert POWER in note
    assert SHOWN in note
    pair = {"code": accepted.tracking_code, "national_id": national_id(1)}
    citizen = text(Client().post(reverse("public:track"), pair, follow=True))  # in Persian
    assert "ارسال به دستگاه صالح" in citizen
    assert POWER in citizen
    assert "برق&lt;" not in citizen  # the reason is between offices


def test_a_loop_is_said_and_asks_for_a_tick():
    world = World.make()
    _, arrival = world.arrive()
    letters.transfer(world.registrar, arrival, agency_id=world.other_agency, reason="x")
    drain()
    (row,) = letters.arrivals(world.other_registrar).rows
    clerk = sit(world.other_registrar)
    at = reverse("secretariat:transfer", args=[row.id])
    form = {"agency_id": str(world.agency), "agency": "آبفا", "reason": "از آن شماست"}
    assert 'name="again"' not in text(clerk.get(reverse("secretariat:letter", args=[row.id])))
    warned = clerk.post(at, form)
    assert warned.status_code == 422
    assert 'name="again"' in text(warned)
    assert "already and passed it on" in text(warned)
    assert clerk.post(at, form | {"again": "1"}).status_code == 302
    drain()
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.ARRIVED


def test_nobody_else_sees_the_deed_or_does_it():
    world = World.make()
    _, arrival = world.arrive()
    form = {"agency_id": str(world.other_agency), "reason": "x"}
    for stranger in (world.other_registrar, world.expert):
        desk = "secretariat" if stranger is world.other_registrar else "cartable"
        answer = sit(stranger).post(reverse(f"{desk}:transfer", args=[arrival]), form)
        assert answer.status_code == 404
    assert letters.arrival(world.registrar, arrival).row.state is ArrivalState.ARRIVED
