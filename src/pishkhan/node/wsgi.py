"""The WSGI application that granian serves: Django behind the gate."""

from __future__ import annotations

import os
import signal

from pishkhan.node import idle, parent

os.environ["DJANGO_SETTINGS_MODULE"] = "pishkhan.node.settings"


def build() -> object:
    """Return the application, with addresses and templates already loaded."""
    from django.conf import settings
    from django.core.wsgi import get_wsgi_application
    from django.urls import get_resolver

    from pishkhan.node import practice
    from pishkhan.node.gate import Gate
    from pishkhan.node.practice_door import Door

    django = get_wsgi_application()
    _ = get_resolver().url_patterns  # else the first visitor waits for the views to load
    gate = Gate(
        django,
        desks=int(os.environ.get("PISHKHAN_DESKS", "4")),
        files=int(os.environ.get("PISHKHAN_FILES", "64")),
        forms=int(os.environ.get("PISHKHAN_FORMS", "24")),
    )
    if not settings.PRACTICE:
        return gate
    return Door(
        gate, practice.socket_of(settings.NODE.practice_home), proxy_hops=settings.NODE.proxy_hops
    )


application = build()


def load() -> object:
    """Return the application in a server's own process, which from now on follows the server.

    By SIGKILL: a gentler end waits for clients that may never send their bodies, and whoever
    killed the server did not ask for patience. What was acknowledged is on disk.
    """
    parent.follow(number=signal.SIGKILL if hasattr(signal, "SIGKILL") else signal.SIGTERM)
    idle.follow()
    return application
