"""Sessions in the database, read by a query compiled once: every page of a desk begins with it.

The row is signed, not hidden: whoever reads the database or a backup reads it. So the secret that a
phone is being paired with is locked in it, as it is once the phone is paired.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from allauth.mfa.totp.internal.auth import SECRET_SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session

from pishkhan.kernel import clock
from pishkhan.kernel.errors import Unavailable
from pishkhan.kernel.prepared import Prepared
from pishkhan.sealing import api as sealing

PAIRING = "pairing"
"""The purpose for which the secret of a phone that is being paired is locked."""

_DATA = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list(
        "session_data"
    ),
    key=str,
    now=datetime,
)


class SessionStore(DatabaseStore):
    """Django's own store but for the reading, and for what is locked in it."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return Django's own table."""
        return Session

    def load(self) -> dict[str, Any]:
        """Return the session's values; what Django does when there is none or it has ended."""
        row = _DATA.first(key=self.session_key or "", now=clock.current().now())
        found: dict[str, Any] = super().load() if row is None else self.decode(row[0])
        return found

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return the row's text; a secret that waits for its phone is locked."""
        secret = session_dict.get(SECRET_SESSION_KEY)
        if secret is not None:
            session_dict = {**session_dict, SECRET_SESSION_KEY: sealing.lock(PAIRING, secret)}
        return super().encode(session_dict)

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return the values of a row; a secret that nothing opens any more is made anew."""
        found: dict[str, Any] = super().decode(session_data)
        if SECRET_SESSION_KEY in found:
            try:
                found[SECRET_SESSION_KEY] = sealing.unlock(PAIRING, found[SECRET_SESSION_KEY])
            except Unavailable:
                del found[SECRET_SESSION_KEY]
        return found
