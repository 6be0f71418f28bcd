"""A lost code: number, masked match, card seen, then the person's own letters and receipts."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from pishkhan.journal import api as journal
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Applicant, IdKind
from tests.letters.world import World, national_id
from tests.web.api.caller import caller
from tests.web.desks import sit, text

ME = national_id(1)
ASK, SEEN = "counter:lost", "counter:lost-seen"


def kinds() -> list[str]:
    return [entry.kind for entry in journal.entries(limit=500)]


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_letters_of_a_person_show_after_the_card_and_lead_to_their_receipts(world, language):
    done = world.accept()
    world.accept(
        applicant=Applicant(IdKind.NATIONAL, national_id(2), "دیگری نمونه"), subject="وام اشتغال"
    )
    clerk = sit(world.clerk, language)
    page = text(clerk.post(reverse(ASK), {"number": ME}))
    assert "ف••• نمونه" in page
    assert "فرد نمونه" not in page
    assert "قطعی آب شرب روستا" not in page
    person = re.search(r'name="person" value="([0-9a-f-]{36})"', page)
    assert person is not None
    opened = clerk.post(reverse(SEEN), {"person": person[1]})
    assert ME not in opened["Location"]
    shown = text(clerk.get(opened["Location"]))
    assert "قطعی آب شرب روستا" in shown
    assert "وام اشتغال" not in shown
    assert "فرد نمونه" not in shown
    receipt = reverse("counter:receipt", args=(done.letter_id,))
    assert f'href="{receipt}"' in shown
    assert 'class="receipt-code"' in text(clerk.get(receipt))
    assert kinds().count("person.looked_up") == 1
    assert kinds().count("person.card_seen") == 1


def test_without_the_card_the_list_leads_back_to_the_question(world: World):
    world.accept()
    found = letters.look_up_person(world.clerk, id_kind=IdKind.NATIONAL, number=ME)
    assert found is not None
    address = reverse("counter:lost-letters", args=(found.id,))
    assert sit(world.clerk).get(address)["Location"] == reverse(ASK)
    letters.confirm_card(world.clerk, person_id=found.id)
    assert sit(world.clerk).get(address).status_code == 200
    # What one clerk saw opens nothing to his colleague, and nothing at another counter.
    assert sit(world.second_clerk).get(address)["Location"] == reverse(ASK)
    for stranger in (world.other_clerk, world.registrar, world.admin):
        answer = sit(stranger).get(address)
        assert answer.status_code in (403, 404)
        assert "قطعی آب" not in text(answer)


def test_another_counter_finds_nobody_and_confirms_no_card(world: World):
    world.accept()
    found = letters.look_up_person(world.clerk, id_kind=IdKind.NATIONAL, number=ME)
    assert found is not None
    far = sit(world.other_clerk)
    assert "Nobody with this number has a letter here." in text(
        far.post(reverse(ASK), {"number": ME})
    )
    assert far.post(reverse(SEEN), {"person": str(found.id)}).status_code == 404
    assert far.post(reverse(SEEN), {"person": "rubbish"}).status_code == 404


@pytest.mark.parametrize("number", ["", "1234567890", "۱۲", "x" * 300])
def test_a_malformed_number_is_said_beside_it_and_is_no_look_up(world: World, number: str):
    answer = sit(world.clerk).post(reverse(ASK), {"number": number})
    assert answer.status_code == 422
    assert 'id="id_number-error"' in text(answer)
    assert "person.looked_up" not in kinds()


def test_a_foreigner_with_the_digits_of_a_national_id_is_somebody_else(world: World):
    world.accept()
    mine = world.accept(applicant=Applicant(IdKind.FOREIGN, ME, "مهمان نمونه"))
    clerk = sit(world.clerk)
    page = text(clerk.post(reverse(ASK), {"number": ME, "id_kind": "foreign"}))
    assert "م••• نمونه" in page
    found = letters.look_up_person(world.clerk, id_kind=IdKind.FOREIGN, number=ME)
    assert found is not None
    letters.confirm_card(world.clerk, person_id=found.id)
    rows = letters.person_letters(world.clerk, person_id=found.id).rows
    assert [row.id for row in rows] == [mine.letter_id]


def test_a_program_lists_them_too_once_it_confirmed_the_card(world: World):
    done = world.accept()
    clerk = caller(world.clerk)
    known = clerk.post("persons/look-up", {"number": ME}, key="").json()["person"]
    path = f"persons/{known['id']}/submissions"
    assert clerk.get(path).status_code == 403
    clerk.post(f"persons/{known['id']}/confirm-card", {}, key="")
    assert [row["id"] for row in clerk.get(path).json()["items"]] == [str(done.letter_id)]
    assert caller(world.other_clerk).get(path).status_code == 404
