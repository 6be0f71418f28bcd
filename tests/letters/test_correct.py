from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from pishkhan.directory.contracts.terms import Table
from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Forbidden, Invalid, NotFound, Refused
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Correction, LetterKind, StepKind, Urgency
from tests.letters.world import World

RIGHT = Correction("قطعی برق روستا", "فرد درست", LetterKind.COMPLAINT, Urgency.URGENT)


def test_a_correction_keeps_what_stood_before(world: World):
    accepted, arrival = world.arrive()
    letters.register(world.registrar, arrival)
    given = replace(RIGHT, sender_number="۱۲/ب", sender_date=date(2026, 11, 1))
    letters.correct(world.registrar, arrival, given, reason="نام اشتباه خوانده شد")
    view = letters.arrival(world.registrar, arrival)
    assert (view.row.subject, view.applicant.name) == (RIGHT.subject, RIGHT.applicant_name)
    assert (view.row.kind, view.row.urgency) == (LetterKind.COMPLAINT, Urgency.URGENT)
    assert (view.sender_number, view.sender_date) == ("۱۲/ب", date(2026, 11, 1))
    step = view.steps[-1]
    assert step.kind is StepKind.CORRECTED
    assert step.params["subject_before"] == "قطعی آب شرب روستا"
    assert step.params["subject_after"] == RIGHT.subject
    assert step.params["applicant_name_before"] == "فرد نمونه"
    # The counter keeps what the applicant gave.
    assert letters.submission(world.clerk, accepted.letter_id).row.subject != RIGHT.subject


def test_the_entry_names_what_changed_and_holds_no_words(world: World):
    accepted, arrival = world.arrive()
    letters.correct(world.registrar, arrival, RIGHT, reason="نام اشتباه")
    entry = journal.entries_of(accepted.letter_id)[-1]
    assert entry.kind == "letter.corrected"
    assert entry.fields["changed"] == ["subject", "applicant_name", "kind", "urgency"]
    for name in ("before", "after"):
        digests = entry.fields[name]
        assert isinstance(digests, list)
        assert len(digests) == 4
    told = str(entry.fields)
    assert all(word not in told for word in ("روستا", "فرد", "نام"))


def test_only_what_differs_is_told_and_nothing_at_all_is_refused(world: World):
    _, arrival = world.arrive()
    letters.correct(world.registrar, arrival, RIGHT, reason="x")
    with pytest.raises(Refused, match=r"letters\.nothing-changed"):
        letters.correct(world.registrar, arrival, RIGHT, reason="x")
    letters.correct(world.registrar, arrival, replace(RIGHT, urgency=Urgency.NORMAL), reason="x")
    params = letters.arrival(world.registrar, arrival).steps[-1].params
    assert set(params) == {"reason", "urgency_before", "urgency_after"}


def test_nobody_takes_back_unknowingly_what_another_corrected(world: World):
    _, arrival = world.arrive()
    letters.register(world.registrar, arrival, sender_number="۷")
    stood = Correction(
        "قطعی آب شرب روستا", "فرد نمونه", LetterKind.REQUEST, Urgency.NORMAL, sender_number="۷"
    )
    letters.correct(
        world.registrar, arrival, replace(stood, subject="قنات"), reason="x", stood=stood
    )
    late = replace(stood, applicant_name="فرد دیگر")
    with pytest.raises(Refused, match=r"letters\.changed-meanwhile"):
        letters.correct(world.registrar, arrival, late, reason="x", stood=stood)
    assert letters.arrival(world.registrar, arrival).row.subject == "قنات"


def test_a_corrected_letter_is_found_by_its_new_words_only(world: World):
    _, arrival = world.arrive()
    letters.correct(world.registrar, arrival, RIGHT, reason="x")
    assert [hit.id for hit in letters.search(world.registrar, "درست").rows] == [arrival]
    assert not letters.search(world.registrar, "شرب").rows


def test_only_the_clerk_of_the_secretariat_corrects(world: World):
    _, arrival = world.referred()
    for stranger in (world.other_registrar, world.clerk, world.admin):
        with pytest.raises((NotFound, Forbidden)):
            letters.correct(stranger, arrival, RIGHT, reason="x")
    with pytest.raises(Forbidden):
        letters.correct(world.expert, arrival, RIGHT, reason="x")


def test_what_is_over_is_not_corrected(world: World):
    _, arrival = world.referred()
    letters.close(world.registrar, arrival, outcome="پایان")
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.correct(world.registrar, arrival, RIGHT, reason="x")


def test_empty_particulars_and_reasons_are_named(world: World):
    _, arrival = world.arrive()
    for wrong, field in (
        (replace(RIGHT, subject=" "), "subject"),
        (replace(RIGHT, applicant_name=""), "applicant_name"),
        (replace(RIGHT, sender_date=date.min), "sender_date"),
    ):
        with pytest.raises(Invalid) as caught:
            letters.correct(world.registrar, arrival, wrong, reason="x")
        assert set(caught.value.fields) == {field}
    with pytest.raises(Invalid) as caught:
        letters.correct(world.registrar, arrival, RIGHT, reason="")
    assert set(caught.value.fields) == {"reason"}


def test_terms_of_the_norm_are_corrected_once_the_letter_is_registered(world: World):
    _, arrival = world.arrive()
    fax = replace(RIGHT, terms={Table.KIND: "fax"})
    with pytest.raises(Refused, match=r"letters\.not-now"):
        letters.correct(world.registrar, arrival, fax, reason="x")
    letters.register(world.registrar, arrival)
    letters.correct(world.registrar, arrival, RIGHT, reason="x")
    letters.correct(world.registrar, arrival, fax, stood=RIGHT, reason="فاکس بود")
    view = letters.arrival(world.registrar, arrival)
    assert view.terms[Table.KIND].fa == "فاکس"
    assert view.terms[Table.COPY].code == "original"
    assert view.steps[-1].params == {
        "reason": "فاکس بود",
        "term-kind_before": "letter",
        "term-kind_after": "fax",
    }
    late = replace(RIGHT, terms={Table.KIND: "letter"})
    for code, error in (("note", Refused), ("never", Invalid)):
        given = replace(RIGHT, terms={Table.KIND: code})
        with pytest.raises(error):
            letters.correct(world.registrar, arrival, given, stood=late, reason="x")
        late = fax
    assert letters.arrival(world.registrar, arrival).terms[Table.KIND].code == "fax"
