"""The SHAMS identifier of a letter (circular 110718 of 1398/9/3, version 1.2): what its QR holds.

The circular names the fields and their lengths. Their order, and the sign between them, could not
be found in anything public: both stand in `_laid_out` and nowhere else, so that whoever has the
specification changes that one function.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pishkhan.kernel import checks
from pishkhan.kernel.clock import TEHRAN
from pishkhan.kernel.errors import N_, Invalid, Message
from pishkhan.kernel.text import latin_digits

LONGEST_NUMBER = 20
MOST_SIGNERS = 2

_BETWEEN = "|"


@dataclass(frozen=True, slots=True)
class Shams:
    """What the identifier says.

    `signers` are the national IDs of those who signed, one or two, or none where the node does not
    know them; never an applicant's.
    """

    number: str
    at: datetime
    id: UUID
    email: str
    organisation: str
    signers: tuple[str, ...] = ()


def written(shams: Shams) -> str:
    """Return the text of the QR.

    Raises Invalid `web.bad-shams`, with the fields that the identifier cannot hold: number (1 to
    20 signs), signers (at most two national IDs), email, organisation (a legal person's ID).
    """
    wrong: dict[str, Message] = {}
    number = latin_digits(shams.number)
    if not 0 < len(number) <= LONGEST_NUMBER or not _is_plain(number):
        wrong["number"] = Message(N_("The letter’s number must have 1 to 20 signs."))
    if not (shams.email.isascii() and _is_plain(shams.email) and "@" in shams.email):
        wrong["email"] = Message(N_("The e-mail address is not right."))
    if not _fits(checks.legal_id, shams.organisation):
        wrong["organisation"] = Message(N_("The organisation’s national ID is not right."))
    signers = shams.signers
    if len(signers) > MOST_SIGNERS or not all(_fits(checks.national_id, each) for each in signers):
        wrong["signers"] = Message(N_("The signers’ national IDs are not right."))
    if wrong:
        raise Invalid("web.bad-shams", fields=wrong)
    at = shams.at.astimezone(TEHRAN).strftime("%Y-%m-%dT%H:%M:%S")
    return _laid_out(
        number=number,
        at=at,
        guid=str(shams.id),
        signers="".join(signers),
        email=shams.email,
        organisation=shams.organisation,
    )


def _laid_out(
    *, number: str, at: str, guid: str, signers: str, email: str, organisation: str
) -> str:
    # The order in which the circular names the fields, a sign between them that none of them may
    # have, and an unknown signer as an empty field: OUR GUESS until the specification is at hand.
    return _BETWEEN.join((number, at, guid, signers, email, organisation))


def _is_plain(value: str) -> bool:
    return value.isprintable() and _BETWEEN not in value and value == value.strip()


def _fits(check: Callable[[str], str], value: str) -> bool:
    """Return whether the value is as the check would keep it."""
    try:
        return check(value) == value
    except Invalid:
        return False
