"""Auditors: a seat of their own with one right, never beside the administration."""

from __future__ import annotations

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Right, SeatKind
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, NotFound, Refused

pytestmark = pytest.mark.django_db(transaction=True)


def person(name):
    return directory.add_user(SYSTEM, username=name, full_name="فرد نمونه")


def test_the_seat_carries_audit_alone_and_ends():
    user = person("auditor")
    seat = directory.add_auditor(SYSTEM, user_id=user, basis="۱۴۰۵/۸۸")
    actor = directory.actor_for(user, seat)
    assert actor is not None
    assert actor.rights == {Right.AUDIT}
    assert actor.ref == f"auditor:{seat}"
    assert [each.kind for each in directory.seats(user)] == [SeatKind.AUDIT]
    assert [row.user_id for row in directory.auditors()] == [user]
    with pytest.raises(Refused, match=r"directory\.holds-already"):
        directory.add_auditor(SYSTEM, user_id=user)
    with pytest.raises(Forbidden):
        directory.remove_auditor(actor, user_id=user)
    directory.remove_auditor(SYSTEM, user_id=user)
    assert directory.actor_for(user, seat) is None
    with pytest.raises(NotFound, match=r"directory\.no-auditor"):
        directory.remove_auditor(SYSTEM, user_id=user)
    kinds = [entry.kind for entry in journal.entries_of(user)]
    assert kinds == ["user.added", "auditor.added", "auditor.removed"]


def test_nobody_audits_what_he_keeps():
    keeper, user, closed = person("keeper"), person("auditor"), person("closed")
    directory.add_administrator(SYSTEM, user_id=keeper)
    directory.add_auditor(SYSTEM, user_id=user)
    with pytest.raises(Refused, match=r"directory\.audits-himself"):
        directory.add_auditor(SYSTEM, user_id=keeper)
    with pytest.raises(Refused, match=r"directory\.audits-himself"):
        directory.add_administrator(SYSTEM, user_id=user)
    directory.deactivate_user(SYSTEM, user_id=closed)
    with pytest.raises(Refused, match=r"directory\.user-inactive"):
        directory.add_auditor(SYSTEM, user_id=closed)


def test_a_closed_login_audits_no_more():
    user = person("auditor")
    seat = directory.add_auditor(SYSTEM, user_id=user)
    directory.deactivate_user(SYSTEM, user_id=user)
    assert directory.actor_for(user, seat) is None
    directory.reactivate_user(SYSTEM, user_id=user)
    assert directory.actor_for(user, seat) is None
