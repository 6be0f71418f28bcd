"""Pure rules of the directory: forms of names, tokens, hours; what a post's flags allow."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Collection, Mapping
from enum import Enum
from itertools import pairwise
from typing import Any

from pishkhan.directory.contracts import Right
from pishkhan.directory.contracts.stand_ins import StandInKind, StandInScope
from pishkhan.kernel.errors import Invalid, Message
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.text import clean_line, latin_digits, normalise


class Unchanged(Enum):
    """What a deed of change takes for "this stays", where None means "this is cleared"."""

    UNCHANGED = "unchanged"


UNCHANGED = Unchanged.UNCHANGED

DAYS = ("sat", "sun", "mon", "tue", "wed", "thu", "fri")

_TOKEN = re.compile(r"pk_([a-z2-7]{10})_([a-z2-7]{52})")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]")
_EMAIL = re.compile(
    r"[A-Za-z0-9.!#$%&'*+/=?^_`{}~-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.)+[A-Za-z0-9-]{2,63}"
)
# An age recipient: age1, and the letters and digits of bech32, which has no 1, b, i, o.
_RECIPIENT = re.compile(r"age1[02-9ac-hj-np-z]{6,96}")
_USERNAME = re.compile(r"[^\W_][\w.@+-]{1,59}")


def normalise_username(username: str) -> str:
    """Return the one form in which a username is kept and looked up; never raises."""
    return "".join(normalise(username).split())[:60]


def new_username(username: str) -> str:
    """Return the normalised username, or raise Invalid with field `username`."""
    name = normalise_username(username)
    if _USERNAME.fullmatch(name) is None:
        raise Invalid(
            "directory.bad-username",
            fields={"username": Message(N_("2 to 60 letters and digits without spaces."))},
        )
    return name


def line(field: str, value: str, *, longest: int, required: bool = True) -> str:
    """Return the cleaned line; Invalid names `field` when it is empty, too long or broken."""
    try:
        text = clean_line(value, max=longest)
    except Invalid as error:
        raise Invalid(error.code, fields={field: error.message}) from None
    if required and not text:
        raise Invalid("directory.empty-field", fields={field: Message(N_("This must be filled."))})
    return text


def email_address(field: str, value: str) -> str:
    """Return an e-mail address of at most 100 signs in ASCII, or ""; else Invalid at `field`."""
    given = value.strip()
    if given and (len(given) > 100 or _EMAIL.fullmatch(given) is None):
        raise Invalid(
            "directory.bad-email",
            fields={field: Message(N_("Write an e-mail address, such as info@example.ir."))},
        )
    return given


def age_recipient(field: str, value: str) -> str:
    """Return an age recipient by its shape alone, or ""; else Invalid at `field`."""
    given = value.strip()
    if given and _RECIPIENT.fullmatch(given) is None:
        raise Invalid(
            "directory.bad-recipient",
            fields={field: Message(N_("A recipient begins with age1 and is written small."))},
        )
    return given


def norm(text: str, longest: int) -> str:
    """Return the searched form of a name, cut to its column (some letters unfold to many)."""
    return normalise(text)[:longest].strip()


def padded(text: str) -> str:
    """Return the searched form of an agency's name, a space before and after."""
    return f" {norm(text, 210)} "


def rights_of_post(
    *, can_sign: bool, can_initial: bool, can_refer_free: bool, can_dispatch: bool, is_clerk: bool
) -> frozenset[Right]:
    """Return the rights that a post's flags give; every post has a cartable.

    A secretariat's clerk registers and dispatches: both are the secretariat's daily work.
    """
    rights = {Right.CARTABLE}
    if can_sign:
        rights.add(Right.SIGN)
    if can_initial:
        rights.add(Right.INITIAL)
    if can_refer_free:
        rights.add(Right.REFER_FREE)
    if is_clerk:
        rights.add(Right.SECRETARIAT)
    if can_dispatch or is_clerk:
        rights.add(Right.DISPATCH)
    return frozenset(rights)


def rights_of_hand(
    rights: frozenset[Right], kind: StandInKind, scope: StandInScope, kinds: Collection[str] = ()
) -> frozenset[Right]:
    """Return what is left of a post's rights in the hand of who stands in for it.

    An office chief has the cartable before him and nothing else; what he may do there is said by
    the rules of letters. How far his superior refers is how far he may propose.
    """
    if kind is not StandInKind.DEPUTY:
        return rights & {Right.CARTABLE, Right.REFER_FREE}
    if kinds:  # a secretariat's lists are of all kinds
        rights -= {Right.SECRETARIAT}
    return rights - {Right.SIGN} if scope is StandInScope.NO_SIGNING else rights


def make_token(randomness: bytes) -> tuple[str, str, bytes]:
    """Return (token, prefix, SHA-256 of the token) from 39 random bytes.

    The token is `pk_<prefix>_<secret>`: 50 bits to find the row by, 256 bits to keep it.
    """
    text = base64.b32encode(randomness).decode().lower().rstrip("=")
    prefix = text[:10]
    secret = text[10:62]
    token = f"pk_{prefix}_{secret}"
    return token, prefix, hash_token(token)


def split_token(token: str) -> str | None:
    """Return the prefix of a well-formed token, else None."""
    found = _TOKEN.fullmatch(token)
    return None if found is None else found[1]


def hash_token(token: str) -> bytes:
    """Return the SHA-256 of a token. It carries 256 random bits: no slow hash is needed."""
    return hashlib.sha256(token.encode()).digest()


def check_hours(hours: Mapping[str, Any]) -> dict[str, list[list[str]]]:
    """Return the opening hours in their kept form, or raise Invalid with field `hours`.

    A day of the week ("sat" … "fri") maps to [from, until] pairs of "HH:MM", in order and not
    overlapping; a day left out is closed.
    """
    checked: dict[str, list[list[str]]] = {}
    for day in DAYS:
        spans = hours.get(day, [])
        kept: list[list[str]] = []
        last = ""
        if not isinstance(spans, list | tuple):
            raise _bad_hours()
        for span in spans:
            if not _is_span(span) or span[0] < last:
                raise _bad_hours()
            last = span[1]
            kept.append([span[0], span[1]])
        if kept:
            checked[day] = kept
    if set(hours) - set(DAYS):
        raise _bad_hours()
    return checked


def _is_span(span: Any) -> bool:
    return (
        isinstance(span, list | tuple)
        and len(span) == 2
        and all(isinstance(t, str) and _TIME.fullmatch(t) for t in span)
        and span[0] < span[1]
    )


def _bad_hours() -> Invalid:
    return Invalid(
        "directory.bad-hours",
        fields={"hours": Message(N_("Hours are pairs like 08:00 to 14:00, in order."))},
    )


SHORTEST_PIN, LONGEST_PIN = 4, 6


def new_pin(pin: str) -> str:
    """Return the PIN in Latin digits; Invalid with field `pin` when it is none, or guessed first.

    4 to 6 digits; not one digit again and again, nor a run up or down.
    """
    digits = "".join(latin_digits(pin).split())
    if not (digits.isascii() and digits.isdigit() and SHORTEST_PIN <= len(digits) <= LONGEST_PIN):
        raise Invalid("directory.bad-pin", fields={"pin": Message(N_("A PIN has 4 to 6 digits."))})
    steps = {(int(b) - int(a)) % 10 for a, b in pairwise(digits)}
    if len(steps) == 1 and steps <= {0, 1, 9}:
        raise Invalid(
            "directory.weak-pin",
            fields={"pin": Message(N_("This PIN is guessed first; choose another one."))},
        )
    return digits
