"""Somebody of a list: a new login, the own one that is there already, never another's."""

from __future__ import annotations

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.opening import Entrance, NewPerson
from pishkhan.kernel.errors import Refused

MAHIN = NewPerson("Mahin", "مهين  نمونه", "09120000000")


def test_a_login_is_added_once_and_found_again_however_it_is_typed():
    first = directory.enlist(SYSTEM, MAHIN)
    assert directory.user(first).mobile == "09120000000"
    assert directory.enlist(SYSTEM, NewPerson("mahin", "مهین نمونه")) == first


def test_the_login_of_somebody_else_or_a_closed_one_is_not_taken():
    first = directory.enlist(SYSTEM, MAHIN)
    with pytest.raises(Refused) as other:
        directory.enlist(SYSTEM, NewPerson("mahin", "ماهان نمونه"))
    assert set(other.value.fields) == {"username"}
    directory.deactivate_user(SYSTEM, user_id=first)
    with pytest.raises(Refused) as closed:
        directory.enlist(SYSTEM, MAHIN)
    assert closed.value.code == "directory.user-inactive"


def test_how_a_login_is_opened_is_told_without_its_password():
    user_id = directory.enlist(SYSTEM, MAHIN)
    assert directory.entrances([user_id]) == {user_id: Entrance.NONE}
    directory.set_password(SYSTEM, user_id=user_id, password="شنا در رود کشکان")
    assert directory.entrances([user_id]) == {user_id: Entrance.GIVEN}
    directory.set_password(SYSTEM, user_id=user_id, password="شنا در رود", own_password=True)
    assert directory.entrances([user_id]) == {user_id: Entrance.OWN}
    directory.link_user(SYSTEM, user_id=user_id, account="m.nemooneh")
    assert directory.entrances([user_id]) == {user_id: Entrance.ELSEWHERE}
