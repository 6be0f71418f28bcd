"""Who calls: a program by its token, asked for before a byte of the body is read."""

from __future__ import annotations

from typing import Any, ClassVar, cast

from django.http import HttpRequest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Scope
from pishkhan.kernel.errors import N_, PishkhanError


class NoToken(PishkhanError):
    """There is no token, or it is wrong or revoked (401)."""

    status = 401
    default_message = N_("The token is missing, wrong or revoked.")


class Token:
    """What ninja asks before an operation: the actor behind the token, if it opens the scope."""

    openapi_security_schema: ClassVar[dict[str, str]] = {
        "type": "http",
        "scheme": "bearer",
        "description": "The token that the administrator's desk showed once.",
    }

    def __init__(self, scope: Scope | None) -> None:
        self.scope = scope

    def __call__(self, request: HttpRequest) -> Actor:
        """Return the actor. Raises NoToken `web.no-token`, Forbidden `directory.no-scope`."""
        kind, _, token = request.headers.get("Authorization", "").partition(" ")
        actor = (
            directory.client_actor(token.strip())
            if kind.lower() == "bearer" and token.isascii() and "\0" not in token
            else None
        )
        if actor is None:
            raise NoToken("web.no-token")
        if self.scope is not None:
            actor.require_scope(self.scope)
        return actor


def actor_of(request: HttpRequest) -> Actor:
    """Return whom `Token` let in."""
    return cast("Actor", cast("Any", request).auth)
