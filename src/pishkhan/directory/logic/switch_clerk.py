from __future__ import annotations

from uuid import UUID

from django.contrib.auth.hashers import check_password

from pishkhan.directory.contracts import Actor, OfficeKind, Right
from pishkhan.directory.logic.pins import claim_try, return_try
from pishkhan.directory.logic.who import actor_for
from pishkhan.directory.models import Pin
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid, Message, NotFound
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.text import latin_digits


def switch_clerk(actor: Actor, *, user_id: UUID, pin: str) -> Actor:
    """Let a colleague of the actor's counter take over by PIN; return the colleague's actor.

    Whether the colleague may do so at this PC is for the caller to know. A try is counted before
    it is judged; after five wrong ones, right ones between or not, the PIN rests until its clerk
    signs in with the password.
    Raises NotFound `directory.no-user` for nobody of this counter, Forbidden
    `directory.pin-locked`, Invalid `directory.wrong-pin` with field `pin`.
    """
    actor.require(Right.COUNTER)
    counter = actor.require_office(OfficeKind.COUNTER)
    colleague = actor_for(user_id, counter.id)
    known = Pin.objects.filter(user_id=user_id).values_list("hash", flat=True).first()
    if colleague is None or known is None or user_id == actor.user_id:
        raise NotFound("directory.no-user")
    left = claim_try(user_id)
    if not check_password("".join(latin_digits(pin).split()), known):
        if not left:
            with journal.act() as act:
                act.append(
                    "user.pin_locked",
                    subject=user_id,
                    actor=actor.ref,
                    fields={"counter": str(counter.id)},
                )
        told = Message(N_("The PIN is not right. Tries left: %(left)s"), {"left": left})
        raise Invalid("directory.wrong-pin", fields={"pin": told})
    with journal.act() as act:
        return_try(user_id)
        act.append(
            "clerk.switched",
            subject=user_id,
            actor=colleague.ref,
            fields={"counter": str(counter.id), "from": actor.ref},
        )
    return colleague
