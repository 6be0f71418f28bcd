"""The door of a letter's page on either desk, and where one is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import wraps
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import reverse

from pishkhan.directory.contracts import Actor, Right
from pishkhan.kernel.errors import PishkhanError
from pishkhan.web import errors
from pishkhan.web.http import DeskRequest, desk

SECRETARIAT = "secretariat"
CARTABLE = "cartable"
_RIGHTS = {SECRETARIAT: Right.SECRETARIAT, CARTABLE: Right.CARTABLE}

View = Callable[..., HttpResponseBase]


def here(request: HttpRequest) -> str:
    """Return the desk of this address: "secretariat" or "cartable"."""
    match = request.resolver_match
    assert match is not None
    return match.namespaces[0]


def on_desk(view: View) -> View:
    """Let in whoever has the right of the desk of the address; see `http.desk`."""
    doors = {name: desk(right)(view) for name, right in _RIGHTS.items()}  # type: ignore[arg-type]  # pages of letters are streamed

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        return doors[here(request)](request, *args, **kwargs)

    return guarded


def may_be_alone(actor: Actor) -> bool:
    """Return whether the actor registers and signs, as nobody does where several work."""
    return {Right.SECRETARIAT, Right.SIGN} <= actor.rights and actor.hand is None


def folder(request: HttpRequest) -> str:
    """Return the list that one came from, as the address says: `?in=`."""
    return request.GET.get("in", "")


def url(request: HttpRequest, name: str, *args: UUID | int, mark: str = "") -> str:
    """Return an address of this desk; the list one came from goes with it."""
    found = reverse(f"{here(request)}:{name}", args=args)
    if came := folder(request):
        found += "?" + urlencode({"in": came})
    return f"{found}#{mark}" if mark else found


@dataclass(frozen=True, slots=True)
class Failed:
    """A form that was sent and not done: what was typed, and what is wrong with it."""

    form: str
    values: dict[str, list[str]] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    title: str = ""
    code: str = ""
    status: int = 422

    @classmethod
    def of(cls, request: DeskRequest, form: str, error: PishkhanError) -> Failed:
        """Return the failure of the form in this request."""
        told = errors.told(error)
        values = {name: request.POST.getlist(name) for name in request.POST}
        return cls(form, values, told["fields"], told["title"], error.code, error.status)
