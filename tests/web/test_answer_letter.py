"""The answer as an official letter: whom it speaks to, its marks, what its signature is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Applicant, Circumstances, IdKind, Purpose
from tests.letters.test_circumstances import DELEGATE
from tests.letters.world import World, drain, national_id, refer
from tests.web.desks import sit, text


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction: no test here runs inside another one."""


@pytest.fixture
def world() -> World:
    return World.make()


def at(name: str, *args: object) -> str:
    return reverse(f"cartable:{name}", args=args)


def sent(world: World, arrival: UUID, draft: UUID) -> None:
    refer(world.expert, arrival, world.deputy, Purpose.SIGNATURE)
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    letters.dispatch(world.registrar, draft)
    drain()


def test_the_salutation_is_chosen_once_and_goes_with_the_answer_to_the_paper(world: World):
    accepted, arrival = world.referred()
    name = letters.arrival(world.expert, arrival).applicant.name
    expert = sit(world.expert, "fa")
    editor = text(expert.get(at("draft-new", arrival)))
    assert all(word in editor for word in ("جناب آقای", "سرکار خانم", "متقاضی گرامی"))
    assert "آقای / " not in editor
    given = {"subject": "پاسخ", "body": "متن پاسخ", "salutation": "madam"}
    assert expert.post(at("draft-new", arrival), given).status_code == 302
    [draft] = letters.arrival(world.expert, arrival).drafts
    assert draft.versions[-1].recipient == f"سرکار خانم {name}"
    again = text(expert.get(at("draft", arrival, draft.id)))
    assert 'value="madam" checked' in again
    sent(world, arrival, draft.id)
    clerk = sit(world.clerk, "fa")
    pair = {"code": accepted.tracking_code, "national_id": national_id(1)}
    page = text(clerk.get(clerk.post(reverse("counter:hand-over"), pair)["Location"]))
    letter = page[page.index("<article") : page.index("</article>")]
    order = ["بسمه تعالی", "شماره", "تاریخ", "پیوست", "ندارد", f"سرکار خانم {name}", "موضوع"]
    order += ["متن پاسخ", world.head.label, world.head.post_title, "امضای الکترونیکی شخصی ندارد"]
    places = [letter.index(each) for each in order]
    assert places == sorted(places)
    view = letters.open_answer(world.clerk, accepted.letter_id)
    assert view.text_digest in letter
    assert "گره" not in letter
    assert "۱۴۰۵/" in letter or "۱۴۰۴/" in letter  # the marks write the day in numbers


def test_who_is_spoken_to_is_signed(world: World):
    accepted, arrival = world.referred(to=world.deputy)
    words: dict[str, Any] = {"subject": "پاسخ", "body": "متن"}
    draft = letters.draft(world.deputy, arrival, recipient="جناب آقای نمونه", **words)
    letters.draft(world.deputy, arrival, draft_id=draft, recipient="سرکار خانم نمونه", **words)
    assert len(letters.arrival(world.deputy, arrival).drafts[0].versions) == 2
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    letters.dispatch(world.registrar, draft)
    drain()
    answer = letters.open_answer(world.clerk, accepted.letter_id)
    assert answer.recipient == "سرکار خانم نمونه"
    assert letters.submission(world.clerk, accepted.letter_id).answers[0].recipient == ""


def test_a_line_that_no_choice_makes_stays_until_another_is_chosen(world: World):
    _, arrival = world.referred()
    draft = letters.draft(
        world.expert, arrival, recipient="اهالی محترم روستا", subject="پاسخ", body="متن"
    )
    expert = sit(world.expert)
    assert 'value="kept" checked' in text(expert.get(at("draft", arrival, draft)))
    given = {"subject": "پاسخ", "body": "متن دو", "salutation": "kept"}
    expert.post(at("draft", arrival, draft), given)
    [view] = letters.arrival(world.expert, arrival).drafts
    assert view.versions[-1].recipient == "اهالی محترم روستا"
    expert.post(at("draft", arrival, draft), given | {"salutation": "rubbish"})
    [view] = letters.arrival(world.expert, arrival).drafts
    assert view.versions[-1].recipient.startswith("Dear applicant ")


def test_a_company_is_not_asked_whether_it_is_a_man(world: World):
    company = Applicant(id_kind=IdKind.LEGAL, number="10380284790", name="شرکت نمونه")
    _, arrival = world.referred(applicant=company, circumstances=Circumstances(bearer=DELEGATE))
    editor = text(sit(world.expert, "fa").get(at("draft-new", arrival)))
    assert "مدیریت محترم" in editor
    assert "سرکار خانم" not in editor
