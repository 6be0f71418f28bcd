"""The locked secrets of second factors, as a whole: which secret of the node opens them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from allauth.mfa.models import Authenticator

from pishkhan.kernel.errors import Unavailable
from pishkhan.sealing import api as sealing
from pishkhan.web.accounts.adapter import FACTOR

LOCKED = ("secret", "seed")
"""What allauth passes through the adapter's `encrypt`: of TOTP and of recovery codes."""


@dataclass(frozen=True, slots=True)
class Factors:
    """How many secrets need a former secret of the node, and how many none opens."""

    former: int
    unreadable: int


def look() -> Factors:
    """Return how the secrets of second factors are locked. Reads them all: for the operator."""
    former = unreadable = 0
    for _row, _name, token in _tokens():
        if not sealing.is_locked_anew(FACTOR, token):
            try:
                sealing.unlock(FACTOR, token)
                former += 1
            except Unavailable:
                unreadable += 1
    return Factors(former, unreadable)


def relock() -> int:
    """Lock with the present secret what a former one locked; return how many.

    Each row is written alone: a crash leaves some with the former secret, and this again is the
    recovery. What nothing opens stays as it is.
    """
    done = 0
    for row, name, token in _tokens():
        if sealing.is_locked_anew(FACTOR, token):
            continue
        try:
            text = sealing.unlock(FACTOR, token)
        except Unavailable:
            continue
        data = {**row.data, name: sealing.lock(FACTOR, text)}
        # Not when the person pairs anew, or uses a recovery code, at this moment.
        done += Authenticator.objects.filter(pk=row.pk, data=row.data).update(data=data)
    return done


def _tokens() -> Iterator[tuple[Any, str, str]]:
    for row in Authenticator.objects.order_by("pk").iterator(chunk_size=500):
        for name in LOCKED:
            if name in row.data:
                yield row, name, row.data[name]
