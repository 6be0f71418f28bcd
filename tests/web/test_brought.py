"""The rare cases on the desks: another brings the letter, many sign it, the clerk writes it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from pishkhan.directory.contracts import Actor
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Circumstances, Confirmed, IdKind, Writing
from pishkhan.web.counter import receipt_pdf
from tests.letters.test_circumstances import DELEGATE, FIRM, PASSPORT, VILLAGE
from tests.letters.world import World, drain, national_id
from tests.web.desks import sit, text
from tests.web.test_counter_main_job import form, upload


def send(world: World, **typed: str) -> Any:
    browser = sit(world.clerk)
    return browser.post(reverse("counter:accept"), form(world, [upload(browser)], **typed))


def in_persian(actor: Actor) -> Client:
    """Return the browser of somebody who had it in English before."""
    return sit(replace(actor, language="en"), "fa")


BEARER = {
    "bearer_name": DELEGATE.name,
    "bearer_number": DELEGATE.number,
    "bearer_paper": "delegate",
    "bearer_paper_number": "1405/312",
    "bearer_paper_date": "1405/08/10",
}


def newest(world: World) -> Any:
    return letters.submission(world.clerk, letters.submissions(world.clerk).rows[0].id)


def test_a_firms_letter_by_its_delegate_from_the_form_to_the_agency(world: World) -> None:
    refused = send(world, id_kind="legal", number=FIRM.number, name=FIRM.name)
    page = text(refused)
    assert refused.status_code == 422
    assert 'id="id_bearer_name-error"' in page
    assert "data-beside open" in page
    done = send(world, id_kind="legal", number=FIRM.number, name=FIRM.name, **BEARER)
    assert done.status_code == 302, text(done)
    view = newest(world)
    assert view.circumstances.bearer == DELEGATE
    drain()
    receipt = text(sit(world.clerk).get(reverse("counter:receipt", args=(view.row.id,))))
    assert "م••• ن••• نمونه" in receipt
    assert "1405/312" in receipt
    assert DELEGATE.number not in receipt
    assert "the delegate comes" in receipt
    [arrival] = letters.arrivals(world.registrar).rows
    page = text(sit(world.registrar).get(reverse("secretariat:letter", args=(arrival.id,))))
    assert DELEGATE.name in page
    assert DELEGATE.number in page
    assert "Legal entity’s ID" in page
    timeline = text(sit(world.clerk).get(reverse("counter:letter", args=(view.row.id,))))
    assert "Brought by" in timeline
    assert DELEGATE.name not in timeline


def test_a_list_pasted_from_a_sheet_makes_a_collective_letter(world: World) -> None:
    listed = f"۱\tهمسایهٔ یکم\t{national_id(4)}\n۲\tهمسایهٔ دوم\n"
    done = send(world, others="84", signers=listed, answer_to="any")
    assert done.status_code == 302, text(done)
    view = newest(world)
    assert view.circumstances == Circumstances(
        others=84, signers=VILLAGE.signers, answer_to=VILLAGE.answer_to, writing=Writing.HAND
    )
    assert "and 84 others" in text(sit(world.clerk).get(reverse("counter:letters")))
    drain()
    page = text(sit(world.registrar).get(reverse("secretariat:arrivals")))
    assert "and 84 others" in page
    [arrival] = letters.arrivals(world.registrar).rows
    page = text(in_persian(world.registrar).get(reverse("secretariat:letter", args=(arrival.id,))))
    assert "و ۸۴ نفر دیگر" in page
    assert "همسایهٔ دوم" in page
    assert "دست‌نویس؛ خوانده نشد" in page


def test_a_wrong_list_a_wrong_count_and_a_wrong_day_are_told_at_their_fields(
    world: World,
) -> None:
    page = text(
        send(
            world,
            others="many",
            signers="علی\t1234567890",
            bearer_name="x",
            bearer_paper_date="rubbish",
            mobile_of="y" * 61,
        )
    )
    for name in ("others", "signers", "bearer_number", "bearer_paper", "bearer_paper_date"):
        assert f'id="id_{name}-error"' in page
    assert "Line 1:" in page
    assert "Who has no number on the list cannot take the answer." in page


def test_what_the_clerk_wrote_is_accepted_only_once_it_was_read_and_confirmed(
    world: World,
) -> None:
    page = text(send(world, body="به زبان خودش", writing="clerk"))
    assert 'id="id_confirmed-error"' in page
    done = send(world, body="به زبان خودش", writing="clerk", confirmed="fingerprint")
    assert done.status_code == 302, text(done)
    view = newest(world)
    receipt = text(in_persian(world.clerk).get(reverse("counter:receipt", args=(view.row.id,))))
    assert "با اثر انگشت" in receipt


def test_originals_and_whose_phone_stand_on_the_receipt_and_on_its_pdf(world: World) -> None:
    done = send(world, originals="شناسنامه، سند مالکیت", mobile_of="دخترش")
    assert done.status_code == 302, text(done)
    view = newest(world)
    assert view.circumstances.originals == ("شناسنامه", "سند مالکیت")
    receipt = text(sit(world.clerk).get(reverse("counter:receipt", args=(view.row.id,))))
    assert "given back to the applicant" in receipt
    assert "دخترش" in receipt
    with translation.override("en"):
        given = receipt_pdf.given(letters.receipt(world.clerk, view.row.id))
    assert "given back to the applicant" in str(given["facts"])
    assert "دخترش" in str(given["next"])


def test_without_a_mobile_the_receipt_says_how_to_ask(world: World) -> None:
    assert send(world, mobile="").status_code == 302
    view = newest(world)
    receipt = text(sit(world.clerk).get(reverse("counter:receipt", args=(view.row.id,))))
    assert "no text message will come" in receipt
    assert "no mobile" in text(sit(world.clerk).get(reverse("counter:letter", args=(view.row.id,))))


def test_a_confirmed_card_says_whose_the_mobile_is(world: World) -> None:
    world.accept(circumstances=Circumstances(mobile_of="دخترش"))
    known = letters.look_up_person(world.clerk, id_kind=IdKind.NATIONAL, number=national_id(1))
    assert known is not None
    told = sit(world.clerk).post(reverse("counter:card"), {"person": str(known.id)}).json()
    assert told["whose"] == "دخترش"


def test_the_same_person_brings_the_next_letter_by_the_same_paper(world: World) -> None:
    clerk = sit(world.clerk)
    typed = form(
        world, [upload(clerk)], id_kind="legal", number=FIRM.number, name=FIRM.name, **BEARER
    )
    clerk.post(reverse("counter:accept"), typed)
    [row] = letters.submissions(world.clerk).rows
    answer = clerk.post(reverse("counter:repeat", args=(row.id,)), {"what": "person"})
    page = text(clerk.get(answer["Location"]))
    assert DELEGATE.name in page
    assert 'value="1405/312"' in page


def prove(world: World, client: Client, code: str, number: str) -> str:
    answer = client.post(reverse("counter:hand-over"), {"code": code, "national_id": number})
    assert answer.status_code == 302, text(answer)
    return str(answer["Location"])


def test_a_firms_answer_is_handed_to_its_delegate(world: World) -> None:
    accepted, _ = world.answered(applicant=FIRM, circumstances=Circumstances(bearer=DELEGATE))
    clerk = sit(world.clerk)
    page = text(clerk.get(prove(world, clerk, accepted.tracking_code, FIRM.number)))
    assert 'value="applicant"' not in page
    assert 'value="bearer" checked' in page
    assert DELEGATE.number not in page
    deliver = reverse("counter:deliver", args=(accepted.letter_id,))
    wrong = text(clerk.post(deliver, {"to": "bearer", "to_known": national_id(5)}))
    assert 'id="id_to_known-error"' in wrong
    done = clerk.post(deliver, {"to": "bearer", "to_known": DELEGATE.number})
    assert done.status_code == 302, text(done)
    steps = letters.submission(world.clerk, accepted.letter_id).steps
    assert steps[-1].params["to"] == "bearer"
    told = text(clerk.get(reverse("counter:letter", args=(accepted.letter_id,))))
    assert "letter of introduction" in told


def test_a_signer_on_the_list_takes_the_answer_with_his_own_number(world: World) -> None:
    accepted, _ = world.answered(circumstances=VILLAGE)
    clerk = sit(world.clerk)
    page = text(clerk.get(prove(world, clerk, accepted.tracking_code, national_id(4))))
    assert "Another signer" in page
    deliver = reverse("counter:deliver", args=(accepted.letter_id,))
    done = clerk.post(deliver, {"to": "signer", "to_known": national_id(4)})
    assert done.status_code == 302, text(done)
    told = text(clerk.get(reverse("counter:letter", args=(accepted.letter_id,))))
    assert "handed over to a signer" in told


def test_the_receipt_of_a_passport_speaks_of_no_national_id(world: World) -> None:
    accepted = world.accept(applicant=PASSPORT)
    receipt = text(sit(world.clerk).get(reverse("counter:receipt", args=(accepted.letter_id,))))
    assert "the number on the paper that you showed" in receipt
    assert "with the same paper" in receipt
    assert "national" not in receipt.partition('class="receipt-next"')[2].partition("</ul>")[0]
    with translation.override("en"):
        given = receipt_pdf.given(letters.receipt(world.clerk, accepted.letter_id))
    assert "the number on the paper that you showed" in str(given["next"])


@pytest.mark.parametrize("typed", ["AFG P1234567", "۱۲۳۴۵۶۷"])
def test_a_passport_proves_the_pair_at_the_hand_over_and_on_the_public_page(
    world: World, typed: str
) -> None:
    accepted, _ = world.answered(applicant=PASSPORT)
    clerk = sit(world.clerk)
    prove(world, clerk, accepted.tracking_code, typed)
    tracked = clerk.post(
        reverse("public:track"), {"code": accepted.tracking_code, "national_id": typed}
    )
    assert accepted.tracking_code[:3] in text(tracked)
    assert tracked.status_code == 200


def test_a_wrong_number_of_another_register_is_not_called_a_wrong_national_id(
    world: World,
) -> None:
    accepted, _ = world.answered(applicant=PASSPORT)
    clerk = sit(world.clerk)
    for number in ("AFG P7654321", "123456789012"):
        page = text(
            clerk.post(
                reverse("counter:hand-over"),
                {"code": accepted.tracking_code, "national_id": number},
            )
        )
        assert "The national ID is not right" not in page


def test_confirmed_words_are_told_in_both_languages(world: World) -> None:
    given = Circumstances(writing=Writing.CLERK, confirmed=Confirmed.SIGNATURE)
    accepted, _ = world.arrive(body="متن", circumstances=given)
    here = reverse("counter:letter", args=(accepted.letter_id,))
    assert "confirmed by signature" in text(sit(world.clerk).get(here))
    assert "با امضا تأیید کرد" in text(in_persian(world.clerk).get(here))
