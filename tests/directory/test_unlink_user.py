"""Ending the link to an account of the organisation's directory."""

from __future__ import annotations

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Refused
from tests.directory.conftest import person


def test_a_login_whose_link_ended_has_no_password_until_it_is_given_one():
    mine = person("mine")
    api.link_user(SYSTEM, user_id=mine, account="theirs")
    linked = api.linked_login("theirs")
    assert linked is not None
    assert linked.has_usable_password()
    before = linked.get_session_auth_hash()
    api.unlink_user(SYSTEM, user_id=mine)
    assert journal.entries_of(mine)[-1].kind == "user.unlinked"
    assert api.linked_login("theirs") is None
    left = api.login(mine)
    assert left is not None
    assert not left.has_usable_password()
    assert left.get_session_auth_hash() != before
    with pytest.raises(Refused, match=r"directory\.not-linked"):
        api.unlink_user(SYSTEM, user_id=mine)


def test_only_an_administrator_unlinks():
    mine = person("mine")
    api.link_user(SYSTEM, user_id=mine, account="theirs")
    with pytest.raises(Forbidden):
        api.unlink_user(api.seatless(mine), user_id=mine)
    assert api.account_of(mine) == "theirs"
