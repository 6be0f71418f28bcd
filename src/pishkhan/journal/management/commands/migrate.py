"""`migrate`, with the guard lifted while it runs."""

from __future__ import annotations

from typing import Any

from django.core.management.commands import migrate

from pishkhan.journal.guard import suspended


class Command(migrate.Command):
    """Django's own command; migrations are the one road by which tables change their shape."""

    def handle(self, *args: Any, **options: Any) -> None:
        """Run Django's command with the guard lifted in this thread."""
        with suspended("migrate"):
            super().handle(*args, **options)
