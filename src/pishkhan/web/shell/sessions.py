"""Logins that ended by themselves: their rows tell who sat where, and nobody asks for them."""

from __future__ import annotations

from datetime import timedelta

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session

from pishkhan.kernel import clock
from pishkhan.web.accounts import devices


def purge(limit: int = 500) -> int:
    """Remove sessions whose time is over, and what is listed of such; return how many rows.

    Called by the worker. A login's line in the list is written before its session is, so only
    lines older than any session can be are looked at.
    """
    now = clock.current().now()
    over = Session.objects.filter(expire_date__lt=now).order_by("expire_date")
    gone: int = Session.objects.filter(
        pk__in=list(over.values_list("pk", flat=True)[:limit])
    ).delete()[0]
    before = now - timedelta(seconds=settings.SESSION_COOKIE_AGE)
    listed = UserSession.objects.filter(created_at__lt=before).exclude(
        session_key__in=Session.objects.values("session_key")
    )
    left = list(listed.order_by("pk").values_list("pk", flat=True)[:limit])
    gone += UserSession.objects.filter(pk__in=left).delete()[0]
    return gone + devices.purge()
