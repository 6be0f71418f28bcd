"""How an agency is known on its letters: e-mail address and national ID."""

from __future__ import annotations

import hashlib

import pytest

from pishkhan.directory import api
from pishkhan.directory.contracts import SYSTEM
from pishkhan.directory.contracts.identity import Identity
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound
from pishkhan.kernel.ids import new_id

EMAIL, LEGAL = "dabir@agency.example.ir", "10380284790"


def test_an_administrator_sets_it_changes_it_and_takes_it_away(world):
    for email, number in ((EMAIL, ""), ("", LEGAL), (EMAIL, LEGAL), ("", "")):
        api.set_identity(SYSTEM, agency_id=world.water, email=f" {email} ", national_id=number)
        assert api.identity(world.water) == Identity(email, number)
        assert api.identity(world.water).is_whole == bool(email and number)
    assert api.identity(world.power) == api.identity(new_id()) == Identity()
    api.set_identity(SYSTEM, agency_id=world.water, email="", national_id="۱۰۳۸-۰۲۸۴۷۹۰")
    assert api.identity(world.water).national_id == LEGAL


def test_the_entry_has_a_digest_of_the_address(world):
    api.set_identity(SYSTEM, agency_id=world.water, email=EMAIL, national_id=LEGAL)
    (entry,) = (e for e in journal.entries_of(world.water) if e.kind == "agency.identity_set")
    digest = hashlib.sha256(EMAIL.encode()).hexdigest()
    assert entry.fields == {"email": digest, "national_id": LEGAL}


@pytest.mark.parametrize(
    "email", ["no address", "a@b", "نام@example.ir", "a|b@example.ir", f"{'a' * 90}@example.ir"]
)
def test_what_is_wrong_is_said_at_its_field(world, email):
    with pytest.raises(Invalid, match=r"directory\.bad-identity") as error:
        api.set_identity(SYSTEM, agency_id=world.water, email=email, national_id="10380284791")
    assert set(error.value.fields) == {"email", "national_id"}
    assert api.identity(world.water) == Identity()


def test_only_an_administrator_and_only_of_an_agency(world):
    with pytest.raises(NotFound):
        api.set_identity(SYSTEM, agency_id=new_id(), email=EMAIL, national_id=LEGAL)
    head = api.actor_for(world.users["head"], None)
    assert head is not None
    with pytest.raises(Forbidden):
        api.set_identity(head, agency_id=world.water, email=EMAIL, national_id=LEGAL)
