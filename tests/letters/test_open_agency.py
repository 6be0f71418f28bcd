"""An agency with secretariats, numbers, posts and people in one act."""

from __future__ import annotations

from dataclasses import replace

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, Right, SecretariatKind
from pishkhan.directory.contracts.opening import (
    NewAgency,
    NewPerson,
    NewPost,
    NewSecretariat,
    PostRole,
)
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid
from pishkhan.letters import api as letters

LIST = (
    ("کارشناس فنی", PostRole.EXPERT, "sara", "سارا نمونه", 3),
    ("رئیس", PostRole.HEAD, "mahin", "مهین نمونه", None),
    ("دبیرخانه", PostRole.SECRETARY, "reza", "رضا نمونه", None),
    ("معاون فنی", PostRole.MANAGER, "omid", "امید نمونه", None),
    ("رئیس دفتر", PostRole.CHIEF, "mina", "مینا نمونه", None),
    ("کارشناس مالی", PostRole.EXPERT, "", "", None),
)


def new(**more) -> NewAgency:
    posts = tuple(
        NewPost(f"p{at}_", title, role, NewPerson(login, name) if login else None, above=above)
        for at, (title, role, login, name, above) in enumerate(LIST)
    )
    numbers = ("{unit}/{year}/{number}", "و", "ص")
    offices = (
        NewSecretariat("s0_", "دبیرخانه", SecretariatKind.CENTRAL, *numbers),
        NewSecretariat("s1_", "دبیرخانه محرمانه", SecretariatKind.CONFIDENTIAL),
    )
    plan = NewAgency(code="new", name="اداره نمونه نو", secretariats=offices, posts=posts)
    return replace(plan, **more)


def at(username: str) -> Actor:
    actor = directory.actor_for(directory.user_named(username).id, None)
    assert actor is not None
    return actor


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction."""


def test_the_whole_office_stands_with_its_chart_rights_and_numbers():
    made = letters.open_agency(SYSTEM, new(nicknames=("نو",)))
    assert made is not None
    rows = {row.title: row for row in directory.post_rows(made)}
    head = rows["رئیس"].id
    assert [row.title for row in directory.post_rows(made)] == [each[0] for each in LIST]
    assert rows["رئیس"].parent_id is None
    assert rows["معاون فنی"].parent_id == rows["رئیس دفتر"].parent_id == head
    assert rows["کارشناس فنی"].parent_id == rows["معاون فنی"].id
    assert rows["کارشناس مالی"].holder_id is None
    assert directory.find_agencies("نو")[0].id == made
    secretary = at("reza")
    assert {Right.SECRETARIAT, Right.DISPATCH} <= secretary.rights
    assert secretary.office is not None
    assert secretary.office.id == directory.default_secretariat(made).id
    [chief] = directory.stand_ins_of([head])
    assert chief.kind is StandInKind.CHIEF
    written = {
        each.way: each.unit for each in letters.series_of_office(SYSTEM, secretary.office.id)
    }
    assert {"incoming": "و", "outgoing": "ص"}.items() <= written.items()
    assert len(directory.offices_of_agency(made)) == 2
    assert "agency.added" in [entry.kind for entry in journal.entries_of(made)]


def test_a_rehearsal_makes_nothing_and_can_be_followed_by_the_deed():
    assert letters.open_agency(SYSTEM, new(), rehearsal=True) is None
    assert directory.agencies().rows == ()
    assert letters.open_agency(SYSTEM, new()) is not None


def test_all_that_is_wrong_is_told_by_row_and_nothing_is_made():
    directory.add_user(SYSTEM, username="mahin", full_name="کس دیگر نمونه")
    plan = new()
    first, second, *others = plan.posts
    ring = replace(first, title="", above=None)
    deep = tuple(replace(post, above=1) for post in others)
    offices = (replace(plan.secretariats[0], unit_in=""), plan.secretariats[1])
    with pytest.raises(Invalid) as caught:
        letters.open_agency(SYSTEM, replace(plan, posts=(ring, second, *deep)))
    assert set(caught.value.fields) == {"p0_title", "p1_username"}
    with pytest.raises(Invalid) as caught:
        letters.open_agency(SYSTEM, replace(plan, secretariats=offices))
    assert set(caught.value.fields) == {"s0_unit_in", "p1_username"}
    assert directory.agencies().rows == ()


def test_a_post_below_itself_is_told():
    plan = new()
    first, *others = plan.posts
    others[2] = replace(others[2], above=0)  # the manager under the expert under the manager
    with pytest.raises(Invalid) as caught:
        letters.open_agency(SYSTEM, replace(plan, posts=(first, *others)))
    assert set(caught.value.fields) == {"p0_above", "p3_above"}


def test_only_the_administrator_opens_an_office():
    made = letters.open_agency(SYSTEM, new())
    assert made is not None
    head = at("mahin")
    with pytest.raises(Forbidden):
        letters.open_agency(head, new(code="other"))
