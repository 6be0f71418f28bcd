"""The description as OpenAPI and as a page. The page is ours: no script, nothing from elsewhere."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from pishkhan.web.api.build import BASE, api, describe

_BOUNDS = {
    "minLength": "≥ {} chars",
    "maxLength": "≤ {} chars",
    "minimum": "≥ {}",
    "maximum": "≤ {}",
}


@cache
def description() -> dict[str, Any]:
    """Return the OpenAPI description, made once."""
    found: dict[str, Any] = json.loads(json.dumps(describe(api), default=str))
    return found


def openapi(_request: HttpRequest) -> HttpResponse:
    """Answer with the OpenAPI description."""
    answer = HttpResponse(
        json.dumps(description(), ensure_ascii=False), content_type="application/json"
    )
    answer["Cache-Control"] = "no-cache"
    return answer


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a table of parameters or of a shape."""

    name: str
    kind: str
    shape: str
    required: bool
    text: str


@dataclass(frozen=True, slots=True)
class Operation:
    id: str
    method: str
    path: str
    summary: str
    text: str
    scope: str
    parameters: list[Field]
    bodies: list[tuple[str, str]]
    """Media type and the shape's name."""
    answers: list[tuple[str, str, str]]
    """Status, media type, the shape's name."""


def reference(request: HttpRequest) -> HttpResponse:
    """Show the reference of all operations and shapes."""
    schema = description()
    groups: dict[str, list[Operation]] = {tag["name"]: [] for tag in schema["tags"]}
    for path, operations in schema["paths"].items():
        for method, told in operations.items():
            groups[told["tags"][0]].append(_operation(method, path, told))
    shapes = [
        (name, told.get("description", ""), _fields(told), told.get("enum"))
        for name, told in sorted(schema["components"]["schemas"].items())
    ]
    return render(
        request,
        "api/reference.html",
        {
            "groups": [(_(name), operations) for name, operations in groups.items()],
            "shapes": shapes,
            "base": request.build_absolute_uri(BASE),
            "version": schema["info"]["version"],
        },
    )


def _operation(method: str, path: str, told: dict[str, Any]) -> Operation:
    body = told.get("requestBody", {}).get("content", {})
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        path=f"{BASE}{path}",
        summary=_(told["summary"]),
        text=told.get("description", ""),
        scope=told.get("x-scope", ""),
        parameters=[
            Field(
                each["name"],
                f"{each['in']}, {_kind(each['schema'])[0]}",
                _kind(each["schema"])[1],
                each["required"],
                each.get("description", ""),
            )
            for each in told.get("parameters", [])
        ],
        bodies=[(kind, _kind(each["schema"])[1]) for kind, each in body.items()],
        answers=[
            (status, kind, _kind(each["schema"])[1])
            for status, answer in told["responses"].items()
            for kind, each in (answer.get("content") or {"": {"schema": {}}}).items()
            if "$ref" not in answer
        ],
    )


def _fields(shape: dict[str, Any]) -> list[Field]:
    required = set(shape.get("required", ()))
    return [
        Field(name, *_kind(told), name in required, told.get("description", ""))
        for name, told in shape.get("properties", {}).items()
    ]


def _kind(told: dict[str, Any]) -> tuple[str, str]:
    """Return what a value is in a few words, and the name of the shape it refers to or ""."""
    if "$ref" in told:
        return "", told["$ref"].rpartition("/")[2]
    if "anyOf" in told:
        kinds = [_kind(each) for each in told["anyOf"]]
        either = " | ".join(word for word, _name in kinds if word)
        return either, next((name for _word, name in kinds if name), "")
    if told.get("type") == "array":
        of, name = _kind(told.get("items", {}))
        return f"array {of}".strip(), name
    words = [str(told.get("type", "")), str(told.get("format", ""))]
    if "enum" in told:
        words = [" | ".join(str(value) for value in told["enum"])]
    words += [text.format(told[name]) for name, text in _BOUNDS.items() if name in told]
    return ", ".join(word for word in words if word), ""
