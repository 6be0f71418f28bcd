"""Numbers that people and firms carry: their form and their check digits.

Each returns the number in Latin digits, as it is stored; each takes any of the three sets of
digits and the spaces and dashes that people write between them.
"""

from __future__ import annotations

import re

from pishkhan.kernel.countries import ISSUERS
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.kernel.text import latin_digits, strip_controls

_SEPARATORS = re.compile(r"[\s\-‐‑–/.\u200c\u200d]+")
_MOBILE = re.compile(r"(?:\+98|0098|98|0)?(9[0-9]{9})")
_DIGITS = re.compile(r"[0-9]+")
_PASSPORT = re.compile(r"([A-Z]{3})([A-Z0-9]{5,12})")

# Weights of the first ten digits of a legal person's ID; the tenth digit + 2 is added to each.
_LEGAL_WEIGHTS = (29, 27, 23, 19, 17, 29, 27, 23, 19, 17)


def _bare(s: str) -> str:
    return _SEPARATORS.sub("", latin_digits(strip_controls(s)))


def _is_digits(s: str, least: int, most: int) -> bool:
    return least <= len(s) <= most and _DIGITS.fullmatch(s) is not None


def national_id(s: str) -> str:
    """Return the ten digits of a national ID; 8 or 9 digits get their lost leading zeros.

    Raises Invalid (`checks.national-id`). Repeated digits pass: see
    `is_suspicious_national_id`. Source: the public check-digit rule of the civil registry,
    sum of digit[i]·(10−i) for i = 0..8, mod 11.
    """
    digits = _bare(s)
    if _is_digits(digits, 8, 10):
        digits = digits.zfill(10)
        rest = sum(int(d) * (10 - i) for i, d in enumerate(digits[:9])) % 11
        if int(digits[9]) == (rest if rest < 2 else 11 - rest):
            return digits
    raise Invalid(
        "checks.national-id", N_("The national ID is not right; look at the digits again.")
    )


def is_suspicious_national_id(s: str) -> bool:
    """Return whether one digit fills the whole number: formally right, hardly ever real."""
    return len(set(_bare(s).zfill(10))) == 1


def legal_id(s: str) -> str:
    """Return the eleven digits of a legal person's national ID.

    Raises Invalid (`checks.legal-id`). Source: the public check-digit rule, weights
    29 27 23 19 17 twice over digit + (tenth digit + 2), mod 11, ten counting as zero.
    """
    digits = _bare(s)
    if _is_digits(digits, 11, 11) and digits[3:9] != "000000":
        shift = int(digits[9]) + 2
        total = sum((int(d) + shift) * w for d, w in zip(digits[:10], _LEGAL_WEIGHTS, strict=True))
        if total % 11 % 10 == int(digits[10]):
            return digits
    raise Invalid(
        "checks.legal-id",
        N_("The national ID of the legal person is not right; look at the digits again."),
    )


def foreign_id(s: str) -> str:
    """Return a foreign national's number (کد فراگیر): 8 to 15 digits, no public check digit.

    Raises Invalid (`checks.foreign-id`).
    """
    digits = _bare(s)
    if _is_digits(digits, 8, 15):
        return digits
    raise Invalid(
        "checks.foreign-id",
        N_("The number of the foreign national is not right; it has 8 to 15 digits."),
    )


def passport(s: str) -> str:
    """Return a passport as «AFG-P1234567»: the issuer's three letters, then the number.

    Both as they stand on the passport, in one word or two; the number has 5 to 12 letters and
    digits, at least one of them a digit. Raises Invalid (`checks.passport`). Source: ICAO Doc
    9303; the number's check digit stands in the machine-readable lines only, which nobody types.
    """
    found = _PASSPORT.fullmatch(_bare(s).upper())
    if found is None or not any(c.isdigit() for c in found[2]):
        raise Invalid(
            "checks.passport",
            N_("Write the passport's country in three letters and its number, like AFG P1234567."),
        )
    if found[1] not in ISSUERS:
        raise Invalid(
            "checks.passport-country",
            N_("No country has this code; it stands on the passport in three letters, like AFG."),
        )
    return f"{found[1]}-{found[2]}"


def bare(s: str) -> str:
    """Return a number as typed without spaces and dashes, Latin digits, capital letters."""
    return _bare(s).upper()


def mobile(s: str) -> str:
    """Return an Iranian mobile as «09…», 11 digits; takes +98, 0098, 98 and a missing zero.

    Raises Invalid (`checks.mobile`).
    """
    found = _MOBILE.fullmatch(_bare(s).replace("(", "").replace(")", ""))
    if found is None:
        raise Invalid("checks.mobile", N_("The mobile number is not right; write it like 0912…."))
    return "0" + found[1]


def postal_code(s: str) -> tuple[str, bool]:
    """Return the code in Latin digits, and whether it looks right (ten digits).

    Never refuses: many villages have none, and people write what they know.
    """
    digits = _bare(s)
    return digits, _is_digits(digits, 10, 10)
