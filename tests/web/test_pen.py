"""Writing on a page by pen, at the cartable: its form, what is refused, who sees what came."""

from __future__ import annotations

import json
from uuid import UUID

import pytest
from django.urls import reverse

from pishkhan.letters import api as letters
from tests.letters.world import World
from tests.web.desks import sit, text

STROKES = json.dumps([[[100, 200], [150, 260]]])


def at(arrival: UUID, name: str = "write-on-page") -> str:
    return reverse(f"cartable:{name}", args=[arrival])


def test_what_was_written_is_drawn_with_who_and_when(world: World):
    _, arrival = world.referred(to=world.head)
    head = sit(world.head)
    page = letters.arrival(world.head, arrival).pages[0]
    shown = text(head.get(at(arrival, "letter")))
    assert f'data-digest="{page.digest}"' in shown
    assert "data-pen-form" in shown
    sent = {"seq": "1", "leaf": "1", "digest": page.digest, "strokes": STROKES}
    done = head.post(at(arrival) + "?in=open", sent)
    assert done["Location"] == at(arrival, "letter") + "?in=open"
    told = f"Written by pen by \u2068{world.head.post_title}\u2069"
    assert told in text(head.get(at(arrival, "letter")))
    read = text(sit(world.registrar).get(reverse("secretariat:letter", args=[arrival])))
    assert told in read
    assert '{"1-1": [[[100, 200], [150, 260]]]}' in read
    assert "data-pen-form" not in read


@pytest.mark.parametrize(
    "strokes",
    ["", "[[[NaN,1]]]", "[[[1e999,1]]]", "[" * 70_000, "[[[1,2]]]," * 9_000, "{}", "\u0660"],
)
def test_rubbish_is_refused_in_plain_words(world: World, strokes: str):
    _, arrival = world.referred(to=world.head)
    page = letters.arrival(world.head, arrival).pages[0]
    sent = {"seq": "1", "leaf": "1", "digest": page.digest, "strokes": strokes}
    refused = sit(world.head).post(at(arrival), sent)
    assert refused.status_code == 422
    assert "letters.bad-strokes" in text(refused)
    for where in ({"seq": "x"}, {"leaf": "-1"}, {"seq": "9" * 99}):
        lost = sit(world.head).post(at(arrival), sent | {"strokes": STROKES} | where)
        assert lost.status_code == 404
    assert letters.arrival(world.head, arrival).pen_notes == ()
