"""Answers: a shape as JSON, a page of a list with its Link, and 304 for what has not changed."""

from __future__ import annotations

import hashlib
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.utils.cache import get_conditional_response
from pydantic import BaseModel

from pishkhan.kernel.pages import Page

JSON = "application/json"


def told(shape: type[BaseModel] | None, value: object, *, status: int = 200) -> HttpResponse:
    """Return `value`, one of the contexts' frozen values, in its public shape; 204 for none."""
    if shape is None:
        return HttpResponse(status=204)
    if isinstance(value, Page):
        value = {"items": value.rows, "next": value.next}
    data = shape.model_validate(value, from_attributes=True).model_dump_json()
    return HttpResponse(data.encode(), status=status, content_type=JSON)


def found(request: HttpRequest, shape: type[BaseModel], value: object) -> HttpResponse:
    """Return what was asked for, with a tag by its content; 304 when the caller has it already."""
    answer = told(shape, value)
    if isinstance(value, Page) and value.next is not None:
        asked = {name: text for name, text in request.GET.items() if name != "after"}
        query = urlencode({**asked, "after": value.next})
        answer["Link"] = f'<{request.path}?{query}>; rel="next"'
    tag = f'"{hashlib.sha256(answer.content).hexdigest()[:32]}"'
    answer["ETag"] = tag
    answer["Cache-Control"] = "private, no-cache"
    if "If-None-Match" not in request.headers:
        return answer
    known: Any = get_conditional_response(request, etag=tag, response=answer)
    return known if isinstance(known, HttpResponse) else answer
