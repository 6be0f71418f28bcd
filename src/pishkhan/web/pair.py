"""What is wrong at sight with a typed pair of tracking code and national ID, field by field."""

from __future__ import annotations

from pishkhan.kernel import checks, tracking
from pishkhan.kernel.errors import N_, Invalid, Message

EMPTY = Message(N_("This must be filled."))


def empty_fields(code: str, number: str) -> dict[str, Message]:
    """Return the fields in which nothing stands."""
    return {n: EMPTY for n, v in (("code", code), ("national_id", number)) if not v.strip()}


def faults(code: str, number: str) -> dict[str, Message]:
    """Return, for a pair that does not fit, which field cannot be right, with its sentence.

    Asked after the pair was tried: a foreign national's number has no check digit, so a number
    alone never keeps a try from being made.
    """
    found = empty_fields(code, number)
    if "code" not in found:
        try:
            tracking.parse(code)
        except Invalid as error:
            found["code"] = error.message
    if "national_id" not in found:
        try:
            checks.national_id(number)
        except Invalid as error:
            if not _is_of_another_register(number):
                found["national_id"] = error.message
    return found


def _is_of_another_register(number: str) -> bool:
    """Return whether a firm, a passport or a foreign national may have this number."""
    for check in (checks.legal_id, checks.passport):
        try:
            check(number)
        except Invalid:
            continue
        return True
    return checks.bare(number).isdigit() and 11 <= len(checks.bare(number)) <= 15
