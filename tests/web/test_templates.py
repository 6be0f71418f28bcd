"""Templates at the desks: kept beside phrases and groups, filled where a letter is written."""

from __future__ import annotations

import pytest
from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.web.letter.templates_ready import EMPTY, fill
from tests.letters.test_begin_letter import letter
from tests.letters.world import World
from tests.web.desks import sit, text

BODY = "جناب {متقاضی}،\nنامهٔ شمارهٔ {شماره} مورخ {date} بررسی شد. {نامعلوم}"


def test_fields_are_filled_in_either_language_and_other_braces_stay():
    values = {"applicant": "فرد نمونه", "number": "۱۲", "date": ""}
    assert fill(BODY, values) == (
        f"جناب فرد نمونه،\nنامهٔ شمارهٔ ۱۲ مورخ {EMPTY} بررسی شد. {{نامعلوم}}"
    )
    assert fill("{ متقاضی }{", values) == "فرد نمونه{"


@pytest.mark.django_db(transaction=True)
def test_a_template_is_kept_changed_and_dropped_at_the_desk():
    world = World.make()
    expert = sit(world.expert)
    here, new = reverse("cartable:ready"), reverse("cartable:template-new")
    assert new in text(expert.get(here))
    assert "{applicant}" in text(expert.get(new))
    bad = expert.post(new, {"name": "", "subject": "", "body": "متن"})
    assert bad.status_code == 422
    assert "متن" in text(bad)
    assert expert.post(new, {"name": "پاسخ", "subject": "", "body": BODY})["Location"] == here
    (made,) = letters.templates(world.expert)
    its = reverse("cartable:template", args=[made.id])
    assert its in text(expert.get(here))
    assert expert.post(its, {"name": "دیگر", "subject": "", "body": BODY}).status_code == 302
    assert "دیگر" in text(expert.get(its))
    drop = reverse("cartable:template-drop", args=[made.id])
    for stranger in (sit(world.colleague), sit(world.other_head)):
        assert stranger.get(its).status_code == stranger.post(drop).status_code == 404
    expert.post(drop)
    assert letters.templates(world.expert) == ()


@pytest.mark.django_db(transaction=True)
def test_the_office_has_templates_by_its_administrator():
    world = World.make()
    admin = sit(world.admin)
    new = reverse("admin:ready-template-new", args=[world.agency])
    assert new in text(admin.get(reverse("admin:ready", args=[world.agency])))
    assert admin.post(new, {"name": "اداری", "subject": "", "body": "متن"}).status_code == 302
    (made,) = letters.templates(world.expert)
    assert "اداری" in text(sit(world.expert).get(reverse("cartable:ready")))
    its = reverse("admin:ready-template", args=[world.agency, made.id])
    assert "اداری" in text(admin.get(its))
    assert sit(world.expert).get(its).status_code == 403
    drop = reverse("admin:ready-template-drop", args=[world.agency, made.id])
    assert admin.post(drop).status_code == 302
    assert letters.templates(world.expert) == ()


@pytest.mark.django_db(transaction=True)
def test_an_answer_begins_with_a_template_and_nothing_typed_is_lost():
    world = World.make()
    _, arrival = world.referred()
    made = letters.keep_template(world.expert, name="پاسخ", subject="پاسخ {موضوع}", body=BODY)
    expert = sit(world.expert)
    at = reverse("cartable:draft-new", args=[arrival])
    form = text(expert.get(at))
    assert str(made) in form
    first = {"use": "1", "template": str(made), "subject": "", "body": "", "salutation": "sir"}
    filled = text(expert.post(at, first))
    assert "جناب فرد نمونه" in filled
    assert "پاسخ قطعی آب شرب روستا" in filled
    assert 'value="sir" checked' in filled
    kept = text(expert.post(at, first | {"body": "آنچه نوشتم", "subject": "عنوان من"}))
    assert "آنچه نوشتم\n\nجناب" in kept
    assert "عنوان من" in kept
    assert letters.arrival(world.expert, arrival).drafts == ()  # nothing is written yet
    other = letters.keep_template(world.other_head, name="x", subject="", body="راز دیگران")
    assert "راز دیگران" not in text(expert.post(at, first | {"template": str(other)}))


@pytest.mark.django_db(transaction=True)
def test_a_letter_begins_with_a_template_and_keeps_its_addressees():
    world = World.make()
    made = letters.keep_template(
        world.expert, name="دعوت", subject="دعوت", body="دعوت از {گیرنده} به {دستگاه}"
    )
    expert = sit(world.expert)
    at = reverse("cartable:write")
    given = {
        "use": "1",
        "template": str(made),
        "agency_id": str(world.other_agency),
        "agency": "برق نمونه",
        "recipient": "مدیر محترم",
        "urgency": "2",
    }
    shown = text(expert.post(at, given))
    assert "دعوت از برق نمونه به شرکت آب و فاضلاب استان" in shown
    assert f'value="{world.other_agency}"' in shown
    assert "مدیر محترم" in shown
    assert letters.arrivals(world.registrar).rows == ()
    begun = letters.begin_letter(world.expert, letter(world))
    draft = letters.arrival(world.expert, begun).drafts[0].id
    edit = reverse("cartable:draft", args=[begun, draft])
    again = text(expert.post(edit, {"use": "1", "template": str(made), "body": ""}))
    assert "دعوت از شرکت توزیع نیروی برق استان" in again
