"""Wiring of the journal into Django."""

from __future__ import annotations

from django.apps import AppConfig


class JournalConfig(AppConfig):
    """The journal: acts, entries and the guard on writes outside acts."""

    name = "pishkhan.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Install the guard on every connection, and guard the journal's own tables."""
        from pishkhan.journal import guard

        guard.install()
        guard.protect(self.label)
