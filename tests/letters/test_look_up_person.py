"""Looking a person up at a counter: masked, every look-up on record."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from pishkhan.directory.contracts import Actor
from pishkhan.journal import api as journal
from pishkhan.kernel import clock
from pishkhan.kernel.clock import FakeClock
from pishkhan.kernel.errors import Forbidden, Invalid
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Applicant, IdKind, MaskedPerson
from pishkhan.letters.logic.persons import MOST_LOOKUPS
from pishkhan.letters.logic.submissions import NEAR_DAYS
from tests.letters.world import NOON, World, national_id, page

ME = national_id(1)


def look_up(actor: Actor, number: str = ME) -> MaskedPerson | None:
    return letters.look_up_person(actor, id_kind=IdKind.NATIONAL, number=number)


def known(actor: Actor) -> MaskedPerson:
    """Look the first applicant up, who is known."""
    found = look_up(actor)
    assert found is not None
    return found


def kinds(actor: Actor) -> list[str]:
    return [e.kind for e in journal.entries(limit=500) if e.actor == actor.ref]


def test_a_typed_number_shows_a_masked_name_and_mobile(world: World) -> None:
    world.accept()
    found = known(world.clerk)
    assert (found.masked_name, found.masked_mobile, found.letters) == (
        "ف••• نمونه",
        "0912•••4567",
        1,
    )
    assert ME not in repr(found)


def test_a_person_of_another_counter_is_unknown_here(world: World) -> None:
    world.accept()
    assert look_up(world.other_clerk) is None


def test_every_look_up_is_an_entry_without_the_number(world: World) -> None:
    world.accept()
    found = known(world.clerk)
    look_up(world.clerk, national_id(9))
    entries = [e for e in journal.entries(limit=500) if e.kind == "person.looked_up"]
    assert [e.fields["found"] for e in entries] == [True, False]
    assert entries[0].subject == found.id
    assert ME not in repr(entries)
    assert national_id(9) not in repr(entries)


def test_a_burst_of_look_ups_raises_one_alarm_an_hour_and_goes_on(world: World) -> None:
    world.accept()
    with clock.use(FakeClock(NOON)):
        for _ in range(MOST_LOOKUPS):
            look_up(world.clerk)
        assert "person.lookup_burst" not in kinds(world.clerk)
        for _ in range(5):
            assert look_up(world.clerk) is not None
        assert kinds(world.clerk).count("person.lookup_burst") == 1


def test_a_malformed_number_is_no_look_up(world: World) -> None:
    with pytest.raises(Invalid):
        look_up(world.clerk, "1234567890")
    assert "person.looked_up" not in kinds(world.clerk)


def test_agencies_look_nobody_up(world: World) -> None:
    for actor in (world.registrar, world.head, world.admin):
        with pytest.raises(Forbidden):
            look_up(actor)


def test_a_letter_like_an_earlier_one_is_shown_with_the_name_masked(world: World) -> None:
    accepted = world.accept()
    world.accept(applicant=Applicant(IdKind.NATIONAL, national_id(2), "دیگری نمونه"))
    found = letters.similar_submissions(
        world.clerk, number=ME, agency_id=world.agency, subject="قطعي آب شرب روستا"
    )
    assert [(row.id, row.applicant_name) for row in found] == [(accepted.letter_id, "ف••• نمونه")]
    alike = world.acceptance().subject
    for agency, subject in ((world.agency, "وام اشتغال"), (world.other_agency, alike)):
        unlike = letters.similar_submissions(
            world.clerk, number=ME, agency_id=agency, subject=subject
        )
        assert unlike == []
    assert (
        letters.similar_submissions(
            world.other_clerk, number=ME, agency_id=world.agency, subject=alike
        )
        == []
    )


def test_the_same_text_or_the_same_file_under_another_subject_is_shown_too(world: World) -> None:
    text = "با سلام، آب روستای ما ده روز است که قطع است و تانکر هم نمی‌آید."
    typed = world.accept(subject="درخواست رسیدگی", body=text, pages=())
    scanned = world.accept(subject="شکایت", pages=(page("deed"),))

    def like(**given: Any) -> list[UUID]:
        told: dict[str, Any] = {"number": ME, "agency_id": world.agency, "subject": "وام اشتغال"}
        told |= given
        return [row.id for row in letters.similar_submissions(world.clerk, **told)]

    assert like() == []
    assert like(body=f"{text} با تشکر") == [typed.letter_id]
    assert like(body="درخواست وام برای گلخانه دارم") == []
    assert like(files=[page("deed").digest, page("other").digest]) == [scanned.letter_id]
    assert like(files=[page("other").digest]) == []
    assert like(files=[page("deed").digest], number=national_id(2)) == []
    with clock.use(FakeClock(clock.current().now() + timedelta(days=NEAR_DAYS + 1))):
        assert like(body=text, files=[page("deed").digest], subject="شکایت") == []


def test_a_search_by_number_is_a_look_up_too_and_shows_no_name(world: World) -> None:
    accepted = world.accept()
    [hit] = letters.search(world.clerk, ME).rows
    assert (hit.id, hit.applicant_name) == (accepted.letter_id, "ف••• نمونه")
    letters.search(world.clerk, national_id(9))
    letters.search(world.clerk, "قطعی آب")
    letters.search(world.clerk, accepted.tracking_code)
    entries = [e for e in journal.entries(limit=500) if e.kind == "person.looked_up"]
    assert [e.fields["found"] for e in entries] == [True, False]
    assert ME not in repr(entries)
    with clock.use(FakeClock(NOON)):
        for _ in range(MOST_LOOKUPS + 1):
            letters.search(world.clerk, ME)
    assert kinds(world.clerk).count("person.lookup_burst") == 1
    world.arrive()
    letters.search(world.registrar, ME)
    assert "person.looked_up" not in kinds(world.registrar)
