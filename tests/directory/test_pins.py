"""PINs of clerks: which are taken, how often one may try, what goes on record."""

from __future__ import annotations

import threading

import pytest
from django.contrib.auth.hashers import identify_hasher
from django.db import connection

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.directory.models import Pin
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, PishkhanError
from tests.directory.conftest import person

PIN = "4071"


@pytest.fixture
def clerk(world) -> Actor:
    found = api.actor_for(world.users["clerk"], world.counter)
    assert found is not None
    return found


@pytest.fixture
def colleague(world) -> Actor:
    user = person("second", "همکار نمونه")
    api.add_clerk(SYSTEM, counter_id=world.counter, user_id=user)
    found = api.actor_for(user, world.counter)
    assert found is not None
    api.set_pin(found, pin=PIN)
    return found


def kinds() -> list[str]:
    return [entry.kind for entry in journal.entries(limit=500)]


@pytest.mark.parametrize("pin", ["", "123", "1234567", "12a4", "1111", "1234", "987654", "۷۸۹۰"])
def test_a_pin_that_is_none_or_guessed_first_is_refused(clerk: Actor, pin: str):
    with pytest.raises(Invalid) as refused:
        api.set_pin(clerk, pin=pin)
    assert set(refused.value.fields) == {"pin"}
    assert clerk.user_id is not None
    assert api.with_pin([clerk.user_id]) == set()


def test_a_pin_is_kept_as_an_argon2_hash_and_its_setting_goes_on_record(colleague: Actor):
    assert colleague.user_id is not None
    kept = Pin.objects.get(user_id=colleague.user_id).hash
    assert identify_hasher(kept).algorithm == "argon2"
    [entry] = [e for e in journal.entries(limit=500) if e.kind == "user.pin_set"]
    assert entry.subject == colleague.user_id
    assert PIN not in repr(entry)


def test_only_clerks_have_pins(world):
    head = api.actor_for(world.users["head"], world.head)
    assert head is not None
    with pytest.raises(Forbidden):
        api.set_pin(head, pin=PIN)


def test_the_right_pin_gives_the_colleagues_actor_and_an_entry(clerk: Actor, colleague: Actor):
    assert colleague.user_id is not None
    taken = api.switch_clerk(clerk, user_id=colleague.user_id, pin="۴۰۷۱")
    assert taken == colleague
    [entry] = [e for e in journal.entries(limit=500) if e.kind == "clerk.switched"]
    assert (entry.actor, entry.fields["from"]) == (colleague.ref, clerk.ref)


def test_five_wrong_tries_let_the_pin_rest_until_the_password(clerk: Actor, colleague: Actor):
    assert colleague.user_id is not None
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Invalid) as wrong:
            api.switch_clerk(clerk, user_id=colleague.user_id, pin="0000")
        assert wrong.value.fields["pin"].params == {"left": left}
    assert kinds().count("user.pin_locked") == 1
    for _ in range(2):
        with pytest.raises(Forbidden) as rests:
            api.switch_clerk(clerk, user_id=colleague.user_id, pin=PIN)
        assert rests.value.code == "directory.pin-locked"
    assert kinds().count("user.pin_locked") == 1
    api.forgive_pin(colleague.user_id)
    assert api.switch_clerk(clerk, user_id=colleague.user_id, pin=PIN) == colleague


def test_right_tries_between_do_not_give_wrong_ones_back(clerk: Actor, colleague: Actor):
    """Else a colleague could guess four times after each take-over, all day long."""
    assert colleague.user_id is not None
    for left in (4, 3, 2, 1, 0):
        with pytest.raises(Invalid) as wrong:
            api.switch_clerk(clerk, user_id=colleague.user_id, pin="0000")
        assert wrong.value.fields["pin"].params == {"left": left}
        if left:
            assert api.switch_clerk(clerk, user_id=colleague.user_id, pin=PIN) == colleague
    with pytest.raises(Forbidden):
        api.switch_clerk(clerk, user_id=colleague.user_id, pin=PIN)
    assert kinds().count("user.pin_locked") == 1


def test_guesses_at_once_are_not_more_than_guesses_in_turn(clerk: Actor, colleague: Actor):
    told: list[str] = []

    def guess() -> None:
        assert colleague.user_id is not None
        try:
            api.switch_clerk(clerk, user_id=colleague.user_id, pin="0000")
        except PishkhanError as error:
            told.append(error.code)
        finally:
            connection.close()

    threads = [threading.Thread(target=guess) for _ in range(9)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert sorted(told) == ["directory.pin-locked"] * 4 + ["directory.wrong-pin"] * 5


def test_nobody_takes_over_who_does_not_sit_at_this_counter(world, clerk: Actor, colleague: Actor):
    other = api.add_counter(SYSTEM, code="15-0002", name="پیشخوان نمونهٔ ۲", licence_number="ل-۲")
    user = person("far", "متصدی دور")
    api.add_clerk(SYSTEM, counter_id=other, user_id=user)
    far = api.actor_for(user, other)
    assert far is not None
    api.set_pin(far, pin=PIN)
    for who in (user, clerk.user_id, world.users["head"]):
        assert who is not None
        with pytest.raises(NotFound):
            api.switch_clerk(clerk, user_id=who, pin=PIN)
    assert colleague.user_id is not None
    api.deactivate_user(SYSTEM, user_id=colleague.user_id)
    with pytest.raises(NotFound):
        api.switch_clerk(clerk, user_id=colleague.user_id, pin=PIN)
