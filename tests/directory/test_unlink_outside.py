"""The end of a link: the account opens nothing, and may be another login's."""

from __future__ import annotations

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused

ISSUER = "https://id.example.ir"


def test_a_link_ends_once():
    person = directory.add_user(SYSTEM, username="mahin", full_name="مهین نمونه")
    directory.link_outside(SYSTEM, user_id=person, issuer=ISSUER, name="m.nemooneh")
    assert directory.know_outside(SYSTEM, issuer=ISSUER, subject="s1", name="m.nemooneh")
    directory.unlink_outside(SYSTEM, user_id=person)
    assert directory.outside_of(person) is None
    assert directory.know_outside(SYSTEM, issuer=ISSUER, subject="s1", name="m.nemooneh") is None
    assert journal.entries_of(person)[-1].kind == "user.outside_unlinked"
    with pytest.raises(Refused):
        directory.unlink_outside(SYSTEM, user_id=person)
