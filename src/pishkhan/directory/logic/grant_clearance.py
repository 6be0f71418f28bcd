from __future__ import annotations

from datetime import datetime
from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.contracts.clearances import HIGHEST, UNCLEARED
from pishkhan.directory.logic.common import the
from pishkhan.directory.models import Clearance, User
from pishkhan.directory.rules import line
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid
from pishkhan.kernel.i18n import N_, Message
from pishkhan.kernel.ids import new_id


def grant_clearance(
    actor: Actor, *, user_id: UUID, level: str, until_at: datetime | None = None, basis: str = ""
) -> UUID:
    """Clear a person for state letters up to a class ("2" to "5") from now on; return its id.

    It is the person's own, on whatever seat: a deputy and an office chief need theirs. Needs
    ADMIN. Raises NotFound, Invalid (`level`, `until`, `basis`).
    """
    actor.require(Right.ADMIN)
    if not (len(level) == 1 and UNCLEARED < level <= HIGHEST):
        raise _wrong("level", N_("Choose one of the list."))
    basis = line("basis", basis, longest=200, required=False)
    with journal.act() as act:
        user = the(User.objects.filter(is_active=True), user_id, "user")
        if until_at is not None and until_at <= act.at:
            raise _wrong("until", N_("This day has passed."))
        row = Clearance.objects.create(
            id=new_id(),
            user=user,
            level=level,
            granted_by_id=actor.user_id,
            from_at=act.at,
            until_at=until_at,
            basis=basis,
        )
        act.append(
            "clearance.granted",
            subject=user.id,
            actor=actor.ref,
            fields={
                "clearance": str(row.id),
                "level": level,
                "until": None if until_at is None else until_at.isoformat(),
            },
        )
    return row.id


def _wrong(field: str, sentence: str) -> Invalid:
    return Invalid("directory.bad-clearance", fields={field: Message(sentence)})
