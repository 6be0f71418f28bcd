"""Bodies below the water company, and a circular from it to all of them, for the tests of both."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.directory.contracts.bodies import Bodies, BodiesKind
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import NewLetter, Purpose
from tests.letters.world import World, _post, _seat, drain, refer

SUBJECT = "صرفه‌جویی در مصرف آب"


@dataclass(frozen=True)
class Branch:
    """A body below the company: its secretariat's clerk and its head."""

    agency: UUID
    clerk: Actor
    head: Actor


def branches(world: World, names: tuple[str, ...] = ("ازنا", "بروجرد", "دورود")) -> list[Branch]:
    """Found bodies below the water company; the last lies below the one before it."""
    made: list[Branch] = []
    for n, name in enumerate(names):
        above = made[-1].agency if n and n == len(names) - 1 else world.agency
        agency = directory.add_agency(
            SYSTEM, code=f"water-{n}", name=f"آبفای {name}", parent_id=above
        )
        office = directory.add_secretariat(SYSTEM, agency_id=agency, name=f"دبیرخانهٔ {name}")
        head = _post(office, f"رئیس {name}", can_sign=True, can_refer_free=True)
        clerk = _post(office, f"متصدی {name}", parent_id=head, is_clerk=True)
        made.append(
            Branch(
                agency,
                _seat(clerk, f"branch{n}", f"دبیر {name}"),
                _seat(head, f"chief{n}", f"سرپرست {name}"),
            )
        )
    return made


def all_below(world: World) -> Bodies:
    return Bodies(BodiesKind.BELOW, world.agency)


def circular(world: World, bodies: Bodies | None = None) -> NewLetter:
    return NewLetter(
        agency_id=None,
        bodies=bodies or all_below(world),
        recipient="مدیران محترم شهرستان‌ها",
        subject=SUBJECT,
        body="با سلام،\nآبیاری فضای سبز در روز ممنوع است.",
    )


def signed(world: World, bodies: Bodies | None = None) -> tuple[UUID, UUID]:
    """Write, initial and sign a circular; return the ids that open it and its draft."""
    made = letters.begin_letter(world.expert, circular(world, bodies))
    refer(world.expert, made, world.deputy, Purpose.SIGNATURE)
    draft = letters.arrival(world.expert, made).drafts[0].id
    letters.initial(world.deputy, draft)
    refer(world.deputy, made, world.head, Purpose.SIGNATURE)
    letters.sign(world.head, draft)
    return made, draft


def sent(world: World, bodies: Bodies | None = None) -> UUID:
    """Write, sign and dispatch a circular and carry it to all; return the id that opens it."""
    made, draft = signed(world, bodies)
    letters.dispatch(world.registrar, draft)
    drain()
    return made


def came(actor: Actor) -> UUID:
    """Return the newest letter at the actor's secretariat."""
    return letters.arrivals(actor).rows[0].id
