"""What each role of a node serves and does.

Every role installs the same tables, so that a node may change its role without a migration.
"""

from __future__ import annotations

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path


def addresses() -> list[URLPattern | URLResolver]:
    """Return the URL patterns of this node's role."""
    found: list[URLPattern | URLResolver] = [path("accounts/", include("allauth.urls"))]
    if "web" in settings.CONTEXTS:
        found.append(path("", include("pishkhan.web.urls")))
    return found
