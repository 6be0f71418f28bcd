"""PINs: who has one, and their tries. A PIN alone opens nothing: see `switch_clerk`."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import F

from pishkhan.directory.models import Pin, PinTries
from pishkhan.kernel.errors import Forbidden
from pishkhan.kernel.i18n import N_

MOST_TRIES = 5


def with_pin(user_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these persons have set a PIN. One query."""
    return set(Pin.objects.filter(user_id__in=user_ids).values_list("user_id", flat=True))


def forgive_pin(user_id: UUID) -> None:
    """Let a PIN be tried again: its person has just signed in with the password."""
    PinTries.objects.filter(user_id=user_id, fails__gt=0).update(fails=0)


def return_try(user_id: UUID) -> None:
    """Take a right try back. The wrong ones stay until the password is given: else a colleague
    who watches could try four times after each take-over of another, all day long.
    """
    PinTries.objects.filter(user_id=user_id, fails__gt=0).update(fails=F("fails") - 1)


def claim_try(user_id: UUID) -> int:
    """Count a try before it is judged, so that tries at once are not more; return what is left.

    Raises Forbidden `directory.pin-locked` when none is left.
    """
    mine = PinTries.objects.filter(user_id=user_id)
    if not mine.filter(fails__lt=MOST_TRIES).update(fails=F("fails") + 1):
        raise Forbidden(
            "directory.pin-locked",
            N_("Five wrong tries: the PIN rests until its clerk signs in with the password."),
        )
    fails = mine.values_list("fails", flat=True).get()
    return max(MOST_TRIES - fails, 0)
