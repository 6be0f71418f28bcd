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


def add_auditor(actor: Actor, *, user_id: UUID, basis: str = "") -> UUID:
    """Let a person read this node's log for reasons that it keeps; return the id of that seat.

    The seat carries AUDIT alone. `basis` is the number of the order that sends the auditor. Needs
    ADMIN. Raises Refused `directory.user-inactive`, `directory.holds-already`; and, so that nobody
    audits what he keeps himself, `directory.audits-himself` for an administrator.
    """
    actor.require(Right.ADMIN)
    basis = line("basis", basis, longest=200, required=False)
    with journal.act() as act:
        user = the(User.objects.select_for_update(), user_id, "user")
        if not user.is_active:
            raise Refused("directory.user-inactive", N_("The person's login is inactive."))
        held = set(
            Holding.objects.filter(
                user=user, kind__in=(SeatKind.ADMIN, SeatKind.AUDIT), until_at=None
            ).values_list("kind", flat=True)
        )
        if SeatKind.AUDIT in held:
            raise Refused("directory.holds-already", N_("This person is an auditor already."))
        if SeatKind.ADMIN in held:
            raise Refused(
                "directory.audits-himself",
                N_("Who keeps the directory does not audit it: choose another person."),
            )
        holding = Holding.objects.create(
            id=new_id(), kind=SeatKind.AUDIT.value, user=user, from_at=act.at, basis=basis
        )
        act.append(
            "auditor.added",
            subject=user_id,
            actor=actor.ref,
            fields={"basis": basis, "holding": str(holding.id)},
        )
    return holding.id
