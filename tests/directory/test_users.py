from __future__ import annotations

from datetime import timedelta

import pytest
from django.contrib.auth import authenticate
from django.contrib.auth.hashers import identify_hasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.models import User
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from tests.directory.conftest import person

PASSWORD = "سه‌تار و شب‌تاب 27"


def test_a_login_enters_with_its_argon2_password_however_its_name_is_typed():
    user = person("Nemuneh.1", password=PASSWORD)
    kept = User.objects.get(pk=user)
    assert kept.username == "nemuneh.1"
    assert identify_hasher(kept.password).algorithm == "argon2"
    for typed in ("nemuneh.1", "NEMUNEH.1", "Nemuneh.۱", " nemuneh.1 "):
        assert User.objects.get_by_natural_key(typed) == kept
    assert kept.check_password(PASSWORD)
    assert not kept.check_password(PASSWORD + "x")


def test_the_login_of_allauth_knows_it_and_writes_nothing_of_ours():
    person("nemuneh", password=PASSWORD)
    client = Client()
    user = authenticate(None, username="nemuneh", password=PASSWORD)
    assert user is not None
    with CaptureQueriesContext(connection) as queries:
        client.force_login(user)
    assert not [q for q in queries if "directory_user" in q["sql"] and "SELECT" not in q["sql"]]
    assert authenticate(None, username="nemuneh", password="چیز دیگری") is None


def test_a_closed_login_does_not_enter():
    user = person("nemuneh", password=PASSWORD)
    api.deactivate_user(SYSTEM, user_id=user)
    assert authenticate(None, username="nemuneh", password=PASSWORD) is None
    api.reactivate_user(SYSTEM, user_id=user)
    assert authenticate(None, username="nemuneh", password=PASSWORD) is not None


def test_nobody_is_a_superuser(world):
    user = User.objects.get(pk=world.users["head"])
    api.add_administrator(SYSTEM, user_id=user.id)
    assert not user.has_perm("directory.change_user")
    assert not user.has_perms(["directory.change_user"])
    assert not user.has_module_perms("directory")
    assert not user.is_staff
    assert not user.is_superuser


def test_a_login_without_a_password_lets_nobody_in():
    person("nemuneh")
    assert authenticate(None, username="nemuneh", password="") is None
    assert not User.objects.get(username="nemuneh").has_usable_password()


@pytest.mark.parametrize("weak", ["123456", "password", "nemuneh-e-ma"])
def test_a_password_that_is_easy_to_guess_is_refused(weak):
    with pytest.raises(Invalid) as caught:
        person("nemuneh-e-ma", password=weak)
    assert set(caught.value.fields) == {"password"}
    assert not User.objects.exists()


@pytest.mark.parametrize("name", ["", "a", "a b\u0000", "x" * 200, "../etc", "@x"])
def test_a_broken_username_is_refused_with_its_field(name):
    if name == "x" * 200:  # too long a name is cut to its column, as it is when typed at login
        assert api.user(person(name)).username == "x" * 60
        return
    if name == "a b\u0000":
        assert api.user(person(name)).username == "ab"
        return
    with pytest.raises(Invalid) as caught:
        person(name)
    assert set(caught.value.fields) == {"username"}


def test_two_logins_never_share_a_name():
    person("nemuneh")
    with pytest.raises(Refused, match=r"directory\.twin-username"):
        person("NEMUNEH")


def test_mobile_and_language_are_checked():
    user = person("nemuneh", mobile="+98 ۹۱۲ ۱۲۳ ۴۵۶۷", language="en")
    assert (api.user(user).mobile, api.user(user).language) == ("09121234567", "en")
    with pytest.raises(Invalid) as caught:
        person("two", mobile="12")
    assert set(caught.value.fields) == {"mobile"}
    with pytest.raises(Invalid) as caught:
        person("three", language="de")
    assert set(caught.value.fields) == {"language"}


def test_a_person_changes_his_own_language_and_password_and_no_more(world):
    me, other = world.users["expert"], world.users["head"]
    actor = api.actor_for(me, None)
    assert actor is not None
    api.change_user(actor, user_id=me, language="en")
    again = api.actor_for(me, None)
    assert again is not None
    assert again.language == "en"
    api.set_password(actor, user_id=me, password=PASSWORD)
    with pytest.raises(Forbidden):
        api.change_user(actor, user_id=me, full_name="نام دیگر")
    with pytest.raises(Forbidden):
        api.change_user(actor, user_id=other, language="en")
    with pytest.raises(Forbidden):
        api.set_password(actor, user_id=other, password=PASSWORD)
    with pytest.raises(Forbidden):
        api.deactivate_user(actor, user_id=other)


def test_the_language_switch_is_on_record_only_when_it_switches(world):
    me = world.users["expert"]
    actor = api.actor_for(me, None)
    assert actor is not None
    api.set_language(actor, language="fa")
    assert [entry.kind for entry in journal.entries_of(me)] == ["user.added"]
    api.set_language(actor, language="en")
    assert api.user(me).language == "en"
    with pytest.raises(Invalid):
        api.set_language(actor, language="de")
    with pytest.raises(Forbidden):
        api.set_language(SYSTEM, language="en")


