"""How letters' envelopes are written and read, for both sides.

What comes out of an envelope was made by another node, perhaps of another version: every field
is read through here, bounded as its column is, and a malformed message is refused for good
(Invalid `letters.bad-message`), which the sender learns by receipt.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any, TypeVar
from uuid import UUID

from pishkhan.kernel.errors import N_, Invalid, Unavailable
from pishkhan.kernel.jalali import check_day
from pishkhan.kernel.text import clean_line, clean_text
from pishkhan.letters.contracts import Page, PageRef, PageRole

SUBMITTED = "letter.submitted"
COMPLETED = "letter.completed"
WITHDRAWAL = "letter.withdrawal"
TRANSFERRED = "letter.transferred"  # to the next agency, with the letter
SENT = "letter.sent"  # from agency to agency, with what was signed
FATE = "letter.fate"  # back to the agency that wrote it
ACKNOWLEDGED = "letter.acknowledged"  # of a circular, back to the agency that wrote it
CLASS_SET = "letter.class-set"  # to who got a letter: its writer lowered its class
CIRCULAR_REMINDED = "letter.circular-reminded"  # to who has not taken note of one
MOVED = "letter.moved"  # to the counter: with whom the letter is from now on
HANDED_OVER = "letter.handed-over"  # the relay takes no underscore
STATUS = "letter.status"
ANSWERED = "letter.answered"
PROBLEM = "letter.problem"  # with an agency, to it and to the body above it
PROBLEM_ANSWERED = "letter.problem-answered"
RATING = "letter.rating"  # how content the applicant is, to the agency that he means
VERSION = 1

_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z", re.ASCII)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_HEX = re.compile(r"(?:[0-9a-f]{2})*")
_MOST_PAGES = 500

E = TypeVar("E", bound=StrEnum)


def bad_message() -> Invalid:
    """Return the refusal of a message that breaks its shape; it names no value."""
    return Invalid("letters.bad-message", N_("The message does not have the agreed shape."))


def not_here_yet() -> Unavailable:
    """Return what makes the relay try a message again: what it builds on is still on its way."""
    return Unavailable("letters.not-here-yet", N_("What this builds on has not arrived yet."))


def hop_out(hop: int) -> dict[str, object]:
    """Return how often the letter has moved between agencies, as a message says it."""
    return {"hop": hop} if hop else {}


def hop_in(payload: Mapping[str, Any]) -> int:
    """Return what `hop_out` gave: 0 for a letter that never moved."""
    return whole(payload, "hop", most=1_000_000) if "hop" in payload else 0


def iso(at: datetime) -> str:
    """Return a moment as ISO-8601 in UTC with microseconds and "Z"."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def moment(payload: Mapping[str, Any], key: str) -> datetime:
    """Return the moment under `key`, aware, in UTC."""
    value = payload.get(key)
    if not isinstance(value, str) or _MOMENT.fullmatch(value) is None:
        raise bad_message()
    try:
        at = datetime.fromisoformat(value)
        check_day(at.date())
    except (ValueError, Invalid):
        raise bad_message() from None
    return at


def day(payload: Mapping[str, Any], key: str) -> date | None:
    """Return the day under `key` (YYYY-MM-DD), or None when there is none."""
    value = payload.get(key)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise bad_message()
    try:
        return check_day(date.fromisoformat(value))
    except (ValueError, Invalid):
        raise bad_message() from None


def key_of(payload: Mapping[str, Any], key: str) -> UUID:
    """Return the UUID under `key`."""
    value = payload.get(key)
    if not isinstance(value, str):
        raise bad_message()
    try:
        return UUID(value)
    except ValueError:
        raise bad_message() from None


def line(payload: Mapping[str, Any], key: str, longest: int, *, required: bool = True) -> str:
    """Return one line of text under `key`, at most `longest` characters."""
    return _text(payload, key, longest, required=required, several=False)


def text(payload: Mapping[str, Any], key: str, longest: int, *, required: bool = True) -> str:
    """Return a text under `key`, at most `longest` characters."""
    return _text(payload, key, longest, required=required, several=True)


def exact(payload: Mapping[str, Any], key: str, longest: int) -> str:
    """Return a text under `key` as it is to the last sign: what was signed may not change."""
    value = payload.get(key)
    if not isinstance(value, str) or len(value) > longest or "\0" in value:
        raise bad_message()
    return value


