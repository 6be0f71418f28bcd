"""Classes by the bylaw of 1354: the agency's head approves secret letters; the writer lowers."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

import pytest

from pishkhan.directory import api as directory
from pishkhan.directory.contracts import SYSTEM, Actor, Right, SecretariatKind
from pishkhan.directory.contracts.stand_ins import StandInKind
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.errors import Forbidden, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    ArrivalView,
    Classification,
    DraftView,
    Purpose,
    StepKind,
)
from tests.letters.test_begin_letter import letter, there
from tests.letters.test_clearance import SECRET, cleared
from tests.letters.world import World, _post, _seat, drain, page, refer

SECRET_CLASS = Classification("4")


@dataclass
class Bylaw:
    """The usual province, its people cleared for class 4, the deputy a signer too."""

    world: World
    office: UUID
    clerk: Actor
    their_clerk: Actor
    expert: Actor
    deputy: Actor
    head: Actor

    @classmethod
    def make(cls, world: World) -> Bylaw:
        made = []
        for n, agency in enumerate((world.agency, world.other_agency)):
            kind = SecretariatKind.CONFIDENTIAL
            office = directory.add_secretariat(SYSTEM, agency_id=agency, name="محرمانه", kind=kind)
            post = _post(office, "متصدی محرمانه", is_clerk=True)
            made.append((office, cleared(_seat(post, f"closed{n}", "محرم نمونه"), "5")))
        deputy = cleared(world.deputy, "4")
        return cls(
            world,
            made[0][0],
            made[0][1],
            made[1][1],
            cleared(world.expert, "4"),
            replace(deputy, rights=deputy.rights | {Right.SIGN}),
            cleared(world.head, "4"),
        )

    def begun(self, classification: Classification = SECRET_CLASS, **changes: object) -> UUID:
        """Begin a letter, initialled by the deputy, who may sign it."""
        given = letter(self.world, subject=SECRET, classification=classification, **changes)
        return self.initialled(letters.begin_letter(self.expert, given))

    def initialled(self, made: UUID) -> UUID:
        refer(self.expert, made, self.deputy, Purpose.SIGNATURE)
        letters.initial(self.deputy, self.draft(made).id)
        return made

    def draft(self, made: UUID) -> DraftView:
        return self.view(made).drafts[0]

    def view(self, made: UUID) -> ArrivalView:
        return letters.arrival(self.clerk, made)

    def sent(self, classification: Classification = SECRET_CLASS) -> UUID:
        made = self.begun(classification)
        if classification >= SECRET_CLASS:
            letters.ask_approval(self.deputy, self.draft(made).id)
            letters.approve_class(self.head, self.draft(made).id)
        letters.sign(self.deputy, self.draft(made).id)
        letters.dispatch(self.clerk, self.draft(made).id)
        drain()
        return made


@pytest.fixture
def bylaw(world: World) -> Bylaw:
    return Bylaw.make(world)


def test_a_secret_letter_is_signed_only_when_the_head_has_approved_its_class(bylaw: Bylaw):
    made = bylaw.begun()
    draft = bylaw.draft(made).id
    with pytest.raises(Refused, match=r"letters\.not-approved"):
        letters.sign(bylaw.deputy, draft)
    for stranger in (bylaw.deputy, bylaw.expert):
        with pytest.raises((Forbidden, Refused)):
            letters.approve_class(stranger, draft)
    with pytest.raises(NotFound):  # it does not lie before him yet
        letters.approve_class(bylaw.head, draft)
    letters.ask_approval(bylaw.deputy, draft)
    with pytest.raises(Refused, match=r"letters\.approval-asked"):
        letters.ask_approval(bylaw.deputy, draft)
    (row,) = letters.cartable(bylaw.head, folder="open").rows
    assert (row.purpose, row.arrival_id) == (Purpose.APPROVAL, made)
    letters.approve_class(bylaw.head, draft, version=1)
    with pytest.raises(Refused, match=r"letters\.approved-already"):
        letters.ask_approval(bylaw.deputy, draft)
    assert not letters.cartable(bylaw.head, folder="open").rows
    shown = bylaw.draft(made)
    assert shown.approved_by == "مدیر نمونه، مدیرعامل"
    assert shown.approved_at is not None
    letters.sign(bylaw.deputy, draft)
    letters.dispatch(bylaw.clerk, draft)
    drain()
    theirs = there(bylaw.their_clerk).official
    assert theirs is not None
    assert theirs.approved_by == "مدیر نمونه، مدیرعامل"
    assert theirs.approved_at is not None
    kinds = [each.kind for each in journal.entries_of(bylaw.view(made).letter_id)]
    assert {"letter.approval_asked", "letter.class_approved"} <= set(kinds)


def test_a_new_version_needs_a_new_approval_and_the_heads_own_signature_is_one(bylaw: Bylaw):
    made = bylaw.begun()
    draft = bylaw.draft(made).id
    letters.ask_approval(bylaw.deputy, draft)
    letters.approve_class(bylaw.head, draft)
    letters.enclose(bylaw.deputy, made, add=[page("plan")])
    assert bylaw.draft(made).approved_at is None
    with pytest.raises(Refused, match=r"letters\.not-initialled"):
        letters.sign(bylaw.deputy, draft)
    letters.initial(bylaw.deputy, draft)
    with pytest.raises(Refused, match=r"letters\.not-approved"):
        letters.sign(bylaw.deputy, draft)
    refer(bylaw.deputy, made, bylaw.head, Purpose.SIGNATURE)
    letters.sign(bylaw.head, draft)
    assert bylaw.draft(made).approved_at is not None
    assert StepKind.CLASS_APPROVED in {step.kind for step in bylaw.view(made).steps}


@pytest.mark.parametrize("approves", [False, True])
def test_a_deputy_of_the_head_approves_only_where_his_stand_in_says_so(
    bylaw: Bylaw, approves: bool
):
    made = bylaw.begun()
    draft = bylaw.draft(made).id
    letters.ask_approval(bylaw.deputy, draft)
    hand = _hand(bylaw, StandInKind.DEPUTY, approves=approves)
    if approves:
        letters.approve_class(hand, draft)
        assert bylaw.draft(made).approved_by.endswith("مدیرعامل (معاون بهره‌برداری)")
        return
    with pytest.raises(Forbidden):
        letters.approve_class(hand, draft)


def test_an_office_chief_never_approves(bylaw: Bylaw):
    made = bylaw.begun()
    draft = bylaw.draft(made).id
    letters.ask_approval(bylaw.deputy, draft)
    chief = _hand(bylaw, StandInKind.CHIEF, approves=True)
    with pytest.raises(Forbidden, match=r"letters\.chief-prepares"):
        letters.approve_class(chief, draft)


def _hand(bylaw: Bylaw, kind: StandInKind, *, approves: bool) -> Actor:
    """Let the deputy's holder sit down at the head's cartable."""
    assert bylaw.head.post_id is not None
    assert bylaw.deputy.post_id is not None
    assert bylaw.deputy.user_id is not None
    made = directory.name_stand_in(
        bylaw.world.admin,
        kind=kind,
        for_post_id=bylaw.head.post_id,
        by_post_id=bylaw.deputy.post_id,
        until_at=clock.current().now() + timedelta(days=3),
        approves=approves,
    )
    found = directory.actor_for(bylaw.deputy.user_id, made)
    assert found is not None
    return found
