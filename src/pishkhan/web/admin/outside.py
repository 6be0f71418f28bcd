"""On a person's page: the account at the organisation's provider that opens the login too."""

from __future__ import annotations

from uuid import UUID

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.utils.translation import gettext as _

from pishkhan.directory import api as directory
from pishkhan.kernel.errors import NotFound
from pishkhan.web.admin.forms import text
from pishkhan.web.http import DeskRequest


def link(request: DeskRequest, user_id: UUID) -> str:
    """Link the account that was written; return what to say."""
    if settings.PISHKHAN_OIDC is None:
        raise NotFound("web.not-found")
    directory.link_outside(
        request.actor,
        user_id=user_id,
        issuer=settings.PISHKHAN_OIDC.issuer,
        name=text(request, "outside"),
    )
    return _("From now on that account opens this login too.")


def unlink(request: DeskRequest, user_id: UUID) -> str:
    """End the link and the sessions that are open; return what to say."""
    directory.unlink_outside(request.actor, user_id=user_id)
    for session in UserSession.objects.filter(user_id=user_id):
        session.end()
    return _("That account opens this login no longer; open sessions have ended.")
