"""Addresses of the post desk, for each desk that has it."""

from __future__ import annotations

from django.urls import URLPattern, path

from pishkhan.directory.contracts import Right
from pishkhan.web.http import desk
from pishkhan.web.postbag import views


def addresses(right: Right) -> list[URLPattern]:
    """Return the addresses below a desk's own, behind its door."""
    door = desk(right)
    return [
        path("post/stick/", door(views.page), name="stick"),
        path("post/stick/state", door(views.state), name="stick-state"),
        path("post/stick/exchange", door(views.begin), name="stick-exchange"),
        path("post/stick/bag", door(views.bag), name="stick-bag"),
        path("post/stick/neighbour", door(views.neighbour), name="stick-neighbour"),
        path("post/stick/upload", door(views.upload), name="stick-upload"),
    ]
