"""How people come in, for whoever gives them their first password."""

from __future__ import annotations

from collections.abc import Iterable
from uuid import UUID

from django.contrib.auth.hashers import is_password_usable

from pishkhan.directory.contracts.opening import Entrance
from pishkhan.directory.models import User


def entrances(user_ids: Iterable[UUID]) -> dict[UUID, Entrance]:
    """Return how each of these logins is opened; one query."""
    columns = ("id", "account", "password", "must_change_password")
    rows = User.objects.filter(pk__in=set(user_ids)).values_list(*columns)
    return {
        id_: _entrance(account, password, given=given) for id_, account, password, given in rows
    }


def _entrance(account: str, password: str, *, given: bool) -> Entrance:
    if account:
        return Entrance.ELSEWHERE
    if not password or not is_password_usable(password):
        return Entrance.NONE
    return Entrance.GIVEN if given else Entrance.OWN
