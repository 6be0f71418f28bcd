"""A letter of a counter that works at its own node is tracked where its agency is."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from pishkhan.journal.api import act
from pishkhan.kernel import clock
from pishkhan.kernel.errors import NotFound, PishkhanError, Refused, TooMany
from pishkhan.kernel.tracking import make
from pishkhan.letters import api as letters
from pishkhan.letters.contracts import StepKind, SubmissionState
from pishkhan.letters.logic.throttle import FREE_TRIES
from pishkhan.letters.models import Submission
from tests.letters.world import NOON, World, drain, national_id

ME, OTHER = national_id(1), national_id(2)


def elsewhere(letter_id: UUID) -> None:
    """Let this node have the agency's row alone, as a centre has of a village's letter."""
    with act() as a:
        Submission.objects.filter(pk=letter_id).update(tracking_code=make(b"k" * 32, 7, 7))
        a.append("parcel.sent", subject=letter_id, actor="system", fields={})


@pytest.fixture
def code(world: World) -> str:
    accepted = world.accept()
    drain()
    elsewhere(accepted.letter_id)
    return accepted.tracking_code


def test_the_agencys_row_tells_state_and_steps_and_no_name(world: World, code: str) -> None:
    told = letters.track(code, ME, proofs=True)
    assert (told.state, told.here) == (SubmissionState.ARRIVED, False)
    assert [step.kind for step in told.steps] == [StepKind.ACCEPTED, StepKind.ARRIVED]
    assert told.agency_name == "شرکت آب و فاضلاب استان"
    assert told.counter_name == "پیشخوان نمونهٔ ۱"
    for hidden in ("فرد نمونه", "متصدی", ME):
        assert hidden not in repr(told)


def test_another_number_is_refused_and_slowed_down_as_ever(world: World, code: str) -> None:
    with clock.use(clock.FakeClock(NOON)):
        for _ in range(FREE_TRIES):
            with pytest.raises(NotFound, match=r"letters\.no-such-pair"):
                letters.track(code, OTHER)
        with pytest.raises(TooMany):
            letters.track(code, ME)
        with pytest.raises(NotFound, match=r"letters\.no-such-pair"):
            letters.track(make(b"k" * 32, 7, 8), ME)


def test_its_proof_opens_the_page_again_and_nothing_else(world: World, code: str) -> None:
    proof = letters.track(code, ME).proof
    assert letters.track_again(proof).tracking_code == code
    for deed in (
        letters.problems_tracked,
        letters.ask_answer_code,
        lambda given: letters.read_answer(given, "123456"),
    ):
        with pytest.raises(PishkhanError, match=r"letters\.proof-over"):
            deed(proof)
    later = clock.FakeClock(clock.current().now() + timedelta(hours=1))
    with clock.use(later), pytest.raises(Refused, match=r"letters\.proof-over"):
        letters.track_again(proof)


def test_the_citizens_page_offers_nothing_that_is_done_at_the_counter(
    world: World, code: str
) -> None:
    client = Client()
    client.cookies["pishkhan_language"] = "en"
    page = client.post("/t/", {"code": code, "national_id": ME}).text
    assert "Your letter has reached the agency." in page
    assert 'name="proof"' in page  # to see it once more, in another language or later
    for counters in ("Proof that your letter was accepted", "/t/problem", "/t/rate"):
        assert counters not in page.partition("<footer")[0].replace("/t/problems", "")
    assert client.post("/t/", {"code": code, "national_id": OTHER}).status_code == 404
