from __future__ import annotations

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid
from pishkhan.letters import api as letters
from tests.letters.world import World


def test_a_post_has_its_own_phrases_first_and_the_offices_after_them(world: World):
    letters.keep_phrases(world.admin, ["اقدام شود.", "بررسی شود."], agency_id=world.agency)
    letters.keep_phrases(
        world.deputy, ["  فوری   اقدام شود. ", "", "بررسی شود.", "فوری اقدام شود."]
    )
    found = letters.ready(world.deputy)
    assert found.own_phrases == ("فوری اقدام شود.", "بررسی شود.")
    assert found.phrases == ("فوری اقدام شود.", "بررسی شود.", "اقدام شود.")
    assert letters.ready(world.expert).phrases == ("اقدام شود.", "بررسی شود.")
    assert letters.ready(world.other_head).phrases == ()
    assert letters.ready(world.clerk).phrases == ()
    letters.keep_phrases(world.deputy, [])
    assert letters.ready(world.deputy).own_phrases == ()


def test_the_order_of_the_lines_is_the_order_of_the_phrases(world: World):
    for order in (["یک", "دو", "سه"], ["سه", "یک", "دو"]):
        letters.keep_phrases(world.expert, order)
        assert letters.ready(world.expert).own_phrases == tuple(order)


def test_only_an_administrator_keeps_the_offices(world: World):
    for actor in (world.head, world.registrar, world.clerk):
        with pytest.raises(Forbidden):
            letters.keep_phrases(actor, ["x"], agency_id=world.agency)
    with pytest.raises(Forbidden):
        letters.keep_phrases(world.clerk, ["x"])


def test_too_many_and_too_long_phrases_name_the_field(world: World):
    for bad in (["x" * 201], [str(n) for n in range(31)]):
        with pytest.raises(Invalid) as refused:
            letters.keep_phrases(world.expert, bad)
        assert "phrases" in refused.value.fields


def test_the_entry_tells_no_words(world: World):
    letters.keep_phrases(world.expert, ["سرّ نهفته"])
    assert world.expert.post_id is not None
    (entry,) = [e for e in journal.entries_of(world.expert.post_id) if e.kind == "phrases.kept"]
    assert entry.fields["count"] == 1
    assert "سرّ" not in str(entry.fields)
