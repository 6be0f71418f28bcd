"""Accounts at the organisation's provider: linked by the administrator, known by their subject."""

from __future__ import annotations

from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.outside import OutsideRow
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.kernel.ids import new_id

ISSUER = "https://id.example.ir"


@pytest.fixture
def person() -> UUID:
    return directory.add_user(SYSTEM, username="mahin", full_name="مهین نمونه")


def link(user_id: UUID, name: str = "M.Nemooneh", issuer: str = ISSUER) -> None:
    directory.link_outside(SYSTEM, user_id=user_id, issuer=issuer, name=name)


def test_a_link_is_made_changed_and_stands_on_record_without_the_name(person):
    link(person)
    assert directory.outside_of(person) == OutsideRow(ISSUER, "m.nemooneh", used=False)
    link(person, "new.name")
    assert directory.outside_of(person) == OutsideRow(ISSUER, "new.name", used=False)
    entries = journal.entries_of(person)
    assert [entry.kind for entry in entries][-2:] == ["user.outside_linked"] * 2
    assert all("name" not in str(entry.fields) for entry in entries[-2:])


def test_one_account_opens_one_login(person):
    link(person)
    other = directory.add_user(SYSTEM, username="other", full_name="دیگری نمونه")
    with pytest.raises(Refused):
        link(other, "m.nemooneh")
    link(other, "m.nemooneh", "https://else.example")
    with pytest.raises(NotFound):
        link(new_id())


def test_only_the_administrator_links(person):
    somebody = directory.seatless(person)
    with pytest.raises(Forbidden):
        directory.link_outside(somebody, user_id=person, issuer=ISSUER, name="x")
    with pytest.raises(Forbidden):
        directory.unlink_outside(somebody, user_id=person)
    with pytest.raises(Forbidden):
        directory.know_outside(somebody, issuer=ISSUER, subject="1", name="x")
