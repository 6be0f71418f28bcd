"""Templates of letters: a post's own and its agency's, seen by those who may begin with them."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.logic import keep_template
from tests.letters.world import World


def kept(actor: Actor, name: str = "دعوت", agency_id: UUID | None = None) -> UUID:
    return letters.keep_template(
        actor, name=name, subject="دعوت به جلسه", body="با سلام {گیرنده}", agency_id=agency_id
    )


def names(actor: Actor) -> list[tuple[str, bool]]:
    return [(each.name, each.own) for each in letters.templates(actor)]


def test_a_post_sees_its_own_first_and_its_agencys(world: World):
    kept(world.admin, "الف", world.agency)
    own = kept(world.expert, "ب")
    assert names(world.expert) == [("ب", True), ("الف", False)]
    assert names(world.colleague) == [("الف", False)]
    assert names(world.other_head) == names(world.clerk) == []
    letters.keep_template(world.expert, name="ج", subject="", body="متن", template_id=own)
    assert names(world.expert) == [("ج", True), ("الف", False)]


def test_nobody_changes_anothers(world: World):
    own = kept(world.expert)
    office = kept(world.admin, agency_id=world.agency)
    for actor, id_ in ((world.colleague, own), (world.expert, office), (world.expert, new_id())):
        with pytest.raises(NotFound, match=r"letters\.no-template"):
            letters.keep_template(actor, name="x", subject="", body="x", template_id=id_)
        with pytest.raises(NotFound, match=r"letters\.no-template"):
            letters.template_of(actor, id_)
    for actor in (world.expert, world.clerk):
        with pytest.raises(Forbidden):
            kept(actor, agency_id=world.agency)
    with pytest.raises(Forbidden):
        kept(world.clerk)


def test_name_and_text_are_asked_for_and_bounded(world: World, monkeypatch: pytest.MonkeyPatch):
    cases: tuple[tuple[dict[str, Any], str], ...] = (
        ({"name": " ", "subject": "", "body": "x"}, "name"),
        ({"name": "x", "subject": "s" * 301, "body": "x"}, "subject"),
        ({"name": "x", "subject": "", "body": ""}, "body"),
        ({"name": "x", "subject": "", "body": "x" * 20_001}, "body"),
    )
    for values, field in cases:
        with pytest.raises(Invalid) as caught:
            letters.keep_template(world.expert, **values)
        assert set(caught.value.fields) == {field}
    monkeypatch.setattr(keep_template, "MOST_TEMPLATES", 1)
    kept(world.expert)
    with pytest.raises(Refused, match=r"letters\.too-many-templates"):
        kept(world.expert)


def test_its_entry_holds_no_words(world: World):
    kept(world.expert)
    assert world.expert.post_id is not None
    entry = journal.entries_of(world.expert.post_id)[-1]
    assert entry.kind == "template.kept"
    assert "سلام" not in str(entry.fields)
