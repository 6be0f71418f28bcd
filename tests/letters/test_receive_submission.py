from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from pishkhan.journal import api as journal
from pishkhan.kernel.errors import Invalid, PishkhanError
from pishkhan.kernel.ids import new_id
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import ArrivalState, StepKind, SubmissionState
from pishkhan.letters.logic.receive_submission import receive_submission
from pishkhan.letters.models import Arrival, PageRow
from pishkhan.relay import api as relay
from pishkhan.relay.contracts import CustodyState, Delivery, Transfer
from tests.letters.world import World, drain, national_id


def delivery(world: World, **payload: Any) -> Delivery:
    letter = new_id()
    given: dict[str, Any] = {
        "letter": str(letter),
        "tracking_code": "1234567890123",
        "counter": {"id": str(world.counter), "name": "پیشخوان"},
        "agency": str(world.agency),
        "applicant": {
            "id_kind": "national",
            "number": national_id(1),
            "name": "فرد نمونه",
            "mobile": "",
        },
        "kind": "request",
        "subject": "موضوع",
        "body": "متن",
        "urgency": "1",
        "medium": "paper",
        "print_intent": "none",
        "sheets": 1,
        "accepted_at": "2026-11-21T08:30:00Z",
        "taken_on": "2026-11-21",
        "pages": [],
    }
    return Delivery(
        envelope_id="0" * 64,
        outgoing_id=new_id(),
        kind="letter.submitted",
        version=1,
        from_office=world.counter,
        to_office=world.secretariat,
        subject=letter,
        payload=given | payload,
        blobs=(),
        created_at=letters.arrivals(world.registrar).rows[0].arrived_at,
        transfer=Transfer(new_id(), letter, 1),
        origin=new_id(),
    )


def test_what_was_accepted_is_what_arrived(world: World):
    accepted, arrival = world.arrive(body="متن نامه", subject="كتاب‌خانه")
    view = letters.arrival(world.registrar, arrival)
    sent = letters.submission(world.clerk, accepted.letter_id)
    assert view.row.state is ArrivalState.ARRIVED
    assert view.row.subject == "كتاب‌خانه"
    assert (view.applicant, view.body, view.pages) == (sent.applicant, "متن نامه", sent.pages)
    assert view.steps[0].kind is StepKind.ARRIVED
    assert sent.row.state is SubmissionState.ARRIVED
    assert relay.custodian_state(accepted.letter_id, world.secretariat) is CustodyState.HELD
    assert relay.custodian_state(accepted.letter_id, world.counter) is CustodyState.RELEASED


def test_the_same_letter_twice_is_harmless(world: World):
    world.arrive()
    one = delivery(world)
    for _ in range(2):
        with journal.act() as act:
            receive_submission(one, act)
    assert Arrival.objects.filter(letter_id=one.subject).count() == 1
    drain()


@pytest.mark.parametrize(
    "change",
    [
        {"subject": ""},
        {"subject": "x" * 301},
        {"kind": "order"},
        {"sheets": -1},
        {"applicant": "nobody"},
        {"accepted_at": "yesterday"},
        {"pages": [{"seq": 1}]},
        {"counter": {"id": str(new_id()), "name": "دیگری"}},
        {"letter": str(new_id())},
    ],
)
def test_a_malformed_message_is_refused_for_good_and_leaves_nothing(world: World, change):
    world.arrive()
    bad = delivery(world, **change)
    with pytest.raises(Invalid, match=r"letters\.bad-message") as caught, journal.act() as act:
        receive_submission(bad, act)
    assert caught.value.permanent
    assert Arrival.objects.count() == 1


def test_a_page_that_the_envelope_did_not_bring_is_refused(world: World):
    accepted, _ = world.arrive()
    known = PageRow.objects.filter(letter_id=accepted.letter_id).values_list("digest", flat=True)
    page = {
        "seq": 1,
        "role": "letter",
        "digest": known[0],
        "media_type": "image/jpeg",
        "size": 10,
        "leaves": 1,
        "rotation": 0,
        "name": "",
    }
    with pytest.raises(Invalid, match=r"letters\.bad-message"), journal.act() as act:
        receive_submission(delivery(world, pages=[page]), act)


def test_a_letter_sent_to_a_counter_is_refused(world: World):
    world.arrive()
    astray = replace(delivery(world), to_office=world.other_counter)
    with pytest.raises(PishkhanError, match=r"letters\.not-a-secretariat"), journal.act() as act:
        receive_submission(astray, act)
