"""How an operation is written: a function from the actor and what was sent to a context's value.

`ask` is a GET; `query` a POST that changes nothing, for words that may not stand in an address;
`deed` a POST that does one deed, once for each Idempotency-Key. Each adds to ninja's router, and
to the description what ninja would not know: body, problems, headers.
"""

from __future__ import annotations

import inspect
import typing
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Annotated, Any, TypeVar

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel

from pishkhan.directory.contracts import Scope
from pishkhan.web.api import body
from pishkhan.web.api.answers import found, told
from pishkhan.web.api.auth import Token, actor_of
from pishkhan.web.api.once import LONGEST_KEY, digest_of, key_of, once

Function = TypeVar("Function", bound=Callable[..., Any])

After = Annotated[str | None, Query(max_length=512)]
Rows = Annotated[int, Query(ge=1, le=100)]

READ, WRITE, DIRECTORY = Scope.LETTERS_READ, Scope.LETTERS_WRITE, Scope.DIRECTORY_READ
POSTS = Scope.POSTS_WRITE

PROBLEM = {"$ref": "#/components/responses/Problem"}
IDEMPOTENCY_KEY = {
    "in": "header",
    "name": "Idempotency-Key",
    "required": True,
    "schema": {"type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": LONGEST_KEY},
    "description": "Chosen by the client, new for each deed. The same key with the same call "
    "gives the first answer again, for 48 hours.",
}
IF_NONE_MATCH = {
    "in": "header",
    "name": "If-None-Match",
    "required": False,
    "schema": {"type": "string"},
    "description": "The ETag of an earlier answer.",
}


