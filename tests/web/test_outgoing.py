"""Letters between agencies on the screens: written, signed, dispatched, registered, answered."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, Purpose
from tests.letters.test_begin_letter import GAS, POWER, WATER, gas, letter
from tests.letters.test_clearance import SECRET, Closed
from tests.letters.world import World, drain, refer
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)


def written(world: World, **changes: str) -> dict[str, str]:
    form = {
        "agency_id": str(world.other_agency),
        "agency": "برق",
        "recipient": "مدیرعامل محترم",
        "subject": "قطع <b>برق</b>",
        "body": "متن نامه",
        "urgency": "2",
        "link_relation": "follows",
        "link_number": "12",
        "link_year": "1404",
        "link_sender": POWER,
    }
    return form | changes


def test_a_letter_is_written_with_copies_signed_and_read_there():
    world = World.make()
    agency, third = gas(world)
    expert = sit(world.expert)
    assert reverse("cartable:write") in text(expert.get(reverse("cartable:open")))
    page = text(expert.get(reverse("cartable:write")))
    assert "جهت استحضار" in page
    copy = {"copy_0": str(agency), "copy_name_0": "گاز", "phrase_0": "جهت استحضار"}
    refused = expert.post(reverse("cartable:write"), written(world, subject="", **copy))
    assert refused.status_code == 422
    assert 'href="#id_subject"' in text(refused)
    assert f'value="{agency}"' in text(refused)  # what was chosen stays
    made = expert.post(reverse("cartable:write"), written(world, **copy))
    assert made.status_code == 302
    shown = text(expert.get(made["Location"]))
    assert POWER in shown
    assert GAS in shown
    assert "قطع &lt;b&gt;برق&lt;/b&gt;" in shown
    (row,) = letters.arrivals(world.registrar).rows
    refer(world.expert, row.id, world.deputy, Purpose.SIGNATURE)
    draft = letters.arrival(world.expert, row.id).drafts[0].id
    letters.initial(world.deputy, draft)
    refer(world.deputy, row.id, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    clerk = sit(world.registrar)
    listed = text(clerk.get(reverse("secretariat:to-dispatch")))
    assert POWER in listed
    assert clerk.post(reverse("secretariat:dispatch", args=[row.id, draft])).status_code == 302
    drain()
    own = text(clerk.get(reverse("secretariat:letter", args=[row.id])))
    number = letters.arrival(world.registrar, row.id).row.number_text
    assert "Letter dispatched with number" in own
    for actor in (world.other_registrar, third):
        (there,) = letters.arrivals(actor).rows
        client = sit(actor)
        arrived = text(client.get(reverse("secretariat:letter", args=[there.id])))
        assert WATER in arrived
        assert number in arrived
        assert "قطع &lt;b&gt;برق&lt;/b&gt;" in arrived
        assert "مدیرعامل محترم" in arrived
        assert reverse("secretariat:transfer", args=[there.id]) not in arrived
        assert client.post(reverse("secretariat:register", args=[there.id])).status_code == 302
    assert "جهت استحضار" in arrived
    drain()
    own = text(clerk.get(reverse("secretariat:letter", args=[row.id])))
    assert own.count("number there") == 2


def test_addressees_are_changed_in_place_before_the_signature():
    world = World.make()
    agency, _ = gas(world)
    made = letters.begin_letter(world.expert, letter(world))
    expert = sit(world.expert)
    at = reverse("cartable:address", args=[made])
    assert at in text(expert.get(reverse("cartable:letter", args=[made])))
    form = {"agency_id": str(agency), "agency": "گاز", "copy_0": str(world.other_agency)}
    assert expert.post(at, form | {"agency_id": str(world.agency)}).status_code == 422
    assert expert.post(at, form | {"copy_0": "", "copy_name_0": "چیزی"}).status_code == 422
    assert expert.post(at, form).status_code == 302
    shown = text(expert.get(reverse("cartable:letter", args=[made])))
    assert shown.index(GAS) < shown.index(POWER)


def test_its_text_and_the_line_over_it_are_amended():
    world = World.make()
    made = letters.begin_letter(world.expert, letter(world))
    draft = letters.arrival(world.expert, made).drafts[0].id
    expert = sit(world.expert)
    at = reverse("cartable:draft", args=[made, draft])
    assert 'name="recipient"' in text(expert.get(at))
    form = {"recipient": "ریاست محترم", "subject": "دوم", "body": "متن دوم"}
    assert expert.post(at, form).status_code == 302
    newest = letters.arrival(world.expert, made).drafts[0].versions[-1]
    assert (newest.recipient, newest.subject, newest.body) == ("ریاست محترم", "دوم", "متن دوم")
    shown = text(expert.get(reverse("cartable:letter", args=[made])))
    assert "Letter drafted, version 2" in shown
    assert "/remind" not in shown


def test_nobody_else_sees_the_letter_or_its_form():
    world = World.make()
    made = letters.begin_letter(world.expert, letter(world))
    form = {"agency_id": str(world.other_agency)}
    for stranger, desk in (
        (world.colleague, "cartable"),
        (world.other_registrar, "secretariat"),
        (world.other_head, "cartable"),
    ):
        client = sit(stranger)
        assert client.get(reverse(f"{desk}:letter", args=[made])).status_code == 404
        assert client.post(reverse(f"{desk}:address", args=[made]), form).status_code == 404
    assert sit(world.clerk).get(reverse("cartable:write")).status_code == 403
    assert Client().get(reverse("cartable:write")).status_code == 302
    assert letters.arrival(world.expert, made).row.state is ArrivalState.IN_PROGRESS


def test_the_administrator_sets_the_phrases():
    world = World.make()
    admin = sit(world.admin)
    at = reverse("admin:settings")
    assert "جهت استحضار" in text(admin.get(at))
    assert admin.post(at, {"phrases": " \n"}).status_code == 422
    assert admin.post(at, {"phrases": "جهت هماهنگی\nجهت هماهنگی\n جهت ثبت "}).status_code == 302
    assert letters.cc_phrases() == ("جهت هماهنگی", "جهت ثبت")
    page = text(sit(world.expert).get(reverse("cartable:write")))
    assert "جهت هماهنگی" in page
    assert "جهت استحضار" not in page


def test_the_class_is_offered_to_who_is_cleared_and_shown_on_the_letter():
    closed = Closed.make(World.make())
    world = closed.world
    form = written(world, classification="3", subject=SECRET)
    expert = sit(closed.expert, "fa")
    page = text(expert.get(reverse("cartable:write")))
    assert '<option value="3">' in page
    assert "به‌کلی سری" not in page
    for wrong in ("4", "9"):
        refused = expert.post(reverse("cartable:write"), form | {"classification": wrong})
        assert refused.status_code == 422
    made = expert.post(reverse("cartable:write"), form)
    assert "خیلی محرمانه" in text(expert.get(made["Location"]))
    listed = text(expert.get(reverse("cartable:open")))
    assert SECRET in listed
    assert "خیلی محرمانه" in listed
    refer_page = made["Location"] + "refer"
    to = {"to": [str(world.colleague.post_id)]}
    why = expert.post(refer_page, to)
    assert why.status_code == 409
    assert "صلاحیت" in text(why)
    # His clearance ends: the same browser sees nothing of it.
    assert closed.expert.user_id is not None
    (row,) = directory.clearances_of(SYSTEM, closed.expert.user_id)
    directory.end_clearance(SYSTEM, clearance_id=row.id)
    assert expert.get(made["Location"]).status_code == 404
    assert SECRET not in text(expert.get(reverse("cartable:open")))
    assert 'name="classification"' not in text(expert.get(reverse("cartable:write")))


def test_what_was_typed_of_a_class_is_not_shown_to_the_next_holder_of_the_seat():
    closed = Closed.make(World.make())
    expert = sit(closed.expert)
    form = written(closed.world, classification="3", subject=SECRET)
    expert.post(reverse("cartable:write-save"), form)
    assert SECRET in text(expert.get(reverse("cartable:write")))
    assert closed.expert.user_id is not None
    (row,) = directory.clearances_of(SYSTEM, closed.expert.user_id)
    directory.end_clearance(SYSTEM, clearance_id=row.id)
    assert SECRET not in text(expert.get(reverse("cartable:write")))
