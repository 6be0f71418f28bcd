"""Finds the operation of a call and makes every answer the API's: also those no operation gave."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, URLResolver, path
from django.urls.exceptions import Resolver404
from django.urls.resolvers import RegexPattern
from django.views.decorators.http import require_safe

from pishkhan.kernel.errors import NotFound
from pishkhan.web.api import docs, problems
from pishkhan.web.api.build import api
from pishkhan.web.errors import problem

_NINJA: list[Any] = api.urls[0]
_PATTERNS: list[URLPattern | URLResolver] = [
    path("", require_safe(docs.reference)),
    path("docs", require_safe(docs.reference)),
    path("openapi.json", require_safe(docs.openapi)),
    *_NINJA,
]
_RESOLVER = URLResolver(RegexPattern(r"^"), _PATTERNS)
_UNKEPT = re.compile("[\0\ud800-\udfff]")
"""What neither engine can keep; a path or a query has no use for it."""


def serve(request: HttpRequest, rest: str) -> HttpResponseBase:
    """Answer a call to `rest`, the address after /api/v1/."""
    try:
        match = _RESOLVER.resolve(rest)
    except Resolver404:
        return problem(NotFound("web.not-found"))
    asked = (text for name, texts in request.GET.lists() for text in (name, *texts))
    if _UNKEPT.search(rest) or any(_UNKEPT.search(text) for text in asked):
        return problem(problems.not_kept())
    head = request.method == "HEAD"
    if head:
        request.method = "GET"
        request.META["pishkhan.head"] = True
    answer: HttpResponseBase = match.func(request, *match.args, **match.kwargs)
    if answer.status_code == 405:
        return problems.not_allowed(answer["Allow"])
    if head and isinstance(answer, HttpResponse):
        size = answer.headers.get("Content-Length", str(len(answer.content)))
        answer.content = b""
        answer["Content-Length"] = size
    return answer
