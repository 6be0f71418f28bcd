"""Sentences with their values, as people write and read them in both languages."""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime

from pishkhan_verify import jalali
from pishkhan_verify.sentences import CAUTIONS, FACTS, REFUSED, SENTENCES, UNREADABLE, Sentences

__all__ = ["CAUTIONS", "FACTS", "REFUSED", "SENTENCES", "UNREADABLE", "Sentences"]

LANGUAGES = ("fa", "en")
MOST_SHOWN = 120
LRM = "\u200e"  # keeps the parts of a code or a date in their order inside Persian text
ZWNJ = "\u200c"

_PERSIAN = str.maketrans("0123456789,", "۰۱۲۳۴۵۶۷۸۹٬")
_LATIN = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


def say(key: str, lang: str, /, **values: object) -> str:
    """Return a sentence with its values, each made safe to print."""
    persian, english = SENTENCES[key]
    shown = {name: shown_value(value, lang) for name, value in values.items()}
    return (persian if lang == "fa" else english).format(**shown)


def shown_value(value: object, lang: str) -> str:
    """Return a number, a moment or a text as it is printed."""
    if isinstance(value, datetime):
        return moment(value, lang)
    if isinstance(value, int):
        return digits(f"{value:,}", lang)
    return str(value) if isinstance(value, Safe) else kept_apart(safe(str(value)), lang)


class Safe(str):
    """A text made here, printed as it is."""

    __slots__ = ()


def safe(text: str) -> str:
    """Return text from outside without what could move the cursor or turn the line around."""
    if len(text) > MOST_SHOWN:
        text = text[:MOST_SHOWN] + "…"
    return "".join(
        c if c == ZWNJ or unicodedata.category(c)[0] not in "CZ" or c == " " else "?" for c in text
    )


def kept_apart(text: str, lang: str) -> str:
    """Return a left-to-right text so that it stays one inside a Persian sentence."""
    return f"{LRM}{text}{LRM}" if lang == "fa" and text.isascii() else text


def digits(text: str, lang: str) -> str:
    """Return a number with the digits of the language."""
    return text.translate(_PERSIAN) if lang == "fa" else text


def latin(text: str) -> str:
    """Return text with the digits that a program reads."""
    return text.translate(_LATIN)


def moment(at: datetime, lang: str) -> str:
    """Return a moment: Jalali and Tehran's clock in Persian, else ISO 8601 and UTC."""
    there = jalali.text(at) if lang == "fa" else None
    if there is not None:
        return f"{LRM}{digits(there, lang)}{LRM} به وقت تهران"
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def code(text: str, lang: str) -> Safe:
    """Return a tracking code in its groups of 3-3-3-4."""
    grouped = "-".join((text[:3], text[3:6], text[6:9], text[9:]))
    return Safe(f"{LRM}{digits(grouped, lang)}{LRM}" if lang == "fa" else grouped)


def money(minor: int, epoch: str, lang: str) -> Safe:
    """Return an amount: present rials, or new rials of 100 qeran."""
    if epoch == "rial":
        amount, unit = f"{minor:,}", ("ریال", "rials")
    else:
        whole, qeran = divmod(minor, 100)
        amount = f"{whole:,}" + (f".{qeran:02}" if qeran else "")
        unit = ("ریال جدید", "new rials")
    if lang == "fa":
        return Safe(f"{digits(amount, lang).replace('.', '٫')} {unit[0]}")
    return Safe(f"{amount} {unit[1]}")
