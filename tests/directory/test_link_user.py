"""Saying whose password the organisation's directory holds; signing in: tests/web/test_ldap.py."""

from __future__ import annotations

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.kernel.ids import new_id
from tests.directory.conftest import person


def test_a_link_is_an_entry_without_the_account_and_one_account_is_one_persons():
    mine, other = person("mine"), person("other")
    api.link_user(SYSTEM, user_id=mine, account=" M.Nemooneh@Example.ir ")
    assert api.account_of(mine) == "m.nemooneh@example.ir"
    last = journal.entries_of(mine)[-1]
    assert last.kind == "user.linked"
    assert "nemooneh" not in str(last)
    with pytest.raises(Refused, match=r"directory\.twin-account"):
        api.link_user(SYSTEM, user_id=other, account="m.nemooneh@example.IR")
    api.link_user(SYSTEM, user_id=mine, account="m.nemooneh")  # corrected
    api.link_user(SYSTEM, user_id=other, account="m.nemooneh@example.ir")
    assert api.account_of(other) == "m.nemooneh@example.ir"


@pytest.mark.parametrize("account", ["", "a b", "uid=x", "x" * 65, "ali*", "نام", "-x"])
def test_what_is_no_name_of_an_account_is_refused(account):
    mine = person("mine")
    with pytest.raises(Invalid, match=r"directory\.bad-account"):
        api.link_user(SYSTEM, user_id=mine, account=account)
    assert api.account_of(mine) == ""


def test_only_an_administrator_links_and_nobody_himself():
    mine = person("mine")
    with pytest.raises(Forbidden):
        api.link_user(api.seatless(mine), user_id=mine, account="mine")
    with pytest.raises(NotFound):
        api.link_user(SYSTEM, user_id=new_id(), account="mine")
    assert api.linked_login("mine") is None
