from __future__ import annotations

from uuid import UUID

from pishkhan.directory.contracts import Actor, Right, SeatKind
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Holding, User
from pishkhan.directory.rules import line
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Refused
from pishkhan.kernel.i18n import N_
from pishkhan.kernel.ids import new_id


def add_administrator(actor: Actor, *, user_id: UUID, basis: str = "") -> UUID:
    """Let a person keep the directory and return the id of that seat.

    It opens no letter. Needs ADMIN (the first one is made by the command line, as the node
    itself). Raises Refused `directory.user-inactive`, `directory.holds-already`,
    `directory.audits-himself` for an auditor.
    """
    actor.require(Right.ADMIN)
    basis = line("basis", basis, longest=200, required=False)
    with journal.act() as act:
        user = the(User.objects.select_for_update(), user_id, "user")
        if not user.is_active:
            raise Refused("directory.user-inactive", N_("The person's login is inactive."))
        if Holding.objects.filter(user=user, kind=SeatKind.ADMIN, until_at=None).exists():
            raise Refused("directory.holds-already", N_("This person is an administrator already."))
        if Holding.objects.filter(user=user, kind=SeatKind.AUDIT, until_at=None).exists():
            raise Refused(
                "directory.audits-himself",
                N_("Who audits this node does not keep its directory: choose another person."),
            )
        holding = Holding.objects.create(
            id=new_id(), kind=SeatKind.ADMIN.value, user=user, from_at=act.at, basis=basis
        )
        act.append(
            "administrator.added",
            subject=user_id,
            actor=actor.ref,
            fields={"basis": basis, "holding": str(holding.id)},
        )
    return holding.id
