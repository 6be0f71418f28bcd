"""Addresses of the API. What stands behind them is loaded with the first call.

Ninja, pydantic and some fifty shapes take a quarter of a second to build; a counter's PC that
serves pages to its clerk starts without them.
"""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

app_name = "api"


@csrf_exempt
def door(request: HttpRequest, rest: str = "") -> HttpResponseBase:
    """Answer one call. Tokens only: a session's cookie means nothing here, so no form token."""
    from pishkhan.web.api.serve import serve  # noqa: PLC0415 - loaded late, see above

    return serve(request, rest)


def docs(request: HttpRequest) -> HttpResponseBase:
    """Show the reference; for the address /api/docs beside the versions."""
    return door(request, "docs")


urlpatterns = [path("", door, name="root"), path("<path:rest>", door, name="door")]
