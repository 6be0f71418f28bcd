"""State letters above class 1: from confidential secretariat to confidential secretariat, and only
for who is cleared; for everybody else they are not there, in no list and in no state."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, Right, SecretariatKind
from pishkhan.kernel.errors import Invalid, NotFound, PishkhanError, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    ArrivalState,
    Book,
    Classification,
    CopyTo,
    Purpose,
)
from pishkhan.letters.logic.arrivals import FOLDERS
from tests.letters.test_begin_letter import gas, letter, there
from tests.letters.world import World, _post, _seat, drain, refer

SINCE, UNTIL = date(2020, 1, 1), date(2040, 1, 1)
SECRET = "نقشهٔ پدافند ایستگاه"


def cleared(actor: Actor, level: str = "3") -> Actor:
    """Clear the person and return him as he comes in next."""
    assert actor.user_id is not None
    directory.grant_clearance(SYSTEM, user_id=actor.user_id, level=level)
    found = directory.actor_for(actor.user_id, actor.seat_id)
    assert found is not None
    return found


@dataclass
class Closed:
    """The usual province with a confidential secretariat in both agencies."""

    world: World
    office: UUID
    clerk: Actor
    """Cleared, at the water company's confidential secretariat."""
    their_clerk: Actor
    expert: Actor
    deputy: Actor
    head: Actor

    @classmethod
    def make(cls, world: World) -> Closed:
        offices, clerks = [], []
        for n, agency in enumerate((world.agency, world.other_agency)):
            office = directory.add_secretariat(
                SYSTEM,
                agency_id=agency,
                name="دبیرخانهٔ محرمانه",
                kind=SecretariatKind.CONFIDENTIAL,
            )
            post = _post(office, "متصدی دبیرخانهٔ محرمانه", is_clerk=True)
            offices.append(office)
            clerks.append(cleared(_seat(post, f"closed{n}", "محرم نمونه")))
        return cls(
            world,
            offices[0],
            clerks[0],
            clerks[1],
            cleared(world.expert),
            cleared(world.deputy),
            cleared(world.head),
        )

    def begun(self) -> UUID:
        given = letter(self.world, subject=SECRET, classification=Classification("3"))
        return letters.begin_letter(self.expert, given)

    def signed(self) -> tuple[UUID, UUID]:
        made = self.begun()
        refer(self.expert, made, self.deputy, Purpose.SIGNATURE)
        draft = letters.arrival(self.expert, made).drafts[0].id
        letters.initial(self.deputy, draft)
        refer(self.deputy, made, self.head, Purpose.SIGNATURE)
        letters.sign(self.head, draft)
        return made, draft

    def sent(self) -> UUID:
        made, draft = self.signed()
        letters.dispatch(self.clerk, draft)
        drain()
        return made


@pytest.fixture
def closed(world: World) -> Closed:
    return Closed.make(world)


def _sheet(actor: Actor, which: Book) -> object:
    return list(letters.export_book(actor, which, since=SINCE, until=UNTIL))


def _book(actor: Actor, which: Book) -> object:
    return letters.book(actor, which, since=SINCE, until=UNTIL)


def seen_by(actor: Actor, letter_id: UUID, number: str = "") -> list[str]:
    """Return where the letter, or a word of it, came out to the actor."""
    found: list[str] = []

    def ask(name: str, question: Callable[[], object]) -> None:
        try:
            told = repr(question())
        except PishkhanError:
            return
        if SECRET in told or str(letter_id) in told:
            found.append(name)

    ask("page", lambda: letters.arrival(actor, letter_id))
    ask("open", lambda: letters.open_arrival(actor, letter_id))
    ask("list", lambda: letters.arrivals(actor, limit=200))
    ask("rows", lambda: letters.arrival_rows(actor, [letter_id]))
    ask("alike", lambda: letters.similar_arrivals(actor, [letter_id]))
    for folder in FOLDERS:
        ask(folder, partial(letters.cartable, actor, folder=folder, limit=200))
    ask("together", lambda: letters.to_sign(actor))
    ask("dispatch", lambda: letters.to_dispatch(actor))
    for which in Book:
        ask(which, partial(_book, actor, which))
        ask(f"{which} sheet", partial(_sheet, actor, which))
    for words in ("پدافند", number or "پدافند ایستگاه"):
        ask(f"search {words}", partial(letters.search, actor, words))
    return found


STATES: dict[str, Callable[[Closed], UUID]] = {
    "begun": Closed.begun,
    "signed": lambda closed: closed.signed()[0],
    "sent": Closed.sent,
}


