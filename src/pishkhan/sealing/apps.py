"""Wiring of sealing into Django."""

from __future__ import annotations

from django.apps import AppConfig


class SealingConfig(AppConfig):
    """The node's keys and signatures, and what agencies' roots say of keys."""

    name = "pishkhan.sealing"
    label = "sealing"

    def ready(self) -> None:
        from pishkhan.journal import api as journal

        journal.guard(self.label)
