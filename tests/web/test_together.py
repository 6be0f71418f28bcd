"""Reading and signing in one sitting, on the page."""

from __future__ import annotations

from uuid import UUID, uuid4

from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import DraftState
from pishkhan.letters.models import Draft
from tests.letters.test_sign_many import laid
from tests.letters.world import World
from tests.web.desks import sit, text

PAGE = reverse("cartable:together")
FOLDER = reverse("cartable:to-sign")


def state(draft: UUID) -> str:
    return Draft.objects.values_list("state", flat=True).get(pk=draft)


def test_each_answer_stands_whole_and_only_what_was_opened_can_be_marked(world: World) -> None:
    _, opened = laid(world)
    arrival, closed = laid(world, opened=False)
    head = sit(world.head)
    assert PAGE in text(head.get(FOLDER))
    page = text(head.get(PAGE))
    assert page.count("متن پاسخ") == 2
    assert f'value="{opened}:1"' in page
    assert f'value="{closed}:1"' not in page
    assert reverse("cartable:letter", args=(arrival,)) in page


def test_what_is_marked_is_signed_and_leads_on(world: World) -> None:
    (_, one), (_, two) = laid(world), laid(world)
    head = sit(world.head)
    answer = head.post(PAGE, {"draft": [f"{one}:1"]})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    assert (state(one), state(two)) == (DraftState.SIGNED, DraftState.TO_SIGN)
    assert "1 answer is signed" in text(head.get(PAGE))
    answer = head.post(PAGE, {"draft": [f"{two}:1"]})
    assert answer["Location"] == FOLDER
    assert "Nothing can be signed now" in text(head.get(PAGE))


def test_a_fault_stands_by_its_answer_and_the_others_are_signed(world: World) -> None:
    arrival, changed = laid(world)
    letters.draft(world.deputy, arrival, subject="پاسخ", body="متن دوم", draft_id=changed)
    letters.initial(world.deputy, changed)
    _, good = laid(world)
    head = sit(world.head)
    answer = head.post(PAGE, {"draft": [f"{changed}:1", f"{good}:1", f"{uuid4()}:1", "rubbish"]})
    page = text(answer)
    assert answer.status_code == 409
    assert "letters.draft-changed" in page
    assert "letters.not-found" in page
    assert f'value="{changed}:2"' in page  # the new text stands there, to be read and marked anew
    assert "checked" not in page.partition("data-together")[2].partition("action-bar")[0]
    assert state(good) == DraftState.SIGNED


def test_nothing_marked_is_told_and_nothing_signed(world: World) -> None:
    _, draft = laid(world)
    answer = sit(world.head).post(PAGE, {"draft": ["rubbish"]})
    assert answer.status_code == 422
    assert "Mark at least one answer as read." in text(answer)
    assert state(draft) == DraftState.TO_SIGN


def test_who_may_not_sign_is_not_offered_it(world: World) -> None:
    laid(world)
    expert = sit(world.expert)
    assert PAGE not in text(expert.get(FOLDER))
    assert expert.get(PAGE).status_code == 403
    assert expert.post(PAGE, {"draft": ["x:1"]}).status_code == 403
