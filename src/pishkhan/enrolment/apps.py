"""Wiring of enrolment into Django, which finds its sentences by that."""

from __future__ import annotations

from django.apps import AppConfig


class EnrolmentConfig(AppConfig):
    """No tables."""

    name = "pishkhan.enrolment"
    label = "enrolment"
