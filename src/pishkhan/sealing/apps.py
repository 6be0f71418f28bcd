"""Wiring of sealing into Django: it has no tables, only messages."""

from __future__ import annotations

from django.apps import AppConfig


class SealingConfig(AppConfig):
    """The node's keys and signatures."""

    name = "pishkhan.sealing"
    label = "sealing"
