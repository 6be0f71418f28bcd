"""A person's other seats, at the head of every page: how much waits at each, and the way there.

Whether he has several comes with the login, which every request asks for: a seat given or ended
shows on the next page, and costs none a query. What waits is kept by the template for some seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpRequest

from pishkhan.directory.contracts import Actor
from pishkhan.letters import api as letters
from pishkhan.letters.contracts.posts import SeatAt
from pishkhan.web.accounts import devices

SEVERAL = "several_seats"
"""The request's mark: this person has several seats. The middleware sets it."""
KEYS = 9
MOST = 99


@dataclass(frozen=True, slots=True)
class Line:
    """A seat, how much waits there ("99+", nothing for none), and its key."""

    at: SeatAt
    waits: str
    key: str


@dataclass(frozen=True, slots=True)
class Switcher:
    """A person's seats and what waits at all of them together."""

    lines: tuple[Line, ...]
    waits: str


def several(request: HttpRequest, actor: Actor | None) -> bool:
    """Return whether a page offers the other seats. No query.

    A PIN opens one seat alone, and who sits nowhere is told so by the first page.
    """
    if actor is None or not actor.rights or not getattr(request, SEVERAL, False):
        return False
    return not devices.by_pin(request)


def switcher(actor: Actor) -> Switcher | None:
    """Return the person's seats with what waits there; None when he has but one by now."""
    there = letters.my_seats(actor)
    if not there:
        return None
    lines = tuple(
        Line(at, _shown(at.waits, more=at.more), f"Alt+{place}" if place <= KEYS else "")
        for place, at in enumerate(there, start=1)
    )
    # One letter may lie at two of his seats: it waits at both.
    return Switcher(lines, _shown(sum(at.waits for at in there), more=any(at.more for at in there)))


def _shown(found: int, *, more: bool) -> str:
    if more or found > MOST:
        return f"{MOST}+"
    return str(found or "")
