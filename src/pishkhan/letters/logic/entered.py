"""Checks of what people enter in deeds: cleaned, bounded, each fault under its field."""

from __future__ import annotations

import hashlib
from datetime import date, datetime

from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.jalali import check_day
from pishkhan.kernel.text import clean_line, clean_text


def line(field: str, value: str, *, longest: int, required: bool = True) -> str:
    """Return the cleaned line; Invalid names `field` when it is empty, too long or broken."""
    return _checked(field, value, longest, required=required, several=False)


def text(field: str, value: str, *, longest: int, required: bool = True) -> str:
    """Return the cleaned text of several lines; Invalid as `line`."""
    return _checked(field, value, longest, required=required, several=True)


def _checked(field: str, value: str, longest: int, *, required: bool, several: bool) -> str:
    try:
        clean = clean_text if several else clean_line
        cleaned = clean(value, max=longest)
    except Invalid as error:
        raise Invalid(error.code, fields={field: error.message}) from None
    if required and not cleaned:
        raise Invalid("letters.empty-field", fields={field: Message(N_("This must be filled."))})
    return cleaned


def day(field: str, value: date | None) -> date | None:
    """Return the day; Invalid names `field` when it lies outside the calendar's years."""
    try:
        return None if value is None else check_day(value)
    except Invalid as error:
        raise Invalid(error.code, fields={field: error.message}) from None


def coming_day(field: str, value: date | None, *, at: datetime) -> date | None:
    """Return the day; Invalid names `field` when it lies before today in Tehran, or as `day`."""
    day(field, value)
    if value is not None and value < at.astimezone(TEHRAN).date():
        raise Invalid("letters.past-day", fields={field: Message(N_("This day has passed."))})
    return value


def digest(words: str) -> str:
    """Return the SHA-256 of a text for the journal, hexadecimal; "" for none.

    The entry's per-field salt keeps it from being guessed by those who see the commitment alone.
    """
    return hashlib.sha256(words.encode()).hexdigest() if words else ""