def test_only_the_demonstrations_own_logins_have_its_door():
    user = person("demo-clerk")
    assert api.demo_user("clerk").pk == user
    person("secretary")
    with pytest.raises(NotFound):
        api.demo_user("secretary")
    api.deactivate_user(SYSTEM, user_id=user)
    with pytest.raises(NotFound):
        api.demo_user("clerk")


def test_a_new_password_ends_the_sessions_of_the_old_one():
    user = person("nemuneh", password=PASSWORD)
    before = User.objects.get(pk=user).get_session_auth_hash()
    api.set_password(SYSTEM, user_id=user, password=PASSWORD + "!")
    assert User.objects.get(pk=user).get_session_auth_hash() != before


def test_a_password_from_somebody_else_is_to_be_changed(world):
    boss = person("boss")
    api.add_administrator(SYSTEM, user_id=boss)
    admin = api.actor_for(boss, None)
    assert admin is not None
    me = world.users["expert"]
    assert not api.user(me).must_change_password
    api.set_password(admin, user_id=me, password=PASSWORD)
    assert api.user(me).must_change_password
    assert journal.entries_of(me)[-1].fields["must_change"] is True
    own = api.actor_for(me, None)
    assert own is not None
    with pytest.raises(Invalid, match=r"directory\.same-password"):
        api.set_password(own, user_id=me, password=PASSWORD)
    assert api.user(me).must_change_password
    api.set_password(own, user_id=me, password=PASSWORD + "!")
    assert not api.user(me).must_change_password
    api.set_password(admin, user_id=boss, password=PASSWORD)
    assert not api.user(boss).must_change_password


def test_a_first_password_is_to_be_changed_unless_the_person_chose_it():
    assert api.user(person("one", password=PASSWORD)).must_change_password
    assert not api.user(person("two", password=PASSWORD, own_password=True)).must_change_password
    three = person("three")
    assert not api.user(three).must_change_password
    api.set_password(SYSTEM, user_id=three, password=PASSWORD, own_password=True)
    assert not api.user(three).must_change_password


def test_a_closed_login_holds_nothing_and_keeps_its_history(world):
    user = world.users["clerk"]
    api.deactivate_user(SYSTEM, user_id=user)
    api.reactivate_user(SYSTEM, user_id=user)
    assert api.seats(user) == []
    (holding,) = api.holdings_of(user)
    assert holding.until_at is not None
    with pytest.raises(Refused, match=r"directory\.user-active"):
        api.reactivate_user(SYSTEM, user_id=user)


def test_a_closed_login_ends_what_was_to_end_later_and_what_was_to_begin(world):
    user, now = world.users["deputy"], clock.current().now()
    api.vacate(SYSTEM, post_id=world.deputy, until_at=now + timedelta(days=30))
    begin = now + timedelta(days=40)
    api.seat_holder(SYSTEM, post_id=world.finance, user_id=user, from_at=begin)
    api.deactivate_user(SYSTEM, user_id=user)
    assert journal.entries_of(user)[-1].fields["holdings"] == 2
    api.reactivate_user(SYSTEM, user_id=user)
    assert api.seats(user) == []
    coming, present = api.holdings_of(user)
    assert present.until_at is not None
    assert present.until_at < now + timedelta(days=1)
    assert coming.until_at == begin


def test_administrators_lock_neither_themselves_nor_everybody_out(world):
    user = world.users["head"]
    api.add_administrator(SYSTEM, user_id=user)
    actor = api.actor_for(user, api.seats(user)[-1].id)
    assert actor is not None
    with pytest.raises(Refused, match=r"directory\.own-login"):
        api.deactivate_user(actor, user_id=user)
    with pytest.raises(Refused, match=r"directory\.last-administrator"):
        api.remove_administrator(actor, user_id=user)
    api.add_administrator(actor, user_id=world.users["expert"])
    api.remove_administrator(actor, user_id=user)
    assert [row.user_id for row in api.administrators() if row.until_at is None] == [
        world.users["expert"]
    ]
    with pytest.raises(NotFound):
        api.remove_administrator(SYSTEM, user_id=user)


def test_users_are_listed_by_name_in_pages_without_gaps():
    ids = {person(f"user{n}", f"کارمند {n:02}") for n in range(7)}
    seen, after = [], None
    while True:
        page = api.users("کارمند", after=after, limit=3)
        seen += [row.id for row in page.rows]
        after = page.next
        if after is None:
            break
    assert set(seen) == ids
    assert len(seen) == 7
    with pytest.raises(Invalid, match=r"pages\.cursor"):
        api.users(after="rubbish")
    assert [row.username for row in api.users("user3").rows] == ["user3"]
    assert api.user_named("USER3").username == "user3"


def test_personal_data_stay_out_of_the_journal_and_of_errors():
    user = person("nemuneh", "مهران نمونه", mobile="09121234567", email="m@example.org")
    api.change_user(SYSTEM, user_id=user, full_name="مهرناز نمونه", mobile="09127654321")
    with pytest.raises(Refused) as caught:
        person("nemuneh", "مهران نمونه")
    text = repr(journal.entries_of(user)) + repr(caught.value) + str(caught.value)
    for secret in ("مهر", "0912", "example.org", "nemuneh"):
        assert secret not in text
    assert "user.changed" in text
