"""Which tests ask an engine anything: only they run in more than one lane.

A test asks when it has pytest-django's mark or one of its database's fixtures, or the mark
`engine` (it asks which engine the lane has, or takes the lane's server for itself). Any other test
is kept from the lane's database: pytest-django refuses its queries, the guard below refuses it
even the connection's name, and the database's address is taken out of the environment that its
processes inherit. So what such a test finds out, it finds out in every lane.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from sys import _getframe
from typing import Any
from unittest import mock

import pytest
from django.db.utils import ConnectionHandler

ADDRESS = "PISHKHAN_DATABASE_URL"
MARKS = ("django_db", "engine")
FIXTURES = {
    "db",
    "transactional_db",
    "django_db_reset_sequences",
    "django_db_serialized_rollback",
    "live_server",
    "_django_db_helper",
}
BLOCKER = "django_db_blocker"


class AsksAnEngine(AssertionError):
    """A test without a mark asked for the lane's database; raised where it asks."""


def asks(item: pytest.Item) -> bool:
    """Return True when the test may ask the lane's database anything."""
    if any(item.get_closest_marker(name) for name in MARKS):
        return True
    if FIXTURES & set(getattr(item, "fixturenames", ())):
        return True
    return BLOCKER in set(_asked_by_hand(item))


def _asked_by_hand(item: pytest.Item) -> Iterator[str]:
    """Give the fixtures that the test, or a fixture of ours that it uses, takes as arguments."""
    info = getattr(item, "_fixtureinfo", None)
    if info is None:
        return
    yield from info.argnames
    for found in info.name2fixturedefs.values():
        for fixture in found:
            if not fixture.func.__module__.startswith("pytest_django"):
                yield from fixture.argnames


@contextmanager
def kept_from_the_database() -> Iterator[None]:
    """Refuse the lane's database inside the block, to this process and to those it starts."""
    whole: Any = ConnectionHandler.__getitem__

    def refuse(self: ConnectionHandler, alias: str) -> Any:
        # Django goes through the open connections at the ends of a request.
        if _getframe(1).f_code.co_name in {"all", "close_all"}:
            return whole(self, alias)
        raise AsksAnEngine("mark this test `engine`: it asks for the lane's database")

    address = os.environ.pop(ADDRESS, None)
    try:
        with mock.patch.object(ConnectionHandler, "__getitem__", refuse):
            yield
    finally:
        if address is not None:
            os.environ[ADDRESS] = address