@dataclass(slots=True)
class Group:
    """Operations under one heading; `shapes` are those that ninja does not see by itself."""

    tag: str
    router: Router = field(default_factory=Router)
    shapes: list[type[BaseModel]] = field(default_factory=list)

    def ask(
        self, path: str, shape: type[BaseModel], summary: str, *, scope: Scope = READ
    ) -> Callable[[Function], Function]:
        """Add a GET: `function(actor, **path and query)` returns a value of `shape`."""

        def add(function: Function) -> Function:
            def view(request: HttpRequest, **asked: Any) -> HttpResponse:
                return found(request, shape, function(actor_of(request), **asked))

            extra = self.described(parameters=[IF_NONE_MATCH])
            extra["responses"][304] = {"description": "Not Modified"}
            self.add(
                "GET",
                path,
                view,
                function,
                summary=summary,
                scope=scope,
                extra=extra,
                answers={200: shape},
                skip=1,
            )
            return function

        return add

    def query(
        self,
        path: str,
        given: type[BaseModel],
        shape: type[BaseModel],
        summary: str,
        *,
        scope: Scope | None = READ,
    ) -> Callable[[Function], Function]:
        """Add a POST that reads: `function(actor, given, **path)`; without scope, for anybody."""

        def add(function: Function) -> Function:
            def view(request: HttpRequest, **asked: Any) -> HttpResponse:
                actor = None if scope is None else actor_of(request)
                return told(shape, function(actor, body.read(request, given), **asked))

            extra = self.described(given)
            self.add(
                "POST",
                path,
                view,
                function,
                summary=summary,
                scope=scope,
                extra=extra,
                answers={200: shape},
                skip=2,
            )
            return function

        return add

    def deed(
        self,
        path: str,
        summary: str,
        *,
        given: type[BaseModel] | None = None,
        shape: type[BaseModel] | None = None,
        status: int = 200,
        optional: bool = False,
        scope: Scope = WRITE,
    ) -> Callable[[Function], Function]:
        """Add a POST that does one deed: `function(actor, given, **path)`; 204 without shape.

        `optional` bodies may be left out. Without `given` the function gets the actor alone.
        """

        def add(function: Function) -> Function:
            def view(request: HttpRequest, **asked: Any) -> HttpResponse:
                actor, key = actor_of(request), key_of(request)
                sent = [] if given is None else [body.read(request, given, optional=optional)]
                return once(
                    actor,
                    key,
                    digest_of(request, request.body),
                    lambda: told(shape, function(actor, *sent, **asked), status=status),
                )

            extra = self.described(given, optional=optional, parameters=[IDEMPOTENCY_KEY])
            answers = {204: None} if shape is None else {status: shape}
            skip = 1 if given is None else 2
            self.add(
                "POST",
                path,
                view,
                function,
                summary=summary,
                scope=scope,
                extra=extra,
                answers=answers,
                skip=skip,
            )
            return function

        return add

    def with_files(
        self,
        path: str,
        view: Callable[..., HttpResponse],
        summary: str,
        *,
        part: str,
        given: type[BaseModel],
        answers: dict[int, Any],
    ) -> None:
        """Add a deed that reads its body by itself: JSON, or multipart with the JSON in `part`."""

        def behind(request: HttpRequest, **asked: Any) -> HttpResponse:
            return view(request, **asked)

        extra = self.described(given, parameters=[IDEMPOTENCY_KEY])
        several = {"type": "array", "items": {"type": "string", "format": "binary"}}
        extra["requestBody"]["content"]["multipart/form-data"] = {
            "schema": {
                "type": "object",
                "required": [part],
                "additionalProperties": False,
                "properties": {part: ref(given), **dict.fromkeys(body.PARTS, several)},
            },
            "encoding": {part: {"contentType": "application/json"}},
        }
        self.add(
            "POST",
            path,
            behind,
            view,
            summary=summary,
            scope=WRITE,
            extra=extra,
            answers=answers,
            skip=1,
        )

    def described(
        self,
        given: type[BaseModel] | None = None,
        *,
        optional: bool = False,
        parameters: list[dict[str, Any]] | None = None,
    ) -> dict[str, Any]:
        """Return what the description of an operation has beyond ninja's."""
        extra: dict[str, Any] = {"responses": dict.fromkeys((400, 404, 422), PROBLEM)}
        if parameters:
            extra["parameters"] = [*parameters]
        if given is not None:
            self.shapes.append(given)
            extra["requestBody"] = {
                "required": not optional,
                "content": {"application/json": {"schema": ref(given)}},
            }
            extra["responses"] |= dict.fromkeys((413, 415), PROBLEM)
        return extra

    def add(
        self,
        method: str,
        path: str,
        view: Callable[..., Any],
        function: Callable[..., Any],
        *,
        summary: str,
        scope: Scope | None,
        extra: dict[str, Any],
        answers: dict[int, Any],
        skip: int,
    ) -> None:
        """Give ninja a view that stands for `function`, whose first `skip` parameters it fills."""
        hints = typing.get_type_hints(function, include_extras=True)
        parameters = list(inspect.signature(function).parameters.values())[skip:]
        request = inspect.Parameter("request", inspect.Parameter.POSITIONAL_OR_KEYWORD)
        view.__signature__ = inspect.Signature(  # type: ignore[attr-defined] # read by inspect.signature
            [request, *(each.replace(annotation=hints[each.name]) for each in parameters)]
        )
        view.__name__ = function.__name__
        view.__doc__ = function.__doc__
        if scope is not None:
            extra["responses"] |= dict.fromkeys((401, 403, 409, 429, 503), PROBLEM)
            extra["x-scope"] = scope.value
        else:
            extra["responses"] |= dict.fromkeys((409, 429, 503), PROBLEM)
        self.router.add_api_operation(
            path,
            [method],
            view,
            auth=None if scope is None else Token(scope),
            response=answers,
            operation_id=function.__name__,
            summary=summary,
            tags=[self.tag],
            openapi_extra=extra,
        )


def ref(shape: type[BaseModel]) -> dict[str, str]:
    """Return a reference to a shape in the description."""
    return {"$ref": f"#/components/schemas/{shape.__name__}"}
