from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from pishkhan.directory.contracts import Actor, Right
from pishkhan.directory.logic.add_dehyari import check_superior, free_villages
from pishkhan.directory.logic.common import the
from pishkhan.directory.logic.dehyari_rows import forget_villages, write_villages
from pishkhan.directory.models import Agency, Dehyari
from pishkhan.journal import api as journal


def change_dehyari(
    actor: Actor, *, dehyari_id: UUID, superior_id: UUID, village_ids: Sequence[UUID]
) -> None:
    """Put a dehyari under a superior, and say which villages it serves, all of them.

    Needs ADMIN. Raises NotFound, Invalid for superior or villages, Refused
    `directory.village-served`.
    """
    actor.require(Right.ADMIN)
    with journal.act() as act:
        agency = the(Agency.objects.select_for_update(), dehyari_id, "agency")
        the(Dehyari.objects.all(), dehyari_id, "dehyari")
        check_superior(superior_id)
        villages = free_villages(village_ids, of=dehyari_id)
        agency.parent_id = superior_id
        if agency.division_id not in dict(villages):
            agency.division_id = villages[0][0]
        agency.save(update_fields=["parent", "division"])
        forget_villages([dehyari_id])
        write_villages([(dehyari_id, villages)])
        act.append(
            "dehyari.changed",
            subject=dehyari_id,
            actor=actor.ref,
            fields={
                "superior": str(superior_id),
                "villages": [str(id_) for id_, _name in villages],
            },
        )
