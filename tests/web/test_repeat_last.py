"""Repeat last, what is parked told apart, and a key card that can't go stale."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.web.context import RAILS
from pishkhan.web.counter.keycard import KEYS
from tests.letters.world import World, national_id
from tests.web.desks import sit, text
from tests.web.test_counter_main_job import accepted

HOME = "counter:accept"


def value(page: str, name: str) -> str:
    found = re.search(rf'<input[^>]*\bvalue="([^"]*)"[^>]*\bname="{name}"', page) or re.search(
        rf'<input[^>]*\bname="{name}"[^>]*\bvalue="([^"]*)"', page
    )
    assert found is not None, name
    return found[1]


def test_the_same_person_goes_on_with_the_next_letter(world: World):
    clerk = sit(world.clerk)
    letter = accepted(world, clerk)
    assert 'value="person"' in text(clerk.get(reverse("counter:receipt", args=(letter,))))
    done = clerk.post(reverse("counter:repeat", args=(letter,)), {"what": "person"})
    assert done["Location"].startswith(f"{reverse(HOME)}?letter=")
    page = text(clerk.get(done["Location"]))
    told = [value(page, name) for name in ("number", "name", "mobile", "subject", "agency_id")]
    assert told == [national_id(1), "فرد نمونه", "09121234567", "", ""]
    assert re.search(r'id="id_agency"[^>]*autofocus', page)
    second = accepted(
        world,
        clerk,
        **{name: value(page, name) for name in ("nonce", "tab", "version")},
        subject="وام اشتغال",
    )
    assert second != letter


def test_the_same_letter_goes_on_with_another_person(world: World):
    clerk = sit(world.clerk)
    letter = accepted(world, clerk, body="متن تایپی")
    clerk.post(reverse("counter:repeat", args=(letter,)), {"what": "letter"})
    page = text(clerk.get(reverse(HOME)))
    told = [value(page, name) for name in ("number", "name", "mobile", "subject", "agency_id")]
    assert told == ["", "", "", "قطعی آب شرب روستا", str(world.agency)]
    assert "متن تایپی" in page
    assert value(page, "pages") == "[]"


def test_what_was_in_hand_is_parked_and_told_apart_by_whose_it_is(world: World):
    clerk = sit(world.clerk)
    letter = accepted(world, clerk)
    clerk.post(reverse("counter:save"), {"subject": "درخواست", "name": "مینا نمونه"})
    clerk.post(reverse("counter:repeat", args=(letter,)), {"what": "letter"})
    shown = text(clerk.get(reverse("counter:parked")))
    assert "درخواست · م••• نمونه" in shown
    assert "مینا" not in shown


def test_only_the_last_letter_of_this_session_is_repeated_and_not_for_long(world: World):
    clerk = sit(world.clerk)
    first = accepted(world, clerk)
    last = accepted(world, clerk, subject="وام اشتغال")
    address = reverse("counter:repeat", args=(first,))
    assert clerk.post(address, {"what": "person"}).status_code == 409
    assert 'value="person"' not in text(clerk.get(reverse("counter:receipt", args=(first,))))
    # A colleague sees the letter; the person's name and number are not opened to him so.
    colleague = sit(world.second_clerk)
    address = reverse("counter:repeat", args=(last,))
    assert colleague.post(address, {"what": "person"}).status_code == 409
    assert national_id(1) not in text(colleague.get(reverse(HOME)))
    assert sit(world.other_clerk).post(address, {"what": "person"}).status_code == 404
    with clock.use(FakeClock(clock.current().now() + timedelta(minutes=31))):
        assert clerk.post(address, {"what": "person"}).status_code == 409


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_key_card_shows_the_rail_and_every_key_that_the_pages_declare(
    world: World, language: str
):
    clerk = sit(world.clerk, language)
    card = text(clerk.get(reverse("counter:key-card")))
    assert "sheet-a5" in card
    for label, _name, key, _icon in RAILS["counter"]:
        assert f'<kbd class="kbd">{key}</kbd>' in card
        assert str(label)
    letter = accepted(world, clerk)
    listed = {key for _title, keys in KEYS for key, _words in keys}
    rail = {key for _label, _name, key, _icon in RAILS["counter"]}
    pages = [HOME, "counter:hand-over"]
    shown = "".join(text(clerk.get(reverse(name))) for name in pages)
    shown += text(clerk.get(reverse("counter:receipt", args=(letter,))))
    declared = {key for keys in re.findall(r'data-key="([^"]+)"', shown) for key in keys.split(" ")}
    one_page = {"R", "Delete", "ArrowLeft", "ArrowRight", "Ctrl+Z", "Ctrl+P", "Escape", "E"}
    assert declared - rail - listed - one_page == set()
    assert listed - declared - rail <= {"Esc", "F9"}
