"""Every failure in one shape: RFC 9457 problem details with a code, and a sentence by field."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import (
    RequestDataTooBig,
    SuspiciousOperation,
    TooManyFieldsSent,
    TooManyFilesSent,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.http.request import UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import ValidationError as NinjaInvalid
from pydantic import ValidationError

from pishkhan.kernel.errors import (
    N_,
    Invalid,
    Message,
    NotFound,
    PishkhanError,
    TooLarge,
)
from pishkhan.web.errors import problem
from pishkhan.web.uploads.door import in_own_digits

MOST_TOLD = 20
"""Fields named in one answer; whoever has more wrong sends something else altogether."""


class BadRequest(PishkhanError):
    """The call could not be read at all (400)."""

    status = 400
    default_message = N_("The request could not be read.")


class NotAllowed(PishkhanError):
    """The address knows other methods (405)."""

    status = 405
    default_message = N_("This address does not take this method.")


_SENTENCES: Mapping[str, str] = {
    "missing": N_("This must be filled."),
    "string_too_short": N_("This must be filled."),
    "too_short": N_("This must be filled."),
    "extra_forbidden": N_("There is no such field."),
    "enum": N_("Choose one of the known values."),
    "literal_error": N_("Choose one of the known values."),
    "uuid_parsing": N_("This is not an identifier."),
    "uuid_type": N_("This is not an identifier."),
    "date_parsing": N_("Write the day as 2026-11-22."),
    "date_from_datetime_parsing": N_("Write the day as 2026-11-22."),
    "date_from_datetime_inexact": N_("Write the day as 2026-11-22."),
    "date_type": N_("Write the day as 2026-11-22."),
    "string_type": N_("This must be text."),
    "int_type": N_("This must be a whole number."),
    "int_parsing": N_("This must be a whole number."),
    "int_from_float": N_("This must be a whole number."),
    "greater_than_equal": N_("This number is out of bounds."),
    "less_than_equal": N_("This number is out of bounds."),
}
_OTHER = N_("This is not of the right form.")


def invalid(errors: Sequence[Mapping[str, Any]], *, places: int = 0) -> Invalid:
    """Return the refusal of what pydantic found; `places` leading parts of each path go.

    Nothing of what was sent is repeated: it may be a person's.
    """
    fields: dict[str, Message | str] = {}
    for error in errors[:MOST_TOLD]:
        path = [str(part) for part in error["loc"][places:] if part != "function-before"]
        fields.setdefault(".".join(path) or "body", _sentence(error))
    return Invalid("web.invalid", fields=fields)


def _sentence(error: Mapping[str, Any]) -> Message:
    kind = error["type"]
    if kind == "string_too_long":
        most = error["ctx"]["max_length"]
        return Message(N_("The text is too long; at most %(max)s characters."), {"max": most})
    return Message(_SENTENCES.get(kind, _OTHER))


def unreadable() -> BadRequest:
    """Return the refusal of a body that is no JSON at all."""
    return BadRequest("web.bad-json", N_("The body is not JSON in UTF-8."))


def not_kept() -> Invalid:
    """Return the refusal of NUL and lone surrogates, which no text of ours can have."""
    return Invalid("text.not-unicode", N_("The text has characters that cannot be kept."))


def not_allowed(allowed: str) -> HttpResponse:
    """Return the answer to a method that the address does not know."""
    found = problem(NotAllowed("web.not-allowed"))
    found["Allow"] = allowed
    return found


def _django(error: Exception) -> PishkhanError:
    """Return the refusal that one of Django's own stands for."""
    if isinstance(error, RequestDataTooBig | TooManyFieldsSent):
        return TooLarge("web.body-too-large", N_("The request is too large."))
    if isinstance(error, TooManyFilesSent):
        return TooLarge("web.too-many-files", N_("These are too many files for one request."))
    if isinstance(error, Http404):
        return NotFound("web.not-found")
    return BadRequest("web.bad-request")


def handle(api: NinjaAPI) -> None:
    """Teach ninja to answer failures in this shape."""
    for kind in (
        PishkhanError,
        NinjaInvalid,
        ValidationError,
        SuspiciousOperation,
        MultiPartParserError,
        UnreadablePostError,
        Http404,
    ):
        api.add_exception_handler(kind, answer)


def answer(request: HttpRequest, error: Exception | type[Exception]) -> HttpResponse:  # noqa: ARG001 - ninja's signature
    """Return the answer to an expected failure."""
    assert isinstance(error, Exception)
    told = _refusal(error)
    found = problem(in_own_digits(told))
    if told.status == 401:
        found["WWW-Authenticate"] = 'Bearer realm="pishkhan"'
    return found


def _refusal(error: Exception) -> PishkhanError:
    if isinstance(error, PishkhanError):
        return error
    if isinstance(error, NinjaInvalid):
        return invalid(error.errors, places=1)
    if isinstance(error, ValidationError):
        return invalid(error.errors(include_url=False, include_input=False))
    return _django(error)
