"""The API as ninja knows it, and its description."""

from __future__ import annotations

from typing import Any

from ninja import NinjaAPI
from pydantic.json_schema import models_json_schema

from pishkhan import __version__
from pishkhan.web.api import problems
from pishkhan.web.api.routes import (
    agency,
    anyone,
    circulars,
    classes,
    counter,
    drafts,
    internal,
    pages,
    posts,
)
from pishkhan.web.api.routes import problems as problems_told
from pishkhan.web.api.shapes.common import Problem

BASE = "/api/v1"
DESCRIPTION = (
    "The deeds of the desks, for programs: the same functions, rights and records. "
    "A token acts from one counter or post and opens no more than that seat does."
)
GROUPS = (
    anyone.lists,
    counter.people,
    counter.desk,
    agency.office,
    agency.letter,
    agency.cartable,
    drafts.answers,
    circulars.many,
    internal.within,
    classes.grades,
    posts.own,
    problems_told.told,
    pages.pages,
    anyone.tracking,
)


def build() -> NinjaAPI:
    """Return the API with all its operations."""
    made = NinjaAPI(
        title="Pishkhan",
        version=__version__,
        description=DESCRIPTION,
        docs_url=None,
        openapi_url=None,
        urls_namespace="pishkhan-api",
    )
    problems.handle(made)
    for group in GROUPS:
        made.add_router("", group.router)
    return made


def describe(made: NinjaAPI) -> dict[str, Any]:
    """Return the OpenAPI 3.1 description as plain JSON values."""
    schema: dict[str, Any] = dict(made.get_openapi_schema(path_prefix=""))
    shapes = [(shape, "validation") for group in GROUPS for shape in group.shapes]
    _, defined = models_json_schema(
        [*shapes, (Problem, "serialization")],  # type: ignore[list-item] # mypy widens the literals
        ref_template="#/components/schemas/{model}",
    )
    components = schema["components"]
    components["schemas"] = {**components.get("schemas", {}), **defined["$defs"]}
    components["responses"] = {
        "Problem": {
            "description": "Problem details (RFC 9457)",
            "headers": {
                "Retry-After": {
                    "description": "Seconds to wait, with 429 and 503.",
                    "schema": {"type": "integer"},
                }
            },
            "content": {
                "application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}
            },
        }
    }
    schema["servers"] = [{"url": BASE}]
    schema["tags"] = [{"name": group.tag} for group in GROUPS]
    for operations in schema["paths"].values():
        for operation in operations.values():
            scope = operation.get("x-scope")
            if scope:
                operation["security"] = [{"Token": [scope]}]
    return schema


api = build()
