"""Who may send files. Asked before a byte of the body is read."""

from __future__ import annotations

from typing import Any, cast

from django.http import HttpRequest
from django.middleware.csrf import CsrfViewMiddleware

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import Actor, Right, Scope
from pishkhan.kernel.errors import N_, Forbidden
from pishkhan.web.http import Request
from pishkhan.web.uploads.protocol import NotLoggedIn

SENDERS = frozenset({Right.COUNTER, Right.CARTABLE})
BEARER = "Bearer "


class _FormToken(CsrfViewMiddleware):
    """Django's own check; says what is wrong in place of answering."""

    def _reject(self, request: HttpRequest, reason: str) -> Any:  # noqa: ARG002 - Django's signature
        return reason


_form_token = _FormToken(lambda _request: cast("Any", None))  # never called


def _no_view(request: HttpRequest) -> Any:  # pragma: no cover - stands where Django wants a view
    raise AssertionError(request)


def uploader(request: HttpRequest) -> Actor:
    """Return who sends: an API client by its token, else the person of the session.

    Raises NotLoggedIn `web.not-logged-in`; Forbidden `directory.no-right`, `directory.no-scope`,
    and `web.stale-page` when a session's request lacks the form token.
    """
    told = request.headers.get("Authorization", "")
    if told:
        actor = (
            directory.client_actor(told[len(BEARER) :].strip()) if told.startswith(BEARER) else None
        )
        if actor is None:
            raise NotLoggedIn("web.not-logged-in")
        actor.require_scope(Scope.LETTERS_WRITE)
    else:
        actor = cast("Request", request).actor
        if actor is None:
            raise NotLoggedIn("web.not-logged-in")
        if _form_token.process_view(request, _no_view, (), {}) is not None:
            raise Forbidden(
                "web.stale-page",
                N_("This page is too old or came from elsewhere. Load it again."),
            )
    if not actor.rights & SENDERS:
        actor.require(Right.COUNTER)
    return actor
