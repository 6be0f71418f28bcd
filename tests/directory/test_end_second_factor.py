"""Ending a second factor whose phone is lost; how it looks in a browser is in `tests/web`."""

from __future__ import annotations

import pytest
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.models import User
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.kernel.ids import new_id
from tests.directory.conftest import person


def test_the_factor_and_its_codes_end_with_an_entry_and_others_keep_theirs():
    lost, other = person("lost"), person("other")
    for user in User.objects.filter(pk__in=[lost, other]):
        TOTP.activate(user, generate_totp_secret())
        RecoveryCodes.activate(user)
    api.end_second_factor(SYSTEM, user_id=lost)
    assert not api.has_second_factor(lost)
    assert api.has_second_factor(other)
    assert journal.entries_of(lost)[-1].kind == "user.second_factor_ended"
    with pytest.raises(Refused, match=r"directory\.no-second-factor"):
        api.end_second_factor(SYSTEM, user_id=lost)
    with pytest.raises(NotFound):
        api.end_second_factor(SYSTEM, user_id=new_id())


def test_only_an_administrator_ends_it_and_nobody_his_own(world):
    me = world.users["head"]
    TOTP.activate(User.objects.get(pk=me), generate_totp_secret())
    actor = api.actor_for(me, None)
    assert actor is not None
    with pytest.raises(Forbidden):
        api.end_second_factor(actor, user_id=me)
    assert api.has_second_factor(me)
