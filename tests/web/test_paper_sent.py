"""The paper of letters at the desks: who gets it, with which motto and picture."""

from __future__ import annotations

import io
from typing import Any
from unittest import mock

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from PIL import Image

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.kernel import jalali
from pishkhan.kernel.errors import Invalid, Unavailable
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.web.paper import letter as paper
from tests.letters import hostile
from tests.letters.test_begin_letter import BODY, WATER, sent, there
from tests.letters.world import World, national_id
from tests.web.desks import sit, text
from tests.web.test_paper import bare, pages

pytestmark = pytest.mark.django_db(transaction=True)


def words(answer: Any) -> str:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    assert "no-store" in answer["Cache-Control"]
    return "".join(pages(answer.content))


def test_a_letter_is_printed_where_it_was_written_and_where_it_came() -> None:
    world = World.make()
    made = sent(world)
    draft = letters.arrival(world.registrar, made).drafts[0].id
    theirs = there(world.other_registrar).row.id
    at = reverse("secretariat:paper", args=[made, draft])
    came = reverse("secretariat:paper-in", args=[theirs])
    clerk, other = sit(world.registrar), sit(world.other_registrar)
    assert at in text(clerk.get(reverse("secretariat:letter", args=[made])))
    assert came in text(other.get(reverse("secretariat:letter", args=[theirs])))
    own = words(clerk.get(at))
    for said in (WATER, BODY.split("\n")[0], "مدیرعامل", "عادی", "کلید"):
        assert bare(said) in own
    assert bare("پیش‌نویس") not in own
    assert words(other.get(came)) == own  # the same paper on either side
    # Neither gets the other's, and a letter written here did not come here.
    assert other.get(at).status_code == clerk.get(came).status_code == 404
    assert clerk.get(reverse("secretariat:paper-in", args=[made])).status_code == 404
    assert clerk.get(reverse("secretariat:paper", args=[made, new_id()])).status_code == 404
    assert Client().get(at).status_code == 302


def test_an_answer_is_printed_at_the_counter_for_whoever_proved_the_pair() -> None:
    world = World.make()
    accepted, arrival = world.answered()
    answer = letters.submission(world.clerk, accepted.letter_id).answers[0].id
    at = reverse("counter:answer-pdf", args=[accepted.letter_id, answer])
    clerk = sit(world.clerk)
    assert clerk.get(at)["Location"] == reverse("counter:hand-over")  # the pair comes first
    pair = {"code": accepted.tracking_code, "national_id": national_id(1)}
    shown = clerk.post(reverse("counter:hand-over"), pair, follow=True)
    assert at in text(shown)
    said = words(clerk.get(at))
    assert bare(WATER) in said
    assert bare("طبقه‌بندی") not in said  # a citizen's letter has no class
    assert sit(world.other_clerk).get(at).status_code == 404
    draft = letters.arrival(world.registrar, arrival).drafts[0].id
    own = words(sit(world.registrar).get(reverse("secretariat:paper", args=[arrival, draft])))
    assert bare("پیش‌نویس") not in own


def test_a_draft_is_marked_until_it_has_gone_out() -> None:
    world = World.make()
    _, arrival = world.referred()
    draft = letters.draft(world.expert, arrival, subject="پاسخ", body="متن **مهم**")
    at = reverse("cartable:paper", args=[arrival, draft])
    said = words(sit(world.expert).get(at))
    assert bare("پیش‌نویس") in said
    assert bare("متن مهم") in said
    assert sit(world.colleague).get(at).status_code == 404
    shown = text(sit(world.expert).get(reverse("cartable:letter", args=[arrival])))
    assert "<strong>مهم</strong>" in shown
    with mock.patch.object(paper, "typeset", side_effect=Unavailable("web.paper-failed")):
        assert sit(world.expert).get(at).status_code == 503


def test_a_letter_bears_the_motto_of_its_day() -> None:
    world = World.make()
    admin = sit(world.admin)
    settings = reverse("admin:settings")
    for motto, day in (("شعار کهن", "1405/01/01"), ("شعار تازه", "1406/01/01")):
        assert admin.post(settings, {"motto": motto, "from_day": day}).status_code == 302
    # Said again for the same day, the later word holds.
    admin.post(settings, {"motto": "شعار درست", "from_day": "1405/01/01"})
    assert admin.post(settings, {"motto": "x" * 121, "from_day": ""}).status_code == 422
    shown = text(admin.get(settings))
    assert shown.index("شعار تازه") < shown.index("شعار درست")
    sent(world)
    view = there(world.other_registrar)
    assert view.official is not None
    assert view.official.dispatched_at is not None
    for at, motto in (
        (view.official.dispatched_at, "شعار درست"),
        (jalali.day_bounds(jalali.parse_date("1406/02/01"))[0], "شعار تازه"),
    ):
        assert directory.setting(paper.MOTTO, at=at) == motto
    said = words(
        sit(world.other_registrar).get(reverse("secretariat:paper-in", args=[view.row.id]))
    )
    assert bare("شعار درست") in said


def test_an_agency_has_its_picture_at_the_head() -> None:
    world = World.make()
    admin = sit(world.admin)
    at = reverse("admin:agency-change", args=[world.agency, "letterhead"])
    shown = reverse("admin:logo", args=[world.agency])
    assert admin.get(shown).status_code == 404
    for wrong in (b"", b"GIF89a", hostile.png(60_000, 60_000), hostile.scan()[:200]):
        file = SimpleUploadedFile("logo.png", wrong, "image/png")
        assert admin.post(at, {"logo": file}).status_code == 422
    assert sit(world.head).post(at).status_code == 403
    file = SimpleUploadedFile("logo.png", hostile.picture("PNG", (900, 300), "RGBA"), "image/png")
    assert admin.post(at, {"logo": file}).status_code == 302
    kept = admin.get(shown)
    assert Image.open(io.BytesIO(kept.content)).size == (600, 200)
    assert shown in text(admin.get(reverse("admin:agency", args=[world.agency])))
    sent(world)
    (row,) = letters.arrivals(world.other_registrar).rows
    page = sit(world.other_registrar).get(reverse("secretariat:paper-in", args=[row.id]))
    with_picture = page.content
    assert admin.post(at, {"remove": "1"}).status_code == 302
    assert directory.logo(world.agency) == b""
    again = sit(world.other_registrar).get(reverse("secretariat:paper-in", args=[row.id]))
    assert len(again.content) < len(with_picture)
    with pytest.raises(Invalid, match=r"directory\.bad-logo"):
        directory.set_logo(SYSTEM, agency_id=world.agency, picture=b"GIF89a")
