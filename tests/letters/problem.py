"""An agency below another, with a letter that came to it, for the tests of problems."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted
from pishkhan.letters.contracts.problems import ProblemKind, ProblemView
from tests.letters.world import World, _post, _seat, drain, national_id

NUMBER = national_id(1)


@dataclass(frozen=True)
class Below:
    """An agency right below the water company, with a letter that came to it."""

    world: World
    agency: UUID
    clerk: Actor
    accepted: Accepted

    def told(self, actor: Actor) -> ProblemView:
        (found,) = letters.problems(actor)
        return found

    @property
    def at_counter(self) -> list[ProblemView]:
        return letters.problems_of(self.world.clerk, self.accepted.letter_id)


def make_below() -> Below:
    """Build the agency, and bring a letter to it."""
    world = World.make()
    agency = directory.add_agency(
        SYSTEM, code="water-2", name="امور آب شهرستان", parent_id=world.agency
    )
    office = directory.add_secretariat(SYSTEM, agency_id=agency, name="دبیرخانهٔ امور آب")
    clerk = _seat(_post(office, "متصدی امور آب", is_clerk=True), "registrar9", "دبیر امور آب")
    accepted = world.accept(agency_id=agency)
    drain()
    return Below(world, agency, clerk, accepted)


def opened(below: Below, kind: ProblemKind = ProblemKind.WRONG_RETURN, words: str = "") -> UUID:
    made = letters.open_problem(below.world.clerk, below.accepted.letter_id, kind=kind, words=words)
    drain()
    return made


def proof(below: Below) -> str:
    return letters.track(below.accepted.tracking_code, NUMBER).proof
