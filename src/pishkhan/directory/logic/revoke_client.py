from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import ApiClient
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_


def revoke_client(actor: Actor, *, client_id: UUID) -> None:
    """End a program's access now and for good.

    Needs ADMIN. Raises NotFound `directory.no-client`, Refused `directory.client-revoked`.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        client = the(ApiClient.objects.select_for_update(), client_id, "client")
        if not client.active:
            raise Refused("directory.client-revoked", N_("The token is revoked already."))
        client.active = False
        client.save(update_fields=["active"])
        act.append("client.revoked", subject=client_id, actor=actor.ref)
