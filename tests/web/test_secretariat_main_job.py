"""The agency's half of the main job through the screens: register, refer, answer, dispatch."""

from __future__ import annotations

import re
from uuid import UUID

import pytest
from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState
from tests.letters.world import World, drain
from tests.web.desks import sit, text


def at(desk: str, name: str, *ids: UUID) -> str:
    return reverse(f"{desk}:{name}", args=ids)


@pytest.mark.parametrize("language", ["fa", "en"])
def test_a_letter_goes_through_the_screens_to_its_answer(world: World, language: str):
    accepted, arrival = world.arrive()
    clerk = sit(world.registrar, language)
    assert str(arrival) in text(clerk.get(reverse("secretariat:arrivals")))
    assert clerk.get(at("secretariat", "letter", arrival)).status_code == 200
    done = clerk.post(at("secretariat", "register", arrival) + "?in=arrived")
    assert done.status_code == 302
    assert done["Location"].endswith(f"{arrival}/?in=arrived#refer")
    to = str(world.expert.post_id)
    page = text(clerk.get(at("secretariat", "letter", arrival)))
    assert f'value="{to}"' in page
    clerk.post(
        at("secretariat", "refer", arrival),
        {"to": to, f"purpose-{to}": "action", "phrase": "Act.", "deadline-in": "7"},
    )
    drain()

    expert = sit(world.expert, language)
    folder = text(expert.get(reverse("cartable:open")))
    assert str(arrival) in folder
    assert "is-new" in folder
    assert "Act." in text(expert.get(at("cartable", "letter", arrival) + "?in=open"))
    assert "is-new" not in text(expert.get(reverse("cartable:open")))
    assert expert.get(at("cartable", "draft-new", arrival)).status_code == 200
    expert.post(at("cartable", "draft-new", arrival), {"subject": "پاسخ", "body": "تعمیر می‌شود."})
    [draft] = letters.arrival(world.expert, arrival).drafts
    expert.post(at("cartable", "offer", arrival), {"to": str(world.deputy.post_id)})

    deputy = sit(world.deputy, language)
    assert str(arrival) in text(deputy.get(reverse("cartable:to-sign")))
    deputy.post(at("cartable", "initial", arrival, draft.id), {"version": "1"})
    deputy.post(at("cartable", "offer", arrival), {"to": str(world.head.post_id)})

    head = sit(world.head, language)
    page = text(head.get(at("cartable", "letter", arrival) + "?in=to_sign"))
    assert "تعمیر می‌شود." in page
    head.post(at("cartable", "sign", arrival, draft.id), {"version": "1"})

    assert "پاسخ" in text(clerk.get(reverse("secretariat:to-dispatch")))
    done = clerk.post(
        at("secretariat", "dispatch", arrival, draft.id), {"to_list": "1"}, follow=True
    )
    assert re.search("1405/2|۱۴۰۵/۲", text(done))
    assert "قطعی آب شرب روستا" in text(done)  # it is told of which letter, and printed from there
    assert at("secretariat", "paper", arrival, draft.id) in text(done)
    drain()
    view = letters.arrival(world.registrar, arrival)
    assert view.row.state is ArrivalState.ANSWERED
    assert letters.submission(world.clerk, accepted.letter_id).answer is not None
    for browser, desk in ((clerk, "secretariat"), (head, "cartable"), (expert, "cartable")):
        assert browser.get(at(desk, "letter", arrival)).status_code == 200
