from __future__ import annotations

import pytest

from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import LinkRef, Relation
from tests.letters.world import World


def test_a_letter_is_linked_once_to_each_other_letter(world: World):
    _, arrival = world.referred()
    link = LinkRef(Relation.ANSWERS, "۴۵", 1405, "فرمانداری")
    letters.link(world.expert, arrival, link)
    with pytest.raises(Refused, match=r"letters\.linked-already"):
        letters.link(world.registrar, arrival, link)
    letters.link(world.registrar, arrival, LinkRef(Relation.FOLLOWS, "45", 1405, "فرمانداری"))
    assert [(x.relation, x.number) for x in letters.arrival(world.expert, arrival).links] == [
        (Relation.ANSWERS, "45"),
        (Relation.FOLLOWS, "45"),
    ]


def test_links_are_checked_and_guarded(world: World):
    _, arrival = world.referred()
    with pytest.raises(Invalid):
        letters.link(world.expert, arrival, LinkRef(Relation.ANSWERS, "", 1405, ""))
    with pytest.raises(NotFound):
        letters.link(world.colleague, arrival, LinkRef(Relation.ANSWERS, "1", 1405, ""))
    (given,) = letters.arrival(world.expert, arrival).referrals
    letters.finish(world.expert, given.id, outcome="انجام شد")
    with pytest.raises(Forbidden):
        letters.link(world.expert, arrival, LinkRef(Relation.ANSWERS, "1", 1405, ""))
