"""Dehyaris under the water company, which stands for a district's office in the tests' world."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, DivisionLevel, SeatKind
from tests.letters.world import World


@dataclass(frozen=True)
class Village:
    """A dehyari, its dehyar at his post, and at the counter if there is one."""

    agency: UUID
    dehyar: Actor
    clerk: Actor | None


def village(world: World, n: int = 1, *, hosts: bool = False) -> Village:
    """Found the nth dehyari with a village of its own."""
    place = directory.add_division(
        SYSTEM, code=f"99{n}", level=DivisionLevel.VILLAGE, name=f"روستای نمونه {n}"
    )
    agency = directory.add_dehyari(
        SYSTEM,
        code=f"d{n}",
        name=f"دهیاری نمونه {n}",
        superior_id=world.agency,
        village_ids=[place],
        full_name=f"دهیار نمونه {n}",
        hosts_counter=hosts,
    )
    user = directory.user_named(f"dehyar-d{n}").id
    sitting = {seat.kind: directory.actor_for(user, seat.id) for seat in directory.seats(user)}
    dehyar = sitting[SeatKind.POST]
    assert dehyar is not None
    return Village(agency, dehyar, sitting.get(SeatKind.COUNTER))
