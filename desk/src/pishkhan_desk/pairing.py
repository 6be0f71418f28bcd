"""Who may ask: pages of a node whose address was typed here, that hold the token they got for it.

Pairing takes both sides: the page at the desk shows a code of eight digits; `pishkhan-desk pair
ADDRESS CODE` on the same PC names the address and the code; the page then trades the code for a
token, once, within five minutes. Tokens are kept as their SHA-256 only.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
import time
from typing import Any, Dict
from urllib.parse import urlsplit

from pishkhan_desk import config
from pishkhan_desk.errors import Trouble

PAIRINGS, PENDING = "pairings.json", "pending.json"
PATIENCE = 300.0
"""Seconds a code is good for."""

MOST_TRIES = 5
MOST_PAIRINGS = 20
_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")
_USUAL = {"http": 80, "https": 443}
_lock = threading.Lock()

Row = Dict[str, Any]


def origin_of(address: str) -> str:
    """Return scheme, host and port as browsers write them; raise Trouble for no web address."""
    try:
        parts = urlsplit(address.strip())
        port = parts.port
    except ValueError:
        raise Trouble("pair.address", 422) from None
    host = (parts.hostname or "").lower()
    if parts.scheme not in _USUAL or not host or parts.username is not None:
        raise Trouble("pair.address", 422)
    shown = f"[{host}]" if ":" in host else host
    return f"{parts.scheme}://{shown}" + (
        f":{port}" if port and port != _USUAL[parts.scheme] else ""
    )


def code_of(typed: str) -> str:
    """Return the eight digits of a typed code, of any of the three sets; raise Trouble."""
    code = re.sub(r"[\s-]", "", typed).translate(_DIGITS)
    if not re.match(r"^[0-9]{8}$", code):
        raise Trouble("pair.code", 422)
    return code


def open_for(address: str, code: str) -> str:
    """Let a page of this address trade this code for a token; return its origin."""
    origin = origin_of(address)
    row = {
        "origin": origin,
        "code": _hashed(code_of(code)),
        "until": time.time() + PATIENCE,
        "tries": MOST_TRIES,
    }
    with _lock:
        config.write(PENDING, row)
    return origin


def is_open() -> bool:
    """Return True while a code waits for its page."""
    return _pending() is not None


def trade(origin: str, code: str) -> str:
    """Return a new token for the page that shows the right code; the code is used up by it.

    Raises Trouble `pair.not-open`, or `pair.wrong` and gives the code up at the fifth time.
    """
    with _lock:
        row = _pending()
        if row is None or row["origin"] != origin:
            raise Trouble("pair.not-open", 409)
        if not hmac.compare_digest(row["code"], _hashed(code)):
            row["tries"] -= 1
            if row["tries"] > 0:
                config.write(PENDING, row)
            else:
                config.remove(PENDING)
            raise Trouble("pair.wrong", 403)
        config.remove(PENDING)
        token = secrets.token_urlsafe(32)
        made = {
            "id": secrets.token_hex(4),
            "origin": origin,
            "token": _hashed(token),
            "made": int(time.time()),
        }
        config.write(PAIRINGS, [*all_pairings(), made][-MOST_PAIRINGS:])
        return token


def all_pairings() -> list[Row]:
    """Return the pairings, oldest first."""
    kept = config.read(PAIRINGS)
    wanted = ("id", "origin", "token")
    rows = kept if isinstance(kept, list) else []
    return [
        row
        for row in rows
        if isinstance(row, dict) and all(isinstance(row.get(name), str) for name in wanted)
    ]


def origins() -> list[str]:
    """Return the origins that may ask at all: paired ones, and the one that waits."""
    row = _pending()
    return [each["origin"] for each in all_pairings()] + ([row["origin"]] if row else [])


def holder(origin: str, token: str) -> str | None:
    """Return the id of the pairing of this origin with this token, or None.

    Every pairing is compared, in constant time: how long it takes tells nothing.
    """
    given, found = _hashed(token), None
    for row in all_pairings():
        same = hmac.compare_digest(row["token"], given)
        if same and row["origin"] == origin:
            found = row["id"]
    return found


def end(pairing: str = "") -> int:
    """End one pairing, or all without an id; return how many ended."""
    with _lock:
        before = all_pairings()
        after = [row for row in before if pairing and row["id"] != pairing]
        config.write(PAIRINGS, after)
        if not pairing:
            config.remove(PENDING)
        return len(before) - len(after)


def _pending() -> Row | None:
    row = config.read(PENDING)
    if not isinstance(row, dict) or not isinstance(row.get("until"), (int, float)):
        return None
    left = row["until"] - time.time()
    return row if 0 < left <= PATIENCE else None


def _hashed(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()
