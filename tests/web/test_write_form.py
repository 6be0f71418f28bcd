"""The form of a letter to an agency: it keeps itself, and has places for twenty copies."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from pishkhan.letters import api as letters
from tests.letters.test_begin_letter import gas
from tests.letters.world import World
from tests.web.desks import sit, text
from tests.web.test_outgoing import written

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_is_typed_comes_back_until_it_is_sent_or_given_up():
    world = World.make()
    agency, _ = gas(world)
    expert = sit(world.expert)
    form, save = reverse("cartable:write"), reverse("cartable:write-save")
    assert save in text(expert.get(form))
    typed = written(world) | {"copy_6": str(agency), "copy_name_6": "گاز نمونه", "stray": "x"}
    assert "Draft saved at" in text(expert.post(save, typed))
    shown = text(expert.get(form))
    for words in ("What you typed before is here again.", "متن نامه", "گاز نمونه", str(agency)):
        assert words in shown
    assert "متن نامه" not in text(sit(world.colleague).get(form))
    discard = reverse("cartable:write-discard")
    assert discard in shown
    assert expert.post(discard)["Location"] == form
    assert "متن نامه" not in text(expert.get(form))
    expert.post(save, typed)
    assert expert.post(form, typed).status_code == 302
    assert "متن نامه" not in text(expert.get(form))
    # An emptied form is forgotten, not kept empty.
    expert.post(save, typed)
    expert.post(save, {"urgency": "2"})
    assert discard not in text(expert.get(form))


def test_nobody_without_a_post_keeps_or_gives_up_anything():
    world = World.make()
    for stranger in (world.clerk, world.admin):
        for name in ("write-save", "write-discard"):
            assert sit(stranger).post(reverse(f"cartable:{name}")).status_code == 403


def test_there_are_places_for_all_copies_that_a_letter_may_have():
    world = World.make()
    agency, _ = gas(world)
    expert = sit(world.expert)
    form = reverse("cartable:write")
    shown = text(expert.get(form))
    assert 'name="copy_19"' in shown
    assert 'name="copy_20"' not in shown
    assert shown.count("More copies") == 4
    main = shown[shown.index('id="write"') :]
    assert main.count("<details") == main.count("</details>")
    # A refused form opens the places that were filled.
    last = {"copy_17": str(agency), "copy_name_17": "گاز"}
    again = text(expert.post(form, written(world, subject="") | last))
    assert len(re.findall(r"<details[^>]* open>", again)) >= 5
    assert expert.post(form, written(world) | last).status_code == 302
    (row,) = letters.arrivals(world.registrar).rows
    official = letters.arrival(world.expert, row.id).official
    assert official is not None
    assert official.addressees[1].agency_id == agency
