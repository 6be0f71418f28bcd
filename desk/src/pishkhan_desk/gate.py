"""Decides from a request's headers alone whether it is heard. Pure: the tests try every case.

What each line keeps out:
- another Host: a name that was rebound to 127.0.0.1 brings its own name along;
- another Origin, or none: pages of other sites, pictures and forms that need no leave;
- no right token: programs and pages that know the origin but were never paired.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Mapping, Sequence

from pishkhan_desk.errors import Trouble

METHODS = "GET, POST, DELETE"
HEADERS = "authorization, content-type"
UNPAIRED = frozenset([("POST", "/v1/pair")])
"""What a page asks before it holds a token; its origin must be named all the same."""


@dataclass(frozen=True)
class Asked:
    """What a request says of itself."""

    method: str
    path: str
    headers: Mapping[str, str]  # names in lower case


def check_place(asked: Asked, hosts: Sequence[str], origins: Sequence[str]) -> str:
    """Return the origin of a request that came to this very address from a known origin.

    Raises Trouble `gate.host` or `gate.origin`.
    """
    if asked.headers.get("host", "").lower() not in hosts:
        raise Trouble("gate.host", 421)
    origin = asked.headers.get("origin", "")
    if not origin or origin == "null" or origin not in origins:
        raise Trouble("gate.origin", 403)
    return origin


def check_token(asked: Asked, origin: str, holder: Callable[[str, str], str | None]) -> str | None:
    """Return the pairing that asks, None where none is needed; raise Trouble `gate.token`."""
    if (asked.method, asked.path) in UNPAIRED:
        return None
    scheme, _, token = asked.headers.get("authorization", "").partition(" ")
    found = holder(origin, token.strip()) if scheme.lower() == "bearer" and token else None
    if found is None:
        raise Trouble("gate.token", 401)
    return found


def leave(origin: str, asked: Asked) -> Mapping[str, str]:
    """Return the CORS headers for a known origin; with the preflight's, when it is one."""
    headers = {"Access-Control-Allow-Origin": origin, "Vary": "Origin"}
    if asked.method == "OPTIONS":
        headers["Access-Control-Allow-Methods"] = METHODS
        headers["Access-Control-Allow-Headers"] = HEADERS
        headers["Access-Control-Max-Age"] = "600"
        # Private Network Access: https://wicg.github.io/private-network-access/
        if asked.headers.get("access-control-request-private-network") == "true":
            headers["Access-Control-Allow-Private-Network"] = "true"
    return headers
