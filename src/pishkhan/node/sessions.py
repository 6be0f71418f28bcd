"""Sessions in the database, read by a query compiled once: every page of a desk begins with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.contrib.sessions.models import Session

from pishkhan.kernel import clock
from pishkhan.kernel.prepared import Prepared

_DATA = Prepared(
    lambda key, now: Session.objects.filter(session_key=key, expire_date__gt=now).values_list(
        "session_data"
    ),
    key=str,
    now=datetime,
)


class SessionStore(DatabaseStore):
    """Django's own store but for the reading."""

    @classmethod
    def get_model_class(cls) -> Any:
        """Return Django's own table."""
        return Session

    def load(self) -> dict[str, Any]:
        """Return the session's values; what Django does when there is none or it has ended."""
        row = _DATA.first(key=self.session_key or "", now=clock.current().now())
        found: dict[str, Any] = super().load() if row is None else self.decode(row[0])
        return found
