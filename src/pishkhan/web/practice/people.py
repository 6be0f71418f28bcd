"""Who practises: an invented person of his own for each guest, so that his ticks are his own."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.cache import cache

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, ClerkRole
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import NotFound
from pishkhan.kernel.text import persian_digits

OWN = ("clerk", "secretary")
"""Roles that each guest has for himself. Expert and head are met by all: letters go to them."""
ROLES = (*OWN, "expert", "head")


def login_of(role: str, guest: str) -> tuple[Any, UUID]:
    """Return the login for a role and the seat it takes; make both the first time.

    Raises NotFound `directory.no-user` for a role that nobody practises.
    """
    if role not in ROLES:
        raise NotFound("directory.no-user")
    pattern = _seated(directory.demo_user(role))
    if role not in OWN:
        assert pattern.user_id is not None
        return directory.login(pattern.user_id), _seat(pattern)
    key = f"practice-guest:{role}:{guest}"
    user_id = cache.get(key)
    if user_id is None:
        user_id = _add(role, pattern)
        cache.set(key, user_id, None)
    user: Any = directory.login(user_id)
    return user, _seat(_seated(user))


def _add(role: str, pattern: Actor) -> UUID:
    """Add a person on a seat like the pattern's and return his id."""
    assert pattern.office is not None
    number = cache.get("practice-guests", 0) + 1
    cache.set("practice-guests", number, None)
    with journal.act():
        user_id = directory.add_user(
            SYSTEM,
            username=f"learner-{number}-{role}",
            full_name=f"کارآموز {persian_digits(str(number))}",
        )
        if role == "clerk":
            directory.add_clerk(
                SYSTEM, counter_id=pattern.office.id, user_id=user_id, role=ClerkRole.CLERK
            )
            return user_id
        post = directory.add_post(
            SYSTEM,
            secretariat_id=pattern.office.id,
            title=pattern.post_title,
            parent_id=_seated(directory.demo_user("head")).post_id,
            is_clerk=True,
            sort=10 + number,
        )
        directory.seat_holder(SYSTEM, post_id=post, user_id=user_id)
    return user_id


def _seated(user: Any) -> Actor:
    actor = directory.actor_for(user.pk, None)
    if actor is None:
        raise NotFound("directory.no-user")
    return actor


def _seat(actor: Actor) -> UUID:
    assert actor.seat_id is not None
    return actor.seat_id
