"""Logins as Django's own user objects, for the wiring of sessions and for nothing else."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.base_user import AbstractBaseUser

from pishkhan.directory.models import User
from pishkhan.directory.rules import normalise_username
from pishkhan.kernel.errors import NotFound

DEMO_PREFIX = "demo-"
"""The demonstration names its logins `demo-<role>`; only they have a door without a password."""


def demo_user(role: str) -> AbstractBaseUser:
    """Return the active login `demo-<role>` to be put into a session.

    Whether this node is a demonstration is for the caller to know. Raises NotFound
    `directory.no-user`.
    """
    username = normalise_username(DEMO_PREFIX + role)
    user = User.objects.filter(username=username, is_active=True).first()
    if user is None:
        raise NotFound("directory.no-user")
    return user


def account_of(user_id: UUID) -> str:
    """Return the account in the organisation's directory, "" for a login with its own password."""
    return User.objects.filter(pk=user_id).values_list("account", flat=True).first() or ""


def linked_login(typed: str) -> AbstractBaseUser | None:
    """Return the login with this account, or of this name with any account; None when none is."""
    name = normalise_username(typed)
    linked = User.objects.exclude(account="")
    return linked.filter(account=name).first() or linked.filter(username=name).first()