@pytest.mark.parametrize("state", STATES)
def test_who_is_not_cleared_sees_nothing_of_it_whatever_his_part(closed: Closed, state: str):
    world = closed.world
    made = STATES[state](closed)
    number = letters.arrival(closed.expert, made).row.number_text
    for who in ("registrar", "head", "deputy", "expert", "colleague", "other_registrar", "admin"):
        assert seen_by(getattr(world, who), made, number) == [], who  # as they were: uncleared
    low = cleared(_seat(_post(closed.office, "متصدی دوم", is_clerk=True), "low", "کم نمونه"), "2")
    assert seen_by(low, made, number) == []  # of the same secretariat, cleared for less
    # The question can find: who is cleared and has a part sees it.
    assert "page" in seen_by(closed.expert, made, number)
    assert "list" in seen_by(closed.clerk, made, number)
    assert seen_by(replace(closed.clerk, office=world.registrar.office), made, number) == []


def test_counts_and_deeds_know_nothing_of_it_either(closed: Closed):
    world = closed.world
    made = closed.begun()
    assert letters.cartable_counts(closed.expert).open == 1
    assert letters.cartable_counts(world.expert).open == 0
    for deed in (
        lambda: refer(world.expert, made, closed.deputy),
        lambda: letters.close(world.expert, made, outcome="x"),
        lambda: letters.draft(world.expert, made, subject="x", body="x"),
        lambda: letters.page_blob(world.expert, "agency", made, 1),
    ):
        with pytest.raises(NotFound):
            deed()


def test_it_arrives_at_the_confidential_secretariat_with_its_class_and_is_answered(closed: Closed):
    world = closed.world
    made = closed.sent()
    arrived = there(closed.their_clerk)
    assert arrived.row.subject == SECRET
    assert arrived.row.classification is Classification.VERY_CONFIDENTIAL
    assert seen_by(world.other_registrar, arrived.row.id) == []
    letters.register(closed.their_clerk, arrived.row.id)
    with pytest.raises(Refused, match=r"letters\.not-cleared"):
        refer(closed.their_clerk, arrived.row.id, world.other_head)
    head = cleared(world.other_head)
    refer(closed.their_clerk, arrived.row.id, head)
    head = replace(head, rights=head.rights | {Right.INITIAL})
    draft = letters.draft(head, arrived.row.id, subject="پاسخ", body="فردا", recipient="مدیر")
    letters.initial(head, draft)
    letters.sign(head, draft)
    letters.dispatch(closed.their_clerk, draft)
    drain()
    reply = there(closed.clerk)
    assert reply.body == "فردا"
    assert reply.row.classification is Classification.VERY_CONFIDENTIAL
    own = letters.arrival(closed.clerk, made)
    assert own.row.state is ArrivalState.DISPATCHED


def test_a_clearance_that_ends_closes_the_letter(closed: Closed):
    made = closed.begun()
    assert closed.expert.user_id is not None
    (row,) = directory.clearances_of(SYSTEM, closed.expert.user_id)
    directory.end_clearance(SYSTEM, clearance_id=row.id)
    expert = directory.actor_for(closed.expert.user_id, closed.expert.seat_id)
    assert expert is not None
    assert seen_by(expert, made) == []


def test_nobody_writes_above_his_clearance_or_to_who_has_no_confidential_secretariat(
    closed: Closed,
):
    world = closed.world

    def begin(actor: Actor, **changes: object) -> set[str]:
        with pytest.raises(Invalid) as error:
            letters.begin_letter(actor, letter(world, **changes))
        return set(error.value.fields)

    agency, _clerk = gas(world)
    secret = Classification.SECRET
    assert begin(closed.expert, classification=secret) == {"classification"}
    three = Classification.VERY_CONFIDENTIAL
    assert begin(world.expert, classification=three) == {"classification"}
    assert begin(closed.expert, classification=three, agency_id=agency) == {"agency_id"}
    assert begin(closed.expert, classification=three, copies=(CopyTo(agency),)) == {"copies"}
    made = closed.begun()
    with pytest.raises(Invalid):
        letters.address(closed.expert, made, agency_id=agency)
    alone = cleared(world.other_head)
    closed_office = directory.confidential_secretariat(world.other_agency)
    assert closed_office.confidential
    assert begin(alone, classification=secret) == {"classification"}


def test_a_letter_cannot_be_referred_to_who_is_not_cleared_and_the_form_says_why(closed: Closed):
    made = closed.begun()
    with pytest.raises(Refused) as error:
        refer(closed.expert, made, closed.world.colleague)
    assert error.value.code == "letters.not-cleared"
    assert error.value.message.params["post"] == "کارشناس مشترکان"
    assert len(letters.arrival(closed.expert, made).referrals) == 1
