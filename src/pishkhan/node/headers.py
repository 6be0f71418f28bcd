"""Response headers that Django and django-csp do not set."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponse, HttpResponseBase

# The camera takes pages of a letter; nothing else of the machine is needed.
PERMISSIONS = "camera=(self), microphone=(), geolocation=(), payment=(), usb=()"


class HeadersMiddleware:
    """Forbids what no page needs and says how long a body is."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        # Pages show letters; a shared PC's cache may not keep them.
        headers.setdefault("Cache-Control", "no-store")
        if settings.DEMO:
            headers.setdefault("X-Robots-Tag", "noindex")
        if isinstance(response, HttpResponse) and "Content-Length" not in headers:
            headers["Content-Length"] = str(len(response.content))
        return response
