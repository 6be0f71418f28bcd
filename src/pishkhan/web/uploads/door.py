"""The door of every upload by tus 1.0: version, method, plain failures."""

from __future__ import annotations

import errno
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import get_language
from django.views.decorators.csrf import csrf_exempt

from pishkhan.kernel.errors import Message, PishkhanError, Unsupported
from pishkhan.kernel.text import persian_digits
from pishkhan.web.errors import problem
from pishkhan.web.uploads import files, protocol

View = Callable[..., HttpResponseBase]


def tus_up_to(most: Callable[[], int]) -> Callable[[View], View]:
    """Return what puts a view behind the protocol's door: version, method, plain failures.

    `most` returns how many bytes an upload may have there. No form token is asked for: Django's
    own check would first look for it in the body (see `who.uploader`).
    """

    def behind(view: View) -> View:
        @csrf_exempt
        @wraps(view)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            answer = _answer(view, most, request, *args, **kwargs)
            answer["Tus-Resumable"] = protocol.VERSION
            if answer.status_code == protocol.OtherVersion.status:
                answer["Tus-Version"] = protocol.VERSION
            answer.headers.setdefault("Cache-Control", "no-store")
            return answer

        return door

    return behind


tus = tus_up_to(lambda: int(settings.UPLOAD_LIMIT))
"""The door of files of letters."""


def _answer(
    view: View, most: Callable[[], int], request: HttpRequest, *args: Any, **kwargs: Any
) -> HttpResponseBase:
    method = request.method or ""
    if method == "POST":
        method = request.headers.get("X-HTTP-Method-Override", method).upper()
    try:
        if method == "OPTIONS":
            return abilities(most())
        if request.headers.get("Tus-Resumable") != protocol.VERSION:
            raise protocol.OtherVersion("web.tus-version")
        return view(request, method, *args, **kwargs)
    except PishkhanError as error:
        return problem(in_own_digits(error))
    except OSError as error:
        if error.errno not in {errno.ENOSPC, errno.EDQUOT}:
            raise
        return problem(files.disk_full())


def in_own_digits(error: PishkhanError) -> PishkhanError:
    """Return the failure with the figures of its sentence in the digits of the language in use."""
    if get_language() == "fa":
        figures = {
            name: persian_digits(str(value)) if isinstance(value, int) else value
            for name, value in error.message.params.items()
        }
        error.message = Message(error.message.msgid, figures)
    return error


def abilities(most: int) -> HttpResponse:
    """Answer what is understood here; `most` bytes may be sent."""
    answer = HttpResponse(status=204)
    answer["Tus-Version"] = protocol.VERSION
    answer["Tus-Extension"] = protocol.EXTENSIONS
    answer["Tus-Max-Size"] = str(most)
    answer["Tus-Checksum-Algorithm"] = ",".join(protocol.ALGORITHMS)
    return answer


def check_type(request: HttpRequest) -> None:
    """Raise Unsupported `web.tus-type` for a body that is no piece of an upload."""
    if request.content_type != protocol.BYTES:
        raise Unsupported("web.tus-type")


def not_allowed(*methods: str) -> HttpResponse:
    """Answer another method than these."""
    return HttpResponse(status=405, headers={"Allow": ", ".join(methods)})
