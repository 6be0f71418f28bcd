from __future__ import annotations

from django.contrib.auth.hashers import make_password

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.models import Pin, PinTries
from pishkhan.directory.rules import new_pin
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden


def set_pin(actor: Actor, *, pin: str) -> None:
    """Set one's own PIN for taking over at a shared PC; its hash is kept (Argon2).

    For clerks at a counter. The caller has made sure who asks. Raises Invalid (field `pin`)
    `directory.bad-pin`, `directory.weak-pin`; Forbidden `directory.no-right`.
    """
    actor.require(Right.COUNTER)
    if actor.user_id is None:
        raise Forbidden("directory.no-right")
    digits = new_pin(pin)
    hashed = make_password(digits)
    with journal.act() as act:
        Pin.objects.update_or_create(user_id=actor.user_id, defaults={"hash": hashed})
        PinTries.objects.update_or_create(user_id=actor.user_id, defaults={"fails": 0})
        act.append("user.pin_set", subject=actor.user_id, actor=actor.ref)
