"""Enclosures at the desk: taken in the form of the letter, changed on a page of their own."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from pishkhan.letters import api as letters
from tests.letters.test_begin_letter import there
from tests.letters.test_covers import signed
from tests.letters.world import World, drain, page
from tests.web.desks import sit, text
from tests.web.test_counter_main_job import upload
from tests.web.test_outgoing import written
from tests.web.test_paper import bare
from tests.web.test_paper_sent import words

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_letter_is_written_with_enclosures_which_are_changed_on_their_page():
    world = World.make()
    expert = sit(world.expert)
    form = reverse("cartable:write")
    assert "data-capture" in text(expert.get(form))
    sent = upload(expert)
    given = written(world) | {"pages": json.dumps([sent])}
    expert.post(reverse("cartable:write-save"), given)
    assert sent["digest"] in text(expert.get(form))  # kept while it is typed
    made = expert.post(form, given)
    assert made.status_code == 302
    (row,) = letters.arrivals(world.registrar).rows
    assert len(letters.arrival(world.expert, row.id).pages) == 1
    at = reverse("cartable:enclose", args=[row.id])
    assert at in text(expert.get(made["Location"]))
    assert 'name="drop" value="1"' in text(expert.get(at))
    assert expert.post(at, {"drop": "1", "pages": json.dumps([upload(expert)])}).status_code == 302
    assert [each.seq for each in letters.arrival(world.expert, row.id).pages] == [2]
    shown = expert.get(reverse("cartable:page", args=[row.id, 2]))
    assert shown.status_code == 200
    # Somebody else's upload is no file of mine, and a stranger has no such page.
    theirs = json.dumps([upload(sit(world.colleague))])
    other = {**json.loads(theirs)[0], "digest": "0" * 64}
    assert expert.post(at, {"pages": json.dumps([other])}).status_code == 422
    assert sit(world.colleague).get(at).status_code == 404
    assert sit(world.colleague).post(at, {"drop": "2"}).status_code == 404
    draft = letters.arrival(world.expert, row.id).drafts[0].id
    paper = words(expert.get(reverse("cartable:paper", args=[row.id, draft])))
    assert bare("دارد") in paper


def test_they_are_read_where_the_letter_arrives_and_stay_once_signed():
    world = World.make()
    made, draft = signed(world, enclosures=(page("one"),))
    head = sit(world.head)
    at = reverse("cartable:enclose", args=[made])
    assert at not in text(head.get(reverse("cartable:letter", args=[made])))
    assert head.get(at).status_code == 409
    letters.dispatch(world.registrar, draft)
    drain()
    view = there(world.other_registrar)
    clerk = sit(world.other_registrar)
    shown = text(clerk.get(reverse("secretariat:letter", args=[view.row.id])))
    its = reverse("secretariat:page", args=[view.row.id, 1])
    assert its in shown
    assert clerk.get(its).status_code == 200
    assert sit(world.registrar).get(its).status_code == 404
