"""`flush`, for test databases only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandError
from django.core.management.commands import flush
from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

from pishkhan.journal import guard, triggers


class Command(flush.Command):
    """Django's own command, refused on anything but a test database.

    It would remove every row, the evidence first. The test runner calls it between tests.
    """

    def handle(self, **options: Any) -> None:
        """Empty a test database; CommandError on any other."""
        connection = connections[options["database"]]
        if not _is_test(connection):
            raise CommandError("flush would remove the journal; it is for test databases only")
        with guard.suspended("flush"):
            there = guard.ENTRY_TABLE in connection.introspection.table_names()
            if there:
                triggers.drop(connection)
            try:
                super().handle(**options)
            finally:
                if there:
                    triggers.create(connection)


def _is_test(connection: BaseDatabaseWrapper) -> bool:
    """Whether Django's test runner made it: it names them as `TEST` says, or `test_…`."""
    name = str(connection.settings_dict["NAME"])
    return (
        name == connection.settings_dict["TEST"]["NAME"]
        or Path(name).name.startswith("test_")
        or "mode=memory" in name
    )
