"""Circulars on the screens: written to a group, noted by ticks, followed and taken out."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import UUID
from zipfile import ZipFile

import pytest
from django.urls import reverse

from pishkhan.directory.contracts import Actor
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.letters import api as letters
from tests.letters.circular import SUBJECT, branches, came, sent
from tests.letters.world import NOON, World, drain
from tests.web.desks import sit, text

pytestmark = pytest.mark.django_db(transaction=True)


def listed(actor: Actor, desk: str = "secretariat", of: str = "") -> str:
    return text(sit(actor).get(reverse(f"{desk}:circulars") + (f"?of={of}" if of else "")))


def test_a_circular_is_written_to_a_group_and_nothing_of_one_agency_is_asked():
    world = World.make()
    form = reverse("cartable:write")
    expert = sit(world.expert)
    assert "?to=many" not in text(expert.get(form))  # nobody lies below
    branches(world)
    assert "?to=many" in text(expert.get(form))
    page = text(expert.get(f"{form}?to=many"))
    assert 'name="agency_id"' not in page
    assert "3 bodies" in page
    given = {"to": "many", "recipient": "مدیران محترم", "subject": SUBJECT, "body": "متن بخشنامه"}
    assert "Draft saved" in text(expert.post(reverse("cartable:write-save"), given))
    assert "متن بخشنامه" in text(expert.get(f"{form}?to=many"))
    assert "متن بخشنامه" not in text(expert.get(form))
    refused = expert.post(form, given | {"bodies": "below:1"})
    assert refused.status_code == 422
    assert 'href="#id_bodies"' in text(refused)
    made = expert.post(form, given | {"bodies": f"below:{world.agency}"})
    assert made.status_code == 302
    shown = text(expert.get(made["Location"]))
    assert "3 bodies" in shown
    assert "Change the addressees" not in shown


def test_the_list_leads_to_writing_one_or_says_who_writes_them():
    world = World.make()
    assert "Circulars are written by agencies with other" in listed(world.expert, "cartable")
    branches(world)
    write = reverse("cartable:write") + "?to=many"
    assert listed(world.expert, "cartable").count(write) == 1
    assert listed(world.expert, "cartable", of="sent").count(write) == 2  # also where it is empty
    assert "Circulars are written by" not in listed(world.registrar)
    assert listed(world.registrar).count(reverse("secretariat:write") + "?to=many") == 1


def test_note_is_taken_of_many_at_one_press_and_of_one_on_its_page():
    world = World.make()
    first, second, _third = branches(world)
    sent(world)
    sent(world)
    ids = [str(row.id) for row in letters.arrivals(first.clerk).rows]
    page = listed(first.clerk)
    assert page.count(SUBJECT) == 4  # a line and its box each
    browser = sit(first.clerk)
    told = text(
        browser.post(reverse("secretariat:circulars"), {"letter": [*ids, "x"]}, follow=True)
    )
    assert "Note is taken of 2 circulars" in told
    assert "No circular waits" in told
    assert "دبیر ازنا" in listed(first.clerk, of="noted")
    nothing = browser.post(reverse("secretariat:circulars"), {"letter": ids}, follow=True)
    assert "Tick the circulars" in text(nothing)
    one = came(second.clerk)
    browser = sit(second.clerk)
    assert "Take note" in text(browser.get(reverse("secretariat:letter", args=[one])))
    done = browser.post(reverse("secretariat:acknowledge", args=[one]), follow=True)
    assert "Noted by" in text(done)


def sheet_of(world: World, made: UUID) -> str:
    answer = sit(world.registrar).post(reverse("secretariat:circular-export", args=[made]))
    with ZipFile(BytesIO(b"".join(answer.streaming_content))) as book:  # type: ignore[attr-defined]  # it is streamed
        return "".join(book.read(name).decode() for name in book.namelist() if "xml" in name)


def test_the_sender_sees_who_has_not_with_days_and_reminds_them_at_one_press():
    world = World.make()
    # The province is of the day of the run: whoever sits there sits there from then on.
    now = FakeClock(NOON + timedelta(weeks=520))
    with clock.use(now):
        first, second, _third = branches(world)
        made = sent(world)
        letters.acknowledge(first.clerk, came(first.clerk))
        drain()
        now.advance(timedelta(days=2))
        assert "1 of 3" in listed(world.expert, "cartable", "sent")
        browser = sit(world.registrar)
        address = reverse("secretariat:circular", args=[made])
        page = text(browser.get(address))
        assert "1 of 3 have taken note" in page
        assert "آبفای بروجرد" in page
        assert "آبفای ازنا" not in page
        assert '<td class="nowrap">2 days</td>' in page
        assert "دبیر ازنا" in text(browser.get(f"{address}?of=noted"))
        remind = reverse("secretariat:circular-remind", args=[made])
        assert "2 bodies are reminded" in text(browser.post(remind, follow=True))
        again = text(browser.post(remind, follow=True))
        assert "reminded today already" in again
        assert "Remind all who have not" not in again
        drain()
        assert "Reminded" in listed(second.clerk)
        found = sheet_of(world, made)
        assert "دبیر ازنا" in found
        assert "آبفای دورود" in found
