"""Takes from the line's answers what only browsers read: each byte of them is paid for."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.http.response import HttpResponseBase

PREFIX = "/relay/"
KEPT = frozenset({
    "allow", "content-length", "content-range", "etag", "location", "retry-after",
    "tus-checksum-algorithm", "tus-extension", "tus-max-size", "tus-resumable", "tus-version",
    "upload-expires", "upload-length", "upload-offset",
})  # fmt: skip
"""What the protocol needs."""
OF_FAILURES = KEPT | {"content-type"}


class FewHeadersMiddleware:
    """Stands outside of all that adds headers for pages."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if request.path_info.startswith(PREFIX):
            kept = KEPT if answer.status_code < 400 else OF_FAILURES
            for name in [name for name in answer.headers if name.lower() not in kept]:
                del answer.headers[name]
            answer.cookies.clear()
        return answer