def digest(payload: Mapping[str, Any], key: str) -> str:
    """Return a lower-case hexadecimal SHA-256 under `key`."""
    value = payload.get(key)
    if not isinstance(value, str) or _DIGEST.fullmatch(value) is None:
        raise bad_message()
    return value


def octets(payload: Mapping[str, Any], key: str, longest: int) -> bytes:
    """Return the bytes under `key`, written as lower-case hexadecimal."""
    value = payload.get(key)
    if not isinstance(value, str) or _HEX.fullmatch(value) is None or len(value) > 2 * longest:
        raise bad_message()
    return bytes.fromhex(value)


def whole(payload: Mapping[str, Any], key: str, *, least: int = 0, most: int) -> int:
    """Return the whole number under `key`, `least` to `most`."""
    value = payload.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise bad_message()
    return value


def choice(payload: Mapping[str, Any], key: str, kind: type[E]) -> E:
    """Return the enumeration's member under `key`."""
    try:
        return kind(str(payload.get(key)))
    except ValueError:
        raise bad_message() from None


def part(payload: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    """Return the object under `key`."""
    value = payload.get(key)
    if not isinstance(value, dict):
        raise bad_message()
    return value


def parts(
    payload: Mapping[str, Any], key: str, *, least: int = 0, most: int
) -> list[Mapping[str, Any]]:
    """Return the list of objects under `key`, `least` to `most` of them."""
    value = payload.get(key)
    if not isinstance(value, list) or not least <= len(value) <= most:
        raise bad_message()
    if not all(isinstance(each, dict) for each in value):
        raise bad_message()
    return value


def pages_out(pages: Sequence[PageRef], *, first: int = 1) -> list[dict[str, Any]]:
    """Return pages as they travel, numbered from `first`."""
    return [
        {
            "seq": seq,
            "role": page.role.value,
            "digest": page.digest,
            "media_type": page.media_type,
            "size": page.size,
            "leaves": page.leaves,
            "rotation": page.rotation,
            "name": page.name,
        }
        for seq, page in enumerate(pages, first)
    ]


def pages_in(payload: Mapping[str, Any], blobs: Sequence[str]) -> list[tuple[int, PageRef]]:
    """Return (seq, page) of each page under `pages`.

    A page may only name a file that the envelope brought (`blobs`): to know a digest is not to
    have the file.
    """
    found = payload.get("pages")
    if not isinstance(found, list) or len(found) > _MOST_PAGES:
        raise bad_message()
    brought = set(blobs)
    pages: list[tuple[int, PageRef]] = []
    for each in found:
        if not isinstance(each, dict):
            raise bad_message()
        page = PageRef(
            digest=digest(each, "digest"),
            media_type=line(each, "media_type", 40),
            size=whole(each, "size", most=2**53 - 1),
            leaves=whole(each, "leaves", least=1, most=100_000),
            rotation=whole(each, "rotation", most=270),
            role=choice(each, "role", PageRole),
            name=line(each, "name", 160, required=False),
        )
        if page.digest not in brought or page.rotation % 90:
            raise bad_message()
        pages.append((whole(each, "seq", least=1, most=32_000), page))
    if len({seq for seq, _ in pages}) != len(pages):
        raise bad_message()
    return pages


def held_out(pages: Sequence[Page]) -> list[dict[str, Any]]:
    """Return pages as an office holds them, each with its place and the round it came in."""
    return [
        {
            "round": page.round,
            "seq": page.seq,
            "role": page.role.value,
            "digest": page.digest,
            "media_type": page.media_type,
            "size": page.size,
            "leaves": page.leaves,
            "rotation": page.rotation,
            "name": page.name,
        }
        for page in pages
    ]


def held_in(payload: Mapping[str, Any], blobs: Sequence[str]) -> list[tuple[int, int, PageRef]]:
    """Return (round, seq, page) of each page under `pages`; bounded as `pages_in`."""
    pages = dict(pages_in(payload, blobs))
    return [
        (whole(each, "round", most=32_000), each["seq"], pages[each["seq"]])
        for each in payload["pages"]
    ]


def _text(
    payload: Mapping[str, Any], key: str, longest: int, *, required: bool, several: bool
) -> str:
    value = payload.get(key, "")
    if value is None and not required:
        return ""
    if not isinstance(value, str):
        raise bad_message()
    try:
        cleaned = clean_text(value, max=longest) if several else clean_line(value, max=longest)
    except Invalid:
        raise bad_message() from None
    if required and not cleaned:
        raise bad_message()
    return cleaned
