from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import DraftState, Purpose
from tests.letters.world import World, refer


def test_versions_are_kept_and_the_same_text_again_makes_none(world: World):
    _, arrival = world.referred()
    draft = letters.draft(world.expert, arrival, subject="پاسخ", body="متن یک")
    for _ in range(2):
        again = letters.draft(
            world.expert, arrival, subject="پاسخ", body="متن دو", draft_id=draft, note="اصلاح"
        )
        assert again == draft
    (view,) = letters.arrival(world.expert, arrival).drafts
    assert [(v.no, v.body, v.note) for v in view.versions] == [
        (1, "متن یک", ""),
        (2, "متن دو", "اصلاح"),
    ]
    assert view.state is DraftState.DRAFTING


def test_a_new_version_needs_its_initials_anew(world: World):
    _, arrival = world.referred(to=world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="متن")
    letters.initial(world.deputy, draft)
    refer(world.deputy, arrival, world.head, Purpose.SIGNATURE)
    letters.draft(world.deputy, arrival, subject="پاسخ", body="متن دیگر", draft_id=draft)
    (view,) = letters.arrival(world.head, arrival).drafts
    assert view.state is DraftState.DRAFTING
    assert [v.initials for v in view.versions] == [(world.deputy.post_title,), ()]
    with pytest.raises(Refused, match=r"letters\.not-initialled"):
        letters.sign(world.head, draft)


def test_words_that_came_meanwhile_are_not_written_over(world: World):
    _, arrival = world.referred(to=world.deputy)
    draft = letters.draft(world.deputy, arrival, subject="پاسخ", body="یک")
    letters.draft(world.deputy, arrival, subject="پاسخ", body="دو", draft_id=draft, based_on=1)
    with pytest.raises(Refused, match=r"letters\.draft-changed"):
        letters.draft(world.deputy, arrival, subject="پاسخ", body="سه", draft_id=draft, based_on=1)
    letters.draft(world.deputy, arrival, subject="پاسخ", body="دو", draft_id=draft, based_on=1)
    letters.draft(world.deputy, arrival, subject="پاسخ", body="سه", draft_id=draft, based_on=2)
    (view,) = letters.arrival(world.deputy, arrival).drafts
    assert [v.body for v in view.versions] == ["یک", "دو", "سه"]


def test_who_may_draft(world: World):
    _, arrival = world.referred()
    refer(world.expert, arrival, world.colleague, Purpose.OPINION)
    for reader in (world.registrar, world.colleague):
        with pytest.raises(Forbidden):
            letters.draft(reader, arrival, subject="پاسخ", body="متن")
    for stranger in (world.head, world.other_head, world.admin, world.clerk):
        with pytest.raises(NotFound):
            letters.draft(stranger, arrival, subject="پاسخ", body="متن")
    with pytest.raises(Invalid) as caught:
        letters.draft(world.expert, arrival, subject="پاسخ", body="")
    assert set(caught.value.fields) == {"body"}


def test_a_draft_of_another_letter_is_not_found_under_this_one(world: World):
    _, one = world.referred()
    _, two = world.referred()
    draft = letters.draft(world.expert, one, subject="پاسخ", body="متن")
    with pytest.raises(NotFound):
        letters.draft(world.expert, two, subject="پاسخ", body="متن دو", draft_id=draft)


def test_a_signed_draft_is_not_changed(world: World):
    _, arrival = world.answered()
    letters.reopen(world.registrar, arrival, reason="اعتراض")
    refer(world.registrar, arrival, world.expert)
    (view,) = letters.arrival(world.expert, arrival).drafts
    with pytest.raises(Refused, match=r"letters\.draft-settled"):
        letters.draft(world.expert, arrival, subject="x", body="y", draft_id=view.id)
