"""A person's or a firm's number, by the register that it belongs to."""

from __future__ import annotations

import hmac

from pishkhan.kernel import checks
from pishkhan.kernel.errors import N_, Invalid
from pishkhan.letters.contracts import IdKind

LEAST_DIGITS = 6
"""A passport with fewer digits is not known by them alone."""


def check_number(kind: IdKind, number: str) -> str:
    """Return the number in its kept form; raises Invalid as `kernel.checks` does."""
    if kind is IdKind.NATIONAL:
        return checks.national_id(number)
    if kind is IdKind.LEGAL:
        return checks.legal_id(number)
    if kind is IdKind.PASSPORT:
        return checks.passport(number)
    return checks.foreign_id(number)


def check_proxy_number(
    kind: IdKind, number: str, *, applicant_kind: IdKind, applicant_number: str
) -> str:
    """Return the number of who stands for the applicant; Invalid when it is the applicant's own.

    `applicant_number` is as it is kept: a number that was itself wrong is nobody's own.
    """
    found = check_number(kind, number)
    if kind is applicant_kind and found == applicant_number:
        raise Invalid(
            "letters.own-proxy",
            N_("This is the applicant's own number: nobody is a proxy of himself."),
        )
    return found


def number_fits(kept: str, typed: str) -> bool:
    """Return whether a typed number is the kept one.

    Any digits; with or without leading zeros; a passport with or without its country, or its
    digits alone, for a telephone's pad of numbers. Each is compared whatever the others gave, so
    that nothing is learnt from how long it took.
    """
    bare = checks.bare(typed)
    padded = bare.zfill(10) if bare.isdigit() and 8 <= len(bare) <= 9 else bare
    country, _, alone = kept.partition("-")
    whole = f"{country}{alone}"
    digits = "".join(c for c in alone if c.isdigit())
    fits = [
        _same(whole, bare),
        _same(whole, padded),
        _same(alone or whole, bare),
        _same(digits if len(digits) >= LEAST_DIGITS else whole, bare),
    ]
    return any(fits)


def _same(kept: str, typed: str) -> bool:
    return hmac.compare_digest(kept.encode(), typed.encode("utf-8", "replace"))
