"""Who is behind a session: asked for at every request, so by a query compiled once."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from allauth.account.auth_backends import AuthenticationBackend

from pishkhan.directory import api as directory


class LoginBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth ships no types
    """allauth's backend; only the look-up of a known login is ours."""

    def get_user(self, user_id: Any) -> Any:
        """Return the active login of this id; None when there is none."""
        try:
            user = directory.login(user_id if isinstance(user_id, UUID) else UUID(str(user_id)))
        except ValueError:
            return None
        return user if user is not None and self.user_can_authenticate(user) else None
