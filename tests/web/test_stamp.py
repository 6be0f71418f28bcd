"""The stamp of a registered letter, for its paper."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pishkhan.kernel.jalali import to_jalali
from pishkhan.letters import api as letters
from tests.letters.world import World
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world() -> World:
    return World.make()


def test_the_stamp_tells_number_date_and_enclosures_and_no_person(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    view = letters.arrival(world.registrar, arrival)
    row = view.row
    assert view.registered_at is not None
    clerk = sit(world.registrar)
    at = reverse("secretariat:stamp", args=[arrival])
    assert at in text(clerk.get(reverse("secretariat:letter", args=[arrival])))
    label = text(clerk.get(at)).partition("<article")[2].partition("</article>")[0]
    assert 'class="sheet-label"' in label
    assert row.number_text in label
    assert "{:04}/{:02}/{:02}".format(*to_jalali(view.registered_at)) in label
    assert row.subject not in label
    assert row.applicant_name not in label
    assert row.tracking_code not in label
    drawn = clerk.get(reverse("secretariat:stamp-qr", args=[arrival]))
    assert drawn["Content-Type"] == "image/svg+xml"


def test_the_paper_that_was_chosen_stays(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    clerk = sit(world.registrar)
    at = reverse("secretariat:stamp", args=[arrival])
    assert 'class="sheet-a4"' in text(clerk.get(at + "?paper=a4"))
    assert 'class="sheet-a4"' in text(clerk.get(at))
    assert 'class="sheet-label"' in text(clerk.get(at + "?paper=huge"))


def test_without_a_number_there_is_no_stamp(world: World):
    _, arrival = world.arrive()
    clerk = sit(world.registrar)
    at = reverse("secretariat:stamp", args=[arrival])
    assert at not in text(clerk.get(reverse("secretariat:letter", args=[arrival])))
    assert clerk.get(at).status_code == 409
    assert clerk.get(at + "/qr").status_code == 409


def test_nobody_else_gets_the_stamp_of_a_letter(world: World):
    _, arrival = world.referred()
    for address in ("stamp", "stamp-qr"):
        at = reverse(f"secretariat:{address}", args=[arrival])
        assert sit(world.other_registrar).get(at).status_code == 404
        for stranger in (world.expert, world.clerk):
            assert sit(stranger).get(at).status_code in (302, 403)
