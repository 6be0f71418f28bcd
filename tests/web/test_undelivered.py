"""The counter's screens of a letter that its agency's side refused, and what programs see."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from pishkhan.letters import api as letters
from pishkhan.letters.contracts import Accepted, SubmissionState
from pishkhan.letters.logic import wire
from pishkhan.relay import api as relay
from tests.letters.world import World, drain, national_id, page, refusing
from tests.web.api.caller import caller, problem
from tests.web.desks import sit, text

SAID = {
    "fa": ("این نامه به دستگاه نرسید", "برنامهٔ دستگاه نتوانست آن را بخواند", "به دستگاه نرسید"),
    "en": (
        "This letter did not reach the agency",
        "The agency’s program could not read it",
        "Did not reach the agency",
    ),
}


@pytest.fixture(autouse=True)
def _tables(transactional_db):
    """Acts insist on being the outermost transaction: no test here runs inside another one."""


@pytest.fixture
def world() -> World:
    return World.make()


@pytest.fixture
def letter(world: World) -> Accepted:
    """A letter that the agency's node refused."""
    accepted = world.accept()
    with refusing(wire.SUBMITTED, "letters.bad-message"):
        drain()
    return accepted


def at(name: str, letter: Accepted) -> str:
    return reverse(f"counter:{name}", args=[letter.letter_id])


def state(world: World, letter: Accepted) -> SubmissionState:
    return letters.submission(world.clerk, letter.letter_id).row.state


@pytest.mark.parametrize("language", ["fa", "en"])
def test_the_clerk_sees_it_on_the_letter_in_the_list_and_beside_the_form(world, letter, language):
    clerk = sit(world.clerk, language)
    sentence, why, word = SAID[language]
    shown = text(clerk.get(at("letter", letter)))
    assert sentence in shown
    assert shown.count(why) == 2  # over the letter, and in its life
    assert at("send-again", letter) in shown
    listed = text(clerk.get(reverse("counter:letters"), {"state": "undelivered"}))
    assert at("letter", letter) in listed
    assert word in listed
    assert "?state=undelivered" in text(clerk.get(reverse("counter:today")))


def test_it_is_sent_again_with_one_press_and_a_second_press_is_harmless(world, letter):
    clerk = sit(world.clerk, "en")
    for _ in range(2):
        answer = clerk.post(at("send-again", letter))
        assert (answer.status_code, answer["Location"]) == (302, at("letter", letter))
    assert state(world, letter) is SubmissionState.QUEUED
    drain()
    assert state(world, letter) is SubmissionState.ARRIVED
    assert "send-again" not in text(clerk.get(at("letter", letter)))
    assert "?state=undelivered" not in text(clerk.get(reverse("counter:today")))


def test_the_applicant_withdraws_it_at_the_counter(world, letter):
    clerk = sit(world.clerk, "en")
    assert "The letter ends here" in text(clerk.get(at("letter", letter)))
    answer = clerk.post(at("withdraw", letter), {"reason": "حل شد"}, follow=True)
    assert "The letter is withdrawn." in text(answer)
    assert state(world, letter) is SubmissionState.WITHDRAWN


def test_a_letter_that_arrived_is_not_sent_again(world):
    accepted, _ = world.arrive()
    answer = sit(world.clerk, "en").post(at("send-again", accepted))
    assert answer.status_code == 409
    assert sit(world.other_clerk).post(at("send-again", accepted)).status_code == 404


@pytest.mark.parametrize("language", ["fa", "en"])
def test_who_tracks_it_reads_a_plain_sentence_and_no_cause(world, letter, language):
    citizen = Client(headers={"Accept-Language": language})
    citizen.cookies["pishkhan_language"] = language
    given = {"code": letter.tracking_code, "national_id": national_id(1)}
    shown = text(citizen.post(reverse("public:track"), given, follow=True))
    sentence = {"fa": "هنوز به دستگاه نرسیده است", "en": "has not reached the agency yet"}
    assert sentence[language] in shown
    assert SAID[language][1] not in shown


def test_a_refused_completion_is_told_with_what_to_do(world):
    accepted, arrival = world.referred()
    letters.return_for_deficiency(world.expert, arrival, missing="تصویر سند")
    drain()
    letters.complete(world.clerk, accepted.letter_id, pages=(page("deed"),))
    with refusing(wire.COMPLETED, "relay.rejected-by-person"):
        drain()
    shown = text(sit(world.clerk, "en").get(at("letter", accepted)))
    assert "What was added has not reached the agency" in shown
    assert "A responsible person refused it." in shown
    assert at("complete", accepted) in shown


def test_a_letter_that_is_held_up_on_its_way_is_told(world):
    accepted = world.accept()
    clerk = sit(world.clerk, "en")
    assert "held up" not in text(clerk.get(at("letter", accepted)))
    with refusing(wire.SUBMITTED, fault=True):
        drain()
    shown = text(clerk.get(at("letter", accepted)))
    assert "The letter is held up on its way." in shown
    assert state(world, accepted) is SubmissionState.QUEUED
    [row] = relay.quarantined()
    relay.retry_quarantined(world.admin, row.id)
    drain()
    assert "held up" not in text(clerk.get(at("letter", accepted)))


def test_a_program_sends_it_again(world, letter):
    program, mine = caller(world.clerk), f"submissions/{letter.letter_id}"
    assert program.get(mine).json()["row"]["state"] == "undelivered"
    assert program.get("counter/today").json()["undelivered"] == 1
    problem(caller(world.other_clerk).post(f"{mine}/send-again"), 404, "letters.not-found")
    assert program.post(f"{mine}/send-again").status_code == 204
    drain()
    assert state(world, letter) is SubmissionState.ARRIVED
    problem(program.post(f"{mine}/send-again"), 409, "letters.not-now")
