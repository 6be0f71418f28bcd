"""The class of a letter: set before the signature, lowered by who sent it, told to receivers."""

from __future__ import annotations

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import (
    Classification,
    PostTo,
    StepKind,
)
from tests.letters.test_approve_class import SECRET_CLASS, Bylaw
from tests.letters.test_begin_letter import there
from tests.letters.test_clearance import SECRET
from tests.letters.test_internal import before, internal
from tests.letters.world import World, drain, page


def test_the_unit_sets_the_class_before_the_signature_with_its_history(world: World):
    bylaw = Bylaw.make(world)
    made = bylaw.begun(Classification("3"))
    draft = bylaw.draft(made).id
    with pytest.raises(Forbidden):
        letters.set_class(bylaw.expert, made, classification=SECRET_CLASS, reason="x")
    for wrong in ("1", "3", "5"):
        with pytest.raises(Invalid):
            letters.set_class(bylaw.deputy, made, classification=Classification(wrong), reason="x")
    letters.set_class(bylaw.deputy, made, classification=SECRET_CLASS, reason="نقشه دارد")
    assert len(bylaw.draft(made).versions) == 2
    step = bylaw.view(made).steps[-1]
    assert (step.kind, step.params["from"], step.params["to"]) == (StepKind.CLASS_SET, "3", "4")
    letters.initial(bylaw.deputy, draft)
    with pytest.raises(Refused, match=r"letters\.not-approved"):
        letters.sign(bylaw.deputy, draft)


def test_only_the_sender_lowers_what_it_sent_and_the_receivers_are_told(world: World):
    bylaw = Bylaw.make(world)
    made = bylaw.sent()
    theirs = there(bylaw.their_clerk)
    lower, why = Classification("2"), "موضوع منتشر شد"
    for stranger in (bylaw.deputy, bylaw.expert, bylaw.clerk):
        with pytest.raises(Forbidden):
            letters.set_class(stranger, made, classification=lower, reason=why)
    with pytest.raises((Forbidden, Refused)):
        letters.set_class(bylaw.their_clerk, theirs.row.id, classification=lower, reason=why)
    with pytest.raises(Invalid):
        letters.set_class(bylaw.head, made, classification=Classification("5"), reason="x")
    letters.set_class(bylaw.head, made, classification=lower, reason=why)
    drain()
    now = letters.arrival(bylaw.their_clerk, theirs.row.id)
    assert now.row.classification is Classification.CONFIDENTIAL
    assert now.official is not None
    assert now.official.classification == "2"
    assert now.steps[-1].kind is StepKind.CLASS_SET
    assert now.steps[-1].params["reason"] == "موضوع منتشر شد"
    assert bylaw.view(made).row.classification is Classification.CONFIDENTIAL
    kinds = [each.kind for each in journal.entries_of(theirs.letter_id)]
    assert "letter.class_set_received" in kinds
    entries = journal.entries_of(bylaw.view(made).letter_id)
    assert all("منتشر" not in str(each.fields) for each in entries)
    # What it was when it went out stands on its draft, with its approval.
    assert bylaw.draft(made).approved_at is not None


def test_who_signed_lifts_the_class_of_a_confidential_internal_letter(world: World):
    bylaw = Bylaw.make(world)
    assert bylaw.head.post_id is not None
    given = internal(PostTo(bylaw.head.post_id), subject=SECRET, classification=Classification("2"))
    made = bylaw.initialled(letters.begin_letter(bylaw.expert, given))
    letters.sign(bylaw.deputy, bylaw.draft(made).id)
    letters.dispatch(bylaw.clerk, bylaw.draft(made).id)
    delivered = before(bylaw.head)
    letters.set_class(bylaw.deputy, made, classification=Classification.NORMAL, reason="x")
    assert letters.arrival(bylaw.head, delivered).row.classification is Classification.NORMAL


def test_a_letter_takes_the_highest_class_of_its_enclosures(world: World):
    bylaw = Bylaw.make(world)
    changes = {"enclosures_class": SECRET_CLASS, "enclosures": (page("map"),)}
    made = bylaw.begun(Classification("2"), **changes)
    assert bylaw.view(made).row.classification is SECRET_CLASS
    with pytest.raises(Invalid) as caught:
        letters.set_class(bylaw.deputy, made, classification=Classification("3"), reason="x")
    assert set(caught.value.fields) == {"classification"}
