"""SMS that people send: the provider passes each on to this address, with a secret of ours.

Providers call with a form, JSON or a query, and name their fields in their own ways; all of it is
known here alone.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from pishkhan.letters import api as letters

FROM = ("from", "sender", "mobile")
TEXT = ("message", "text", "body")
LONGEST = 8_192
"""Bytes of a call that are read."""


@csrf_exempt
@require_http_methods(["GET", "POST"])
def inbound(request: HttpRequest) -> HttpResponse:
    """Take in one SMS; the answer goes out by SMS, and the provider learns nothing of it.

    Without a secret in the settings there is no such address; a wrong one is told the same.
    """
    wanted = str(settings.PISHKHAN_SMS_INBOUND_SECRET)
    given = request.headers.get("X-Pishkhan-Secret") or request.GET.get("secret", "")
    if not wanted or not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
        raise Http404
    told = _told(request)
    sender, words = _first(told, FROM), _first(told, TEXT)
    if sender and words:
        letters.tell_by_sms(sender, words)
    return HttpResponse(status=204, headers={"Cache-Control": "no-store"})


def _told(request: HttpRequest) -> Mapping[str, Any]:
    if request.method == "GET":
        return request.GET
    if int(request.headers.get("Content-Length") or 0) > LONGEST:
        return {}
    if request.content_type != "application/json":
        return request.POST
    try:
        found = json.loads(request.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _first(told: Mapping[str, Any], names: tuple[str, ...]) -> str:
    given = (told.get(name) for name in names)
    return next((str(each)[:2_000] for each in given if each), "")
