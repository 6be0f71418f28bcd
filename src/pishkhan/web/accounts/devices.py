"""PCs at a counter: who has signed in there with a password today and may come back by PIN.

A PC is known by a cookie that scripts can't read: a random name, signed. What it opens stands in
the database: one row for each person, for one day in Tehran, sealed with the session hash of the
password, so that a changed password, another day or another PC opens nothing.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection
from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core import signing
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pishkhan.directory import api as directory
from pishkhan.kernel import clock
from pishkhan.kernel.clock import TEHRAN
from pishkhan.web.models import SignedIn

COOKIE = f"{settings.OF_COOKIES}pc"
SALT = "pishkhan.web.accounts.devices"
BY_PIN = "by_pin"
"""The session's mark: a PIN opened it, on this day."""


def note(request: HttpRequest, answer: HttpResponseBase, user: Any) -> None:
    """Remember that a person signed in here with a password, for today; mark the PC if it is new.

    Wrong tries of his PIN are forgiven.
    """
    name = _name(request) or secrets.token_urlsafe(24)
    SignedIn.objects.update_or_create(
        device=name,
        user_id=user.pk,
        defaults={"day": _today(), "seal": user.get_session_auth_hash()},
    )
    directory.forgive_pin(user.pk)
    answer.set_cookie(
        COOKIE,
        signing.dumps(name, salt=SALT),
        max_age=settings.SESSION_COOKIE_AGE * 2,
        httponly=True,
        path=settings.SESSION_COOKIE_PATH,
        samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )


def reseal(request: HttpRequest, user: Any) -> None:
    """Let who changed his own password here stay known at this PC."""
    name = _name(request)
    if name is not None:
        mine = SignedIn.objects.filter(device=name, user_id=user.pk)
        mine.update(seal=user.get_session_auth_hash())


def people_here(request: HttpRequest) -> list[UUID]:
    """Return who signed in at this PC today with the password that is still his."""
    name = _name(request)
    if name is None:
        return []
    rows = SignedIn.objects.filter(device=name, day=_today()).order_by("id")
    found = []
    for user_id, seal in rows.values_list("user_id", "seal"):
        user: Any = directory.login(user_id)
        if (
            user is not None
            and user.is_active
            and not user.must_change_password
            and secrets.compare_digest(user.get_session_auth_hash(), seal)
        ):
            found.append(user_id)
    return found


def forget(request: HttpRequest, user_id: UUID) -> None:
    """Let a person who logs out here come back by password only."""
    name = _name(request)
    if name is not None:
        SignedIn.objects.filter(device=name, user_id=user_id).delete()


def forget_everywhere(user_ids: Collection[UUID]) -> None:
    """Let persons whose sessions were ended from afar come back by password only, at every PC."""
    SignedIn.objects.filter(user_id__in=user_ids).delete()


def purge() -> int:
    """Remove what earlier days left; return how many rows. Called by the worker."""
    gone: int = SignedIn.objects.filter(day__lt=_today() - timedelta(days=1)).delete()[0]
    return gone


def mark_by_pin(request: HttpRequest) -> None:
    """Mark the session as opened by a PIN: it ends with this day, besides where others end."""
    request.session[BY_PIN] = _today().isoformat()


def by_pin(request: HttpRequest) -> bool:
    """Return whether a PIN opened this session."""
    return BY_PIN in request.session


def day_is_over(request: HttpRequest) -> bool:
    """Return whether a PIN opened this session on a day that has passed."""
    day = request.session.get(BY_PIN)
    return day is not None and day != _today().isoformat()


def _name(request: HttpRequest) -> str | None:
    try:
        name = signing.loads(request.COOKIES.get(COOKIE, ""), salt=SALT)
    except signing.BadSignature:
        return None
    return name if isinstance(name, str) else None


def _today() -> date:
    return clock.current().now().astimezone(TEHRAN).date()
