"""The language of a request: the person's setting, else the cookie, else Persian.

Accept-Language is ignored: shared office PCs ship in English and nobody there changes it.
"""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils import translation


def of(request: HttpRequest) -> str:
    """Return "fa" or "en"."""
    known = {code for code, _ in settings.LANGUAGES}
    actor = getattr(request, "actor", None)
    wishes = [getattr(actor, "language", None), request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME)]
    if settings.DEMO:  # its people are played by whoever comes: the browser's choice comes first
        wishes.reverse()
    for wish in wishes:
        if wish in known:
            return str(wish)
    return settings.LANGUAGE_CODE


class LanguageMiddleware:
    """Activates the language before the view and says it in the response."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        language = of(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response
