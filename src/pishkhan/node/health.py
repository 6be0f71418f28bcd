"""`GET /healthz`: 200 when this process can serve, 503 when its database can not be read."""

from __future__ import annotations

from collections.abc import Callable

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.http.response import HttpResponseBase

import pishkhan


def state() -> tuple[int, dict[str, str]]:
    """Return (HTTP status, body). Reads one row; says nothing about why, which is for the logs."""
    from django.contrib.sessions.models import Session

    body = {"status": "ok", "version": pishkhan.__version__}
    try:
        Session.objects.exists()
    except DatabaseError:
        return 503, {**body, "status": "database unavailable or not migrated"}
    finally:
        if connection.vendor == "postgresql":
            connection.close()
    return 200, body


class HealthMiddleware:
    """Answers before hosts, sessions and languages are looked at: a probe has none of them."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.path_info != "/healthz":
            return self.get_response(request)
        status, body = state()
        return JsonResponse(body, status=status, headers={"Cache-Control": "no-store"})
