"""Django's application `notices`."""

from __future__ import annotations

from django.apps import AppConfig


class NoticesConfig(AppConfig):
    """The queue is operational state; that a notice went out is an entry of the journal."""

    name = "pishkhan.notices"
    label = "notices"

    def ready(self) -> None:
        from pishkhan.journal import api as journal

        journal.guard(self.label, free=("notices_notice",))
