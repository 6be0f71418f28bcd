"""Hand a pattern's ID and its parameters to a provider that fills in the text by itself.

Two forms, by the public descriptions of the country's providers:

- `pattern+https://host/path?receptor={to}&template={pattern}&token={code}`: a GET; what stands
  between braces is filled in, and a part of the query whose every value is empty is left out.
- `pattern-json+https://KEY@host/path`: a POST of `{"mobile", "templateId", "parameters":
  [{"name", "value"}]}`, with the key in the header `X-API-KEY`.

What failed before the connection stood has certainly not gone; what failed after may have.
"""

from __future__ import annotations

import http.client
import json
import re
import ssl
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from pishkhan.notices.logic.providers import (
    BAD_URL,
    JSON,
    NO_ANSWER,
    NOT_REACHED,
    NOT_TAKEN,
    QUERY,
    Provider,
)

CONNECT_SECONDS = 5
READ_SECONDS = 10
_PLACE = re.compile(r"\{([a-z]+)\}")
_PLACES = {"to", "pattern", "code", "missing", "until", "state", "site"}
_TAKEN = {1, 200}
"""What the providers write as `status` in the answer's body when they took it."""

_NOT_KNOWN = {http.HTTPStatus.REQUEST_TIMEOUT, http.HTTPStatus.GATEWAY_TIMEOUT}


def trouble(provider: Provider) -> str:
    """Return BAD_URL when the address cannot be one, else ""."""
    try:
        parts = urlsplit(_bare(provider))
        parts.port  # noqa: B018 - raises for what is no number
    except ValueError:
        return BAD_URL
    if parts.scheme not in {"http", "https"} or not parts.hostname:
        return BAD_URL
    if provider.address.startswith(JSON):
        return "" if parts.username else BAD_URL
    named = set(_PLACE.findall(parts.path + "?" + parts.query))
    return "" if {"to", "pattern"} <= named <= _PLACES else BAD_URL


def send(provider: Provider, recipient: str, pattern_id: str, values: Mapping[str, str]) -> str:
    """Send one message; return "" when it was taken, else a code of `providers`."""
    parts = urlsplit(_bare(provider))
    headers = {"Accept": "application/json"}
    body: bytes | None = None
    target = parts.path or "/"
    if provider.address.startswith(JSON):
        headers |= {
            "X-API-KEY": unquote(parts.username or ""),
            "Content-Type": "application/json",
        }
        body = json.dumps(_message(recipient, pattern_id, values), ensure_ascii=False).encode()
        target += f"?{parts.query}" if parts.query else ""
    else:
        target = _filled(parts.path, parts.query, recipient, pattern_id, values)
    connection = _connection(parts.scheme, parts.hostname or "", parts.port)
    try:
        try:
            connection.connect()
        except (OSError, http.client.HTTPException):
            return NOT_REACHED
        if connection.sock is not None:
            connection.sock.settimeout(READ_SECONDS)
        try:
            connection.request("POST" if body else "GET", target, body=body, headers=headers)
            answer = connection.getresponse()
            said = answer.read(65_536)
        except (OSError, http.client.HTTPException):
            return NO_ANSWER
        return _verdict(answer.status, said)
    finally:
        connection.close()


def _bare(provider: Provider) -> str:
    return provider.address.removeprefix(QUERY).removeprefix(JSON)


def _connection(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=CONNECT_SECONDS, context=context)
    return http.client.HTTPConnection(host, port, timeout=CONNECT_SECONDS)


def _message(recipient: str, pattern_id: str, values: Mapping[str, str]) -> dict[str, Any]:
    number = pattern_id.isascii() and pattern_id.isdecimal()
    return {
        "mobile": recipient,
        "templateId": int(pattern_id) if number else pattern_id,
        "parameters": [{"name": name, "value": value} for name, value in values.items()],
    }


def _filled(
    path: str, query: str, recipient: str, pattern_id: str, values: Mapping[str, str]
) -> str:
    known = {**values, "to": recipient, "pattern": pattern_id}

    def fill(found: re.Match[str]) -> str:
        return quote(known.get(found[1], ""), safe="")

    kept = []
    for part in query.split("&"):
        asked = _PLACE.findall(part)
        if not asked or any(known.get(name) for name in asked):
            kept.append(_PLACE.sub(fill, part))
    return _PLACE.sub(fill, path or "/") + (f"?{'&'.join(kept)}" if query else "")


def _verdict(status: int, said: bytes) -> str:
    if status in _NOT_KNOWN:
        return NO_ANSWER  # a gateway before the provider: the message may have gone on
    if not 200 <= status < 300:
        return NOT_TAKEN
    try:
        told = json.loads(said)
    except ValueError:
        return ""
    inner = told.get("return", told) if isinstance(told, dict) else {}
    verdict = inner.get("status") if isinstance(inner, dict) else None
    return NOT_TAKEN if isinstance(verdict, int) and verdict not in _TAKEN else ""
