"""The directory as a Django app."""

from __future__ import annotations

from django.apps import AppConfig


class DirectoryConfig(AppConfig):
    name = "pishkhan.directory"
    label = "directory"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from pishkhan.directory import checks  # noqa: F401 - registers
        from pishkhan.journal import api as journal

        journal.guard(self.label, free=["directory_clientuse", "directory_pintries"])
