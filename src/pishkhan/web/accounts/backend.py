"""Who is behind a session: asked for at every request, so by a query compiled once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from pishkhan.directory import api as directory
from pishkhan.web.accounts import ldap


class LoginBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth's backend; the look-up of a known login is ours, and the directory's passwords."""

    def _authenticate_by_username(self, username: str, password: str) -> Any:
        """Return the login that this name and password open; None when none does.

        Where the organisation's directory holds the password, it alone says so: no password of
        ours opens that login, and without the directory nothing does. Raises ldap.Silent.
        """
        user: Any = directory.linked_login(username)
        if user is None:
            return super()._authenticate_by_username(username, password)
        self._did_check_password = True
        server = settings.PISHKHAN_LDAP
        if server is None or not ldap.right(server, user.account, password):
            return None
        if self.user_can_authenticate(user):
            return user
        self._stash_user(user)
        return None

    def get_user(self, user_id: Any) -> Any:
        """Return the active login of this id; None when there is none."""
        try:
            user = directory.login(user_id if isinstance(user_id, UUID) else UUID(str(user_id)))
        except ValueError:
            return None
        return user if user is not None and self.user_can_authenticate(user) else None
